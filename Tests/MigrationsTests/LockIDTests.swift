import Migrations
import Testing

@Suite("Lock numbers") struct LockIDTests {
    @Test(arguments: [
        ("public", "schema_migrations", "/app", 1_726_534_663),
        ("public", "schema_migrations", "app", 1_787_120_056),
        ("public", "schema_migrations", "/", 2_551_455_205),
        ("tenant_7", "schema_migrations", "/app", 1_844_340_481),
        ("migrate", "versions", "/app", 1_301_589_391),
    ])
    func `they are golang-migrate's`(schema: String, table: String, database: String, number: Int64) {
        #expect(LockID(schema: schema, table: table, database: database).number == number)
    }
}
