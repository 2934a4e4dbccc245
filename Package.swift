// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")

let package = Package(
    name: "lantern",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // Floor 0: the wire messages and the system's libraries.
        .target(
            name: "BatonWire", dependencies: [protobuf],
            swiftSettings: [.enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility")]
        ),
        .target(name: "CBatonSchema", exclude: ["schema.binpb"]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]),
        .target(name: "CLinuxCalls"),

        // Floor 1: the words of the field.
        .target(name: "AccessModel", dependencies: ["BatonWire", protobuf], swiftSettings: settings),

        // Floor 3: what the author of a connector writes against.
        .target(name: "ConnectorKit", dependencies: ["AccessModel", logging], swiftSettings: settings),

        .target(name: "SyncEngine", dependencies: ["AccessModel", "BatonWire", logging, protobuf], swiftSettings: settings),

        // Floor 4: turns a connector into a program.
        .target(name: "CommandLineKit", swiftSettings: settings),
        .target(
            name: "ConnectorRuntime",
            dependencies: [
                "AccessModel", "BatonWire", "CommandLineKit", "ConnectorKit", "SyncEngine", logging, protobuf,
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: settings),

        // Floor 5: one folder an application.
        .target(
            name: "DemoConnector",
            dependencies: ["AccessModel", "BatonWire", "ConnectorKit", "CSQLite", logging, protobuf],
            path: "Sources/Connectors/Demo", swiftSettings: settings),
        .target(
            name: "LinuxConnector",
            dependencies: ["AccessModel", "BatonWire", "CLinuxCalls", "ConnectorKit", logging, protobuf, crypto],
            path: "Sources/Connectors/Linux", swiftSettings: settings),

        // Tests mirror the folders.
        .testTarget(
            name: "AccessModelTests", dependencies: ["AccessModel", "BatonWire", protobuf], swiftSettings: settings),
        .testTarget(name: "CommandLineKitTests", dependencies: ["CommandLineKit"], swiftSettings: settings),
        .testTarget(
            name: "LinuxConnectorTests",
            dependencies: ["AccessModel", "BatonWire", "ConnectorKit", "LinuxConnector", logging, protobuf],
            path: "Tests/Connectors/LinuxTests", swiftSettings: settings),
        .testTarget(
            name: "DemoConnectorTests",
            dependencies: ["AccessModel", "BatonWire", "ConnectorKit", "DemoConnector", logging],
            path: "Tests/Connectors/DemoTests", swiftSettings: settings),
        .testTarget(
            name: "ConnectorRuntimeTests",
            dependencies: [
                "AccessModel", "BatonWire", "ConnectorKit", "ConnectorRuntime", "CommandLineKit", logging, protobuf,
            ],
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c2x
)
