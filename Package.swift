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

// Rows are listed bottom-up; a target may depend on rows above its own line only. `scripts/check-imports` enforces it.
let package = Package(
    name: "pgfleet",
    products: [],
    dependencies: [
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        // No Foundation: its trait would only add a Data overload.
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2", traits: []),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2")
        .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2", traits: [])
    ],
    targets: [
        // Values, no I/O.
        .target(name: "FleetModel", swiftSettings: strict),
        .target(
            name: "Store", dependencies: ["FleetModel", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: strict),
        .target(
            name: "Rollout",
            dependencies: ["FleetModel", .product(name: "HeapModule", package: "swift-collections")],
            swiftSettings: strict),
        .testTarget(name: "FleetModelTests", dependencies: ["FleetModel"], swiftSettings: strict),
        .testTarget(
            name: "StoreTests", dependencies: ["Store", .product(name: "GRDB", package: "GRDB.swift")],
            swiftSettings: strict),
        .testTarget(name: "RolloutTests", dependencies: ["Rollout", "FleetModel"], swiftSettings: strict),
        // The asynchronous client, the only importer of libpq.
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .target(name: "Postgres", dependencies: ["CLibPQ", "FleetModel"], swiftSettings: strictMemory),
        .testTarget(name: "PostgresTests", dependencies: ["FleetModel", "Postgres"], swiftSettings: strict),

        // Throw-away PostgreSQL servers on this machine, as processes.
        .target(
            name: "LocalServers",
            dependencies: [
                "FleetModel",
                .product(name: "Subprocess", package: "swift-subprocess"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),

        // Real servers and fixtures for tests; no shipping target depends on it.
        .target(name: "TestSupport", dependencies: ["LocalServers"], swiftSettings: strict),
        .testTarget(name: "LocalServersTests", dependencies: ["LocalServers", "TestSupport"], swiftSettings: strict),
        // SQL: PostgreSQL's own parser. Debian's libpg-query-dev has no .pc file; its static library keeps the binary free of
        // a shared library that few machines have.
        .systemLibrary(name: "CLibPgQuery"),
        .target(
            name: "SQL", dependencies: ["CLibPgQuery"], swiftSettings: strictMemory,
            linkerSettings: [.linkedLibrary(":libpg_query.a")]),
        .testTarget(name: "SQLTests", dependencies: ["SQL"], swiftSettings: strict),
        // Migrations: files, version table, lock, applying and reverting on one target.
        .target(
            name: "Migrations",
            dependencies: ["FleetModel", "SQL", .product(name: "Crypto", package: "swift-crypto")],
            swiftSettings: strict),
        .testTarget(name: "MigrationsTests", dependencies: ["Migrations", "FleetModel", "SQL"], swiftSettings: strict),

        // fleet.yaml: environments, targets, selectors, secrets.
        .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .target(
            name: "Inventory",
            dependencies: [
                "CLibYAML", "FleetModel", .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            swiftSettings: strict),
        .testTarget(name: "InventoryTests", dependencies: ["Inventory", "FleetModel"], swiftSettings: strict),
    ]
)
