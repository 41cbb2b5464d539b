// swift-tools-version: 6.2
import PackageDescription

/// Every target is compiled alike: Swift 6 mode, the upcoming features that are still off in it, warnings as errors.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
    .treatAllWarnings(as: .error),
    .treatWarning("DeprecatedDeclaration", as: .warning),
]

/// The targets that touch C memory must also mark each such place with `unsafe`.
let strictMemory: [SwiftSetting] = strict + [.strictMemorySafety()]

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let heap: Target.Dependency = .product(name: "HeapModule", package: "swift-collections")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let systemPackage: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")

// Rows are listed bottom-up; a target may depend on rows above its own line only. `scripts/check-imports` enforces it.
let package = Package(
    name: "pgfleet",
    products: [
        .executable(name: "pgfleet", targets: ["pgfleet"]),
        // For tests alone: a library of its own, because it is preloaded into the program and not linked into anything.
        .library(name: "DieAtSync", type: .dynamic, targets: ["DieAtSync"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        // No Foundation: its trait would only add a Data overload.
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        // System libraries, each imported by one target alone.
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CLibPgQuery", providers: [.apt(["libpg-query-dev"])]),

        // Values, no I/O.
        .target(name: "FleetModel", swiftSettings: strict),

        // The asynchronous client, the only importer of libpq.
        .target(name: "Postgres", dependencies: ["CLibPQ", "FleetModel"], swiftSettings: strictMemory),
        // PostgreSQL's own parser. Debian's libpg-query-dev has no .pc file; its static library keeps the binary free
        // of a shared library that few machines have.
        .target(
            name: "SQL", dependencies: ["CLibPgQuery", "FleetModel"], swiftSettings: strictMemory,
            linkerSettings: [.linkedLibrary(":libpg_query.a")]),
        // Asks web addresses, the only importer of the HTTP client.
        .target(
            name: "Web", dependencies: ["FleetModel", asyncHTTPClient, nioCore, nioHTTP1, nioPosix, nioSSL],
            swiftSettings: strict),
        // Throw-away PostgreSQL servers on this machine, as processes.
        .target(name: "LocalServers", dependencies: ["FleetModel", subprocess, systemPackage], swiftSettings: strict),

        // fleet.yaml: environments, targets, selectors, secrets.
        .target(
            name: "Inventory", dependencies: ["CLibYAML", "FleetModel", "Postgres", subprocess],
            swiftSettings: strict),
        // Files, version table, lock, applying and reverting on one target.
        .target(
            name: "Migrations", dependencies: ["FleetModel", "Postgres", "SQL", crypto], swiftSettings: strict),
        // Journals of rollouts.
        .target(name: "Store", dependencies: ["FleetModel", grdb], swiftSettings: strict),
        // Snapshot, fingerprint and difference of live schemas; what a version should look like, by replay on scratch.
        .target(
            name: "Schema",
            dependencies: [
                "FleetModel", "Inventory", "LocalServers", "Migrations", "Postgres", "SQL", "Store", crypto,
            ],
            swiftSettings: strict),
        // Plan, waves, scheduler, gates, halt, rollback, resume.
        .target(
            name: "Rollout",
            dependencies: ["FleetModel", "Inventory", "Migrations", "Postgres", "Store", "Web", heap, subprocess],
            swiftSettings: strict),
        // What state a dirty target is in, and the way out of it.
        .target(
            name: "Recovery",
            dependencies: ["FleetModel", "Inventory", "Migrations", "Postgres", "Rollout", "SQL", "Schema"],
            swiftSettings: strict),

        // Checks of a whole fleet.
        .target(
            name: "Monitor",
            dependencies: [
                "FleetModel", "Inventory", "Migrations", "Postgres", "Rollout", "Schema", "Store", crypto,
            ],
            swiftSettings: strict),

        // The command line; the only target that prints or exits.
        .target(
            name: "Commands",
            dependencies: [
                "FleetModel", "Inventory", "LocalServers", "Migrations", "Monitor", "Postgres", "Recovery", "Rollout",
                "SQL", "Schema", "Store", argumentParser,
            ],
            swiftSettings: strict),
        .executableTarget(name: "pgfleet", dependencies: ["Commands"], swiftSettings: strict),

        // Real servers and fixtures for tests; no shipping target depends on it.
        .target(
            name: "TestSupport",
            dependencies: ["FleetModel", "LocalServers", "Postgres", "Web", nioCore, nioHTTP1, nioPosix, nioSSL],
            swiftSettings: strict),

        // Kills the program at a chosen commit of its store.
        .target(name: "DieAtSync", path: "Tests/DieAtSync"),

        .testTarget(name: "FleetModelTests", dependencies: ["FleetModel"], swiftSettings: strict),
        .testTarget(name: "PostgresTests", dependencies: ["FleetModel", "Postgres"], swiftSettings: strict),
        .testTarget(name: "SQLTests", dependencies: ["FleetModel", "SQL", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "WebTests", dependencies: ["LocalServers", "TestSupport", "Web"], swiftSettings: strict),
        .testTarget(name: "LocalServersTests", dependencies: ["LocalServers", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "InventoryTests",
            dependencies: ["FleetModel", "Inventory", "LocalServers", "Postgres", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "MigrationsTests",
            dependencies: ["FleetModel", "LocalServers", "Migrations", "Postgres", "SQL", "TestSupport"],
            swiftSettings: strict),
        .testTarget(
            name: "SchemaTests",
            dependencies: [
                "FleetModel", "Inventory", "LocalServers", "Migrations", "Postgres", "Schema", "Store", "TestSupport",
                crypto,
            ],
            swiftSettings: strict),
        .testTarget(name: "StoreTests", dependencies: ["FleetModel", "Store", grdb], swiftSettings: strict),
        .testTarget(
            name: "RolloutTests",
            dependencies: [
                "FleetModel", "Inventory", "LocalServers", "Migrations", "Postgres", "Rollout", "Store", "TestSupport",
            ],
            swiftSettings: strict),
        // The program as its users run it, against real servers.
        .testTarget(
            name: "CommandsTests",
            dependencies: [
                "Commands", "FleetModel", "Inventory", "LocalServers", "Migrations", "Postgres", "TestSupport",
                "pgfleet",
            ],
            swiftSettings: strict),
        // What people see, from values: screens, stories, reports.
        .testTarget(
            name: "ScreenTests", dependencies: ["Commands", "FleetModel", "Rollout", "Store"],
            swiftSettings: strict),
        // The repository's own fleet.yaml, migrations and deploy/demo.
        .testTarget(
            name: "SampleFleetTests",
            dependencies: ["FleetModel", "Inventory", "LocalServers", "Postgres", "TestSupport"],
            swiftSettings: strict),
    ]
)
