import SQL
import Testing

@Suite("A partition that is detached") struct PartitionDetachmentTests {
    @Test func `is read with its table where it is detached concurrently`() throws {
        let sql = "ALTER TABLE IF EXISTS sales.orders DETACH PARTITION \"orders 2024\" CONCURRENTLY"
        let statement = try #require(try Script(Array(sql.utf8)).statements.first)
        #expect(
            statement.detachment
                == PartitionDetachment(
                    table: RelationName(schema: "sales", name: "orders"), partition: RelationName(name: "orders 2024")))
    }

    @Test(arguments: [
        "ALTER TABLE orders DETACH PARTITION orders_2024", "ALTER TABLE orders DETACH PARTITION orders_2024 FINALIZE",
        "ALTER TABLE orders ADD COLUMN a int",
    ])
    func `is not read off anything else`(sql: String) throws {
        #expect(try #require(try Script(Array(sql.utf8)).statements.first).detachment == nil)
    }
}
