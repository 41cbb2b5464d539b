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
    ]
)
