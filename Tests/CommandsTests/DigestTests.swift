import LocalServers
import TestSupport
import Testing

/// `digest`: what a build keeps, and what databases are checked against.
@Suite("Digests of migrations") struct DigestTests {
    /// The digest as docs/deploy.md says that other programs compute it.
    private static let recipe = """
        last=$1; cd migrations
        for up in *.up.sql; do
          version=$(echo "$up" | sed 's/^0*//; s/_.*//'); down=${up%.up.sql}.down.sql
          [ "$version" -le "$last" ] || continue
          ups=$(sha256sum < "$up" | cut -d' ' -f1); downs=-
          [ -e "$down" ] && downs=$(sha256sum < "$down" | cut -d' ' -f1)
          echo "$version $ups $downs"
        done | sort -n | sha256sum | cut -d' ' -f1
        """

    @Test func `another program computes the same from the files`() async throws {
        try await withFleet(of: 1, Samples.two + Samples.table(10)) { fleet, _ in
            try fleet.remove("migrations/2_make_t2.down.sql")
            for version in ["2", "10"] {
                let own = try await fleet.run("digest", "--version", version)
                let others = try await Program(
                    "/bin/sh", ["-c", "cd \(fleet.path)\n" + Self.recipe, "sh", version]
                ).output()
                #expect(own.output == "\(version) sha256:\(others)")
                #expect(own.code == 0)
            }
            let latest = try await fleet.run("digest")
            let alone = try await fleet.run("digest", "--migrations", "migrations")
            #expect(latest.output == alone.output)
            #expect(latest.output.hasPrefix("10 sha256:"))
        }
    }

    @Test func `names do not count, contents and versions do`() async throws {
        try await withFleet(of: 1, Samples.two) { fleet, _ in
            let first = try await fleet.run("digest").output
            let text = Samples.two["1_make_t1.up.sql"] ?? ""
            try fleet.remove("migrations/1_make_t1.up.sql")
            try fleet.write("migrations/001_other_title.up.sql", text)
            #expect(try await fleet.run("digest").output == first)
            try fleet.write("migrations/001_other_title.up.sql", text + "\n")
            #expect(try await fleet.run("digest").output != first)
        }
    }

    @Test func `a database is good enough when it is on the version or later, by the same files`() async throws {
        try await withFleet(of: 2, Samples.two + Samples.table(3)) { fleet, databases in
            let digest = try await fleet.run("digest", "--version", "2").output
            let before = try await fleet.run("digest", "--check", digest, "--output", "json")
            #expect(before.code == 1)
            #expect(
                try before.document()["targets"].elements.map { $0["reason"] } == [
                    .string("behind"), .string("behind"),
                ])
            #expect(try await fleet.run("rollout", "--yes").code == 0)
            let after = try await fleet.run("digest", "--check", digest, "--output", "json")
            #expect(after.code == 0, "\(after.everything)")
            #expect(
                try after.document()["targets"].elements.map { $0["history_compared"] } == [.bool(true), .bool(true)])
            try await databases[0].psql("UPDATE schema_migrations SET dirty = true")
            #expect(try await fleet.run("digest", "--check", digest).code == 3)
            #expect(try await fleet.run("digest", "--check", digest, "--target", "*/\(databases[1].name)").code == 0)
        }
    }

    @Test func `a file that was edited after it was applied is found in the history`() async throws {
        try await withFleet(of: 1, Samples.two) { fleet, _ in
            #expect(try await fleet.run("migrate", "up").code == 0)
            try fleet.write("migrations/1_make_t1.up.sql", "CREATE TABLE t1 (id bigint);\n")
            let digest = try await fleet.run("digest").output
            let edited = try await fleet.run("digest", "--check", digest, "--output", "json")
            let row = try edited.document()["targets"].elements[0]
            #expect(edited.code == 1)
            #expect(row["reason"] == .string("other_files"))
            #expect(row["versions"] == .array([.number(1)]))
            // Reverted and applied again, it is the second file that counts.
            #expect(try await fleet.run("migrate", "down", "2").code == 0)
            #expect(try await fleet.run("migrate", "up").code == 0)
            #expect(try await fleet.run("digest", "--check", digest).code == 0)
        }
    }

    @Test func `without a history the version alone counts`() async throws {
        try await withFleet(of: 1, Samples.two) { fleet, databases in
            try await databases[0].adopt(2)
            let result = try await fleet.run(
                "digest", "--check", try await fleet.run("digest").output, "--output", "json")
            #expect(result.code == 0, "\(result.everything)")
            #expect(try result.document()["targets"].elements[0]["history_compared"] == .bool(false))
        }
    }

    @Test func `files that are not those of the digest can vouch for nothing`() async throws {
        try await withFleet(of: 1, Samples.two) { fleet, _ in
            #expect(try await fleet.run("migrate", "up").code == 0)
            let other = "2 sha256:" + String(repeating: "0", count: 64)
            let result = try await fleet.run("digest", "--check", other, "--output", "json")
            #expect(result.code == 1)
            #expect(try result.document()["targets"].elements[0]["reason"] == .string("other_digest"))
        }
    }

    @Test(arguments: [["--check", "2"], ["--check", "2 md5:00"], ["--version", "7"], ["--env", "nowhere"]])
    func `what makes no sense is refused with 2`(arguments: [String]) async throws {
        try await withFleet(of: 1, Samples.two) { fleet, _ in
            let result = try await fleet.run(["digest"] + arguments)
            #expect(result.code == 2, "\(result.everything)")
        }
    }
}
