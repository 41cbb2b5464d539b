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
    dependencies: [],
    targets: [
        // Values, no I/O.
        .target(name: "FleetModel", swiftSettings: strict),
        .testTarget(name: "FleetModelTests", dependencies: ["FleetModel"], swiftSettings: strict),
    ]
)
