/// Migrations that tests run.
enum Samples {
    /// Versions 1 and 2, each with a table and the way back.
    static let two = table(1) + table(2)

    /// Files of a version that makes the table `t<version>`, with other SQL before and after it.
    static func table(_ version: Int, before: String = "", after: String = "") -> [String: String] {
        [
            "\(version)_make_t\(version).up.sql": "\(before)CREATE TABLE t\(version) (id int);\n\(after)",
            "\(version)_make_t\(version).down.sql": "DROP TABLE t\(version);\n",
        ]
    }

    /// Versions 1 to `count` with a table each, whose ups take so many seconds.
    static func slow(_ count: Int, seconds: Double) -> [String: String] {
        (1...count).reduce([:]) { $0 + table($1, before: "SELECT pg_sleep(\(seconds));\n") }
    }

    /// Version 1 with a table, whose up waits until the test opens the database's gate.
    static let gated = table(
        1,
        before: """
            DO $$ BEGIN
              WHILE NOT EXISTS (SELECT FROM pg_class WHERE relname = 'gate') LOOP PERFORM pg_sleep(0.02); END LOOP;
            END $$;

            """)

    /// The names of the tables that versions 1 to `count` make.
    static func tables(_ count: Int) -> Set<String> { Set((1...max(1, count)).prefix(count).map { "t\($0)" }) }
}

func + (left: [String: String], right: [String: String]) -> [String: String] { left.merging(right) { $1 } }
