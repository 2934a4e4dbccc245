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

// Everything that reads foreign bytes. The tests replay what once was trouble; with LANTERN_FUZZ set, the same entry points become
// a program round libFuzzer, which only scripts/fuzz can link.
let parsers: [Target.Dependency] = [
    "AccessModel", "AWSCalls", "AWSConnector", "BatonWire", "C1Z", "CommandLineKit", "ConnectorHTTP", "ConnectorRunner",
    "ConnectorRuntime", "CredentialCipher", "DemoConnector", "FilesInMemory", "FileViews", "LanternCatalog",
    "LanternWeb", "LDAPConnector", "LinuxConnector",
    "ObjectStorage", "Pebble", "SettingsFiles", "Spreadsheets", "SyncEngine",
    "WireForm", logging,
    protobuf,
]
let fuzzing: Target =
    Context.environment["LANTERN_FUZZ"] == nil
    ? .testTarget(
        name: "FuzzingTests", dependencies: parsers + ["SeededNumbers"], exclude: ["Corpus", "Driver"],
        swiftSettings: settings)
    : .executableTarget(
        name: "lantern-fuzz", dependencies: parsers, path: "Tests/FuzzingTests", exclude: ["Corpus", "Replay"],
        swiftSettings: settings)

let package = Package(
    name: "lantern",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "ConnectorKit", targets: ["AccessModel", "ConnectorKit", "ConnectorRuntime"]),
        .library(name: "ConnectorHTTP", targets: ["ConnectorHTTP"]),
        .library(name: "C1Z", targets: ["AccessModel", "C1Z"]),
        .library(name: "CredentialCipher", targets: ["AccessModel", "CredentialCipher"]),
        .executable(name: "lantern", targets: ["lantern"]),
        .executable(name: "baton", targets: ["baton"]),
        .executable(name: "baton-aws", targets: ["baton-aws"]),
        .executable(name: "baton-demo", targets: ["baton-demo"]),
        .executable(name: "baton-ldap", targets: ["baton-ldap"]),
        .executable(name: "baton-linux", targets: ["baton-linux"]),
        .executable(name: "baton-okta", targets: ["baton-okta"]),
        .executable(name: "baton-postgresql", targets: ["baton-postgresql"]),
        .executable(name: "baton-runner", targets: ["baton-runner"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3"),
        .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // Floor 0: the wire messages and the system's libraries.
        .target(
            name: "BatonWire", dependencies: [protobuf],
            swiftSettings: [.enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("MemberImportVisibility")]
        ),
        .target(name: "CBatonSchema", exclude: ["schema.binpb"]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"]), .brew(["zstd"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .systemLibrary(
            name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite"])]),
        .systemLibrary(
            name: "CLibcrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
        .systemLibrary(
            name: "CLibcurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),
        .systemLibrary(
            name: "CLibldap", pkgConfig: "ldap", providers: [.apt(["libldap-dev"]), .brew(["openldap"])]),
        .systemLibrary(name: "CLibpq", pkgConfig: "libpq", providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
        .target(name: "CLinuxCalls"),

        // Floor 1: records as bytes, and the words of the field.
        .target(name: "WireForm", dependencies: ["CBatonSchema"], swiftSettings: settings),
        .target(name: "AccessModel", dependencies: ["BatonWire", protobuf], swiftSettings: settings),
        .target(name: "ChildProcesses", dependencies: ["CLinuxCalls"], swiftSettings: settings),

        // Floor 1: the storage engine of version 3 files.
        .target(name: "Pebble", dependencies: ["CZstd"], swiftSettings: settings),

        // Floor 1: spreadsheets as people write them.
        .target(name: "Spreadsheets", dependencies: ["CZlib"], swiftSettings: settings),

        // Floor 2: the file.
        .target(
            name: "C1Z",
            dependencies: ["AccessModel", "BatonWire", "CSQLite", "CZstd", "Pebble", "WireForm", crypto, protobuf],
            swiftSettings: settings),

        // Floor 2: what happens to passwords and keys that a connector makes.
        .target(
            name: "CredentialCipher",
            dependencies: [
                "AccessModel", "BatonWire", "CLibcrypto", crypto,
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            swiftSettings: settings),

        // Floor 3: what the author of a connector writes against.
        .target(
            name: "ConnectorKit", dependencies: ["AccessModel", "BatonWire", "WireForm", logging, protobuf],
            swiftSettings: settings
        ),

        // Its HTTP client, apart so that programs without HTTP don't link a network library.
        .target(
            name: "ConnectorHTTP",
            dependencies: [
                "AccessModel", "BatonWire", "ConnectorKit", "CSQLite", "WireForm", logging, protobuf, crypto,
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings),

        // Credentials, signatures and calls of AWS, and of services that speak like it.
        .target(
            name: "AWSCalls",
            dependencies: [
                "AccessModel", "ChildProcesses", "ConnectorHTTP", "ConnectorKit", "WireForm", crypto, logging,
            ],
            swiftSettings: settings),

        // Objects in buckets.
        .target(
            name: "ObjectStorage",
            dependencies: [
                "AccessModel", "AWSCalls", "ConnectorHTTP", "ConnectorKit", "WireForm", crypto, logging,
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: settings),

        // Messages to people by e-mail, and to programs by a webhook.
        .target(
            name: "Notices",
            dependencies: [
                "AccessModel", "CLibcurl", "ConnectorHTTP", "ConnectorKit", "WireForm", crypto, logging,
            ],
            swiftSettings: settings),

        .target(
            name: "SyncEngine", dependencies: ["AccessModel", "BatonWire", "C1Z", "WireForm", logging, protobuf],
            swiftSettings: settings),

        // What people see of a file.
        .target(
            name: "FileViews",
            dependencies: [
                "AccessModel", "BatonWire", "C1Z", "ChildProcesses", "CommandLineKit", "CZlib", "WireForm", protobuf,
                crypto,
            ],
            swiftSettings: settings),

        // What a run tells an OpenTelemetry collector.
        .target(
            name: "Telemetry",
            dependencies: [
                "WireForm", logging, .product(name: "GRPCCore", package: "grpc-swift-2"),
                .product(name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport"),
            ],
            swiftSettings: settings),

        // Floor 4: turns a connector into a program.
        .target(name: "CommandLineKit", dependencies: ["CLinuxCalls"], swiftSettings: settings),
        .target(
            name: "SettingsFiles", dependencies: ["CommandLineKit", .product(name: "Yams", package: "Yams")],
            swiftSettings: settings),
        .target(
            name: "ConnectorRuntime",
            dependencies: [
                "AccessModel", "BatonWire", "C1Z", "CLinuxCalls", "CommandLineKit", "ConnectorKit", "CredentialCipher",
                "FileViews", "ObjectStorage", "SettingsFiles", "SyncEngine", "Telemetry", "WireForm", logging, protobuf,
            ],
            swiftSettings: settings),

        // Runs several connectors, each in its own process.
        .target(
            name: "ConnectorRunner",
            dependencies: [
                "ChildProcesses", "CommandLineKit", "WireForm", .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: settings),

        // Floor 5: one folder an application.
        .target(
            name: "DemoConnector",
            dependencies: ["AccessModel", "BatonWire", "ConnectorKit", "CSQLite", logging, protobuf],
            path: "Sources/Connectors/Demo", swiftSettings: settings),
        .target(
            name: "LinuxConnector",
            dependencies: [
                "AccessModel", "BatonWire", "ChildProcesses", "CLinuxCalls", "ConnectorKit", logging, protobuf, crypto,
            ],
            path: "Sources/Connectors/Linux", swiftSettings: settings),

        .target(
            name: "AWSConnector",
            dependencies: [
                "AccessModel", "AWSCalls", "BatonWire", "ConnectorHTTP", "ConnectorKit", "CredentialCipher", "WireForm",
                logging, protobuf, crypto,
            ],
            path: "Sources/Connectors/AWS", swiftSettings: settings),
        .target(
            name: "LDAPConnector",
            dependencies: ["AccessModel", "BatonWire", "CLibldap", "ConnectorKit", logging, protobuf],
            path: "Sources/Connectors/LDAP", swiftSettings: settings),
        .target(
            name: "PostgreSQLConnector",
            dependencies: ["AccessModel", "BatonWire", "CLibpq", "ConnectorKit", logging, protobuf],
            path: "Sources/Connectors/PostgreSQL", swiftSettings: settings),
        .target(
            name: "OktaConnector",
            dependencies: [
                "AccessModel", "BatonWire", "ConnectorHTTP", "ConnectorKit", "WireForm", logging, protobuf,
            ],
            path: "Sources/Connectors/Okta", swiftSettings: settings),

        // Floor 5: what the server knows, and how files become that.
        .target(
            name: "LanternCatalog",
            dependencies: [
                "AccessModel", "BatonWire", "C1Z", "CSQLite", "Spreadsheets", "SyncEngine", "WireForm", crypto, logging,
                protobuf,
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: settings),

        // Floor 5: who may use the server.
        .target(
            name: "LanternSignIn",
            dependencies: [
                "AccessModel", "CredentialCipher", "WireForm", crypto,
                .product(name: "CryptoExtras", package: "swift-crypto"), .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: settings),

        // Floor 6: where files are fetched from by the clock.
        .target(
            name: "ExternalSources",
            dependencies: [
                "AccessModel", "AWSCalls", "ConnectorHTTP", "ConnectorKit", "LanternCatalog", "ObjectStorage", logging,
            ],
            swiftSettings: settings),

        // Floor 7: pages and API.
        .target(name: "CLanternAssets", exclude: ["files"]),
        .target(
            name: "LanternWeb",
            dependencies: [
                "AccessModel", "CLanternAssets", "ExternalSources", "LanternCatalog", "LanternSignIn", "Spreadsheets",
                "WireForm", crypto, logging,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdHTTP2", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "X509", package: "swift-certificates"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            swiftSettings: settings),

        // The programs.
        .executableTarget(
            name: "lantern",
            dependencies: [
                "AccessModel", "ChildProcesses", "CommandLineKit", "ConnectorKit", "ExternalSources", "FileViews",
                "LanternCatalog",
                "LanternSignIn", "LanternWeb", "Notices", "SettingsFiles", "WireForm", logging,
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings),
        .executableTarget(
            name: "baton-linux", dependencies: ["ConnectorRuntime", "LinuxConnector"], swiftSettings: settings),
        // The code of Examples/baton-roster, compiled as code from outside is; scripts/check-docs runs it.
        .executableTarget(
            name: "RosterExample", dependencies: ["AccessModel", "ConnectorKit", "ConnectorRuntime"],
            path: "Examples/baton-roster/Sources", packageAccess: false, swiftSettings: [.swiftLanguageMode(.v6)]),
        .executableTarget(
            name: "baton-demo", dependencies: ["ConnectorRuntime", "DemoConnector"], swiftSettings: settings),
        .executableTarget(
            name: "baton-aws", dependencies: ["AWSConnector", "ConnectorRuntime"], swiftSettings: settings),
        .executableTarget(
            name: "baton-ldap", dependencies: ["ConnectorRuntime", "LDAPConnector"], swiftSettings: settings),
        .executableTarget(
            name: "baton-postgresql", dependencies: ["ConnectorRuntime", "PostgreSQLConnector"],
            swiftSettings: settings),
        .executableTarget(
            name: "baton-okta", dependencies: ["ConnectorRuntime", "OktaConnector"], swiftSettings: settings),
        .executableTarget(
            name: "baton", dependencies: ["CommandLineKit", "FileViews", "ObjectStorage", "SyncEngine", logging],
            swiftSettings: settings
        ),

        .executableTarget(
            name: "baton-runner", dependencies: ["CommandLineKit", "ConnectorRunner"], swiftSettings: settings),

        // Tests mirror the folders.
        .target(name: "SeededNumbers", path: "Tests/SeededNumbers", swiftSettings: settings),
        .target(
            name: "FilesInMemory", dependencies: ["Pebble"], path: "Tests/FilesInMemory", swiftSettings: settings),
        .testTarget(
            name: "WireFormTests",
            dependencies: ["SeededNumbers", "AccessModel", "BatonWire", "C1Z", "WireForm", protobuf],
            swiftSettings: settings),
        .testTarget(
            name: "AccessModelTests", dependencies: ["AccessModel", "BatonWire", protobuf], swiftSettings: settings),
        .testTarget(
            name: "PebbleTests", dependencies: ["SeededNumbers", "FilesInMemory", "Pebble"], swiftSettings: settings),
        .testTarget(
            name: "C1ZTests",
            dependencies: [
                "SeededNumbers", "FilesInMemory", "AccessModel", "BatonWire", "C1Z", "CSQLite", "CZstd", "Pebble",
                "WireForm", crypto,
                protobuf,
            ],
            exclude: ["Corpus"], swiftSettings: settings),
        .testTarget(
            name: "CredentialCipherTests",
            dependencies: ["SeededNumbers", "AccessModel", "BatonWire", "CredentialCipher", crypto],
            swiftSettings: settings),
        .testTarget(
            name: "SyncEngineTests",
            dependencies: [
                "SeededNumbers",
                "AccessModel", "BatonWire", "C1Z", "ConnectorKit", "ConnectorRuntime", "DemoConnector", "SyncEngine",
                "WireForm",
                logging, protobuf,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "FileViewsTests",
            dependencies: ["AccessModel", "BatonWire", "C1Z", "FileViews", "WireForm", "baton", protobuf],
            swiftSettings: settings),
        .testTarget(name: "CommandLineKitTests", dependencies: ["CommandLineKit"], swiftSettings: settings),
        .testTarget(
            name: "LinuxConnectorTests",
            dependencies: [
                "SeededNumbers",
                "AccessModel", "BatonWire", "C1Z", "ChildProcesses", "ConnectorKit", "LinuxConnector", "baton-linux",
                logging, protobuf,
            ],
            path: "Tests/Connectors/LinuxTests", swiftSettings: settings),
        .testTarget(
            name: "DemoConnectorTests",
            dependencies: ["AccessModel", "BatonWire", "ConnectorKit", "CSQLite", "DemoConnector", logging, protobuf],
            path: "Tests/Connectors/DemoTests", swiftSettings: settings),
        .target(
            name: "BuiltConnectors",
            dependencies: ["AccessModel", "BatonWire", "C1Z", "ConnectorKit", protobuf],
            path: "Tests/BuiltConnectors", swiftSettings: settings),
        .testTarget(
            name: "PostgreSQLConnectorTests",
            dependencies: [
                "AccessModel", "BatonWire", "BuiltConnectors", "ConnectorKit", "PostgreSQLConnector", "baton",
                "baton-postgresql", logging, protobuf,
            ],
            path: "Tests/Connectors/PostgreSQLTests", swiftSettings: settings),
        .testTarget(
            name: "LDAPConnectorTests",
            dependencies: [
                "AccessModel", "BatonWire", "BuiltConnectors", "C1Z", "ConnectorKit", "LDAPConnector", "baton-ldap",
                logging, protobuf,
            ],
            path: "Tests/Connectors/LDAPTests", swiftSettings: settings),
        .testTarget(
            name: "AWSConnectorTests",
            dependencies: [
                "AccessModel", "AWSCalls", "AWSConnector", "BatonWire", "BuiltConnectors", "ConnectorHTTP",
                "ConnectorKit", "CredentialCipher", "PythonServices", "WireForm", "baton-aws", logging, protobuf,
                crypto,
            ],
            path: "Tests/Connectors/AWSTests", exclude: ["aws-service.py"], swiftSettings: settings),
        .testTarget(
            name: "OktaConnectorTests",
            dependencies: [
                "AccessModel", "BatonWire", "BuiltConnectors", "OktaConnector", "OktaStandin", "StandinKit", "WireForm",
                "baton-okta", crypto, protobuf,
                .product(name: "CryptoExtras", package: "swift-crypto"),
            ],
            path: "Tests/Connectors/OktaTests", swiftSettings: settings),
        .testTarget(
            name: "ConnectorHTTPTests",
            dependencies: [
                "AccessModel", "BatonWire", "ConnectorHTTP", "ConnectorKit", logging, protobuf, crypto,
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "TelemetryTests", dependencies: ["Telemetry", "baton-demo", logging], exclude: ["collector.py"],
            swiftSettings: settings),
        .testTarget(name: "SpreadsheetsTests", dependencies: ["CZlib", "Spreadsheets"], swiftSettings: settings),
        .target(
            name: "PythonServices", path: "Tests/PythonServices", exclude: ["bucket-service.py"],
            swiftSettings: settings),
        .testTarget(
            name: "ObjectStorageTests",
            dependencies: [
                "AccessModel", "AWSCalls", "ConnectorHTTP", "ConnectorKit", "ObjectStorage", "SeededNumbers",
                "PythonServices", "baton",
                "baton-demo", "baton-linux", "lantern", logging,
            ],
            exclude: ["second-service.py"], swiftSettings: settings),
        .testTarget(
            name: "ExternalSourcesTests",
            dependencies: [
                "AccessModel", "C1Z", "ExternalSources", "LanternCatalog", "PythonServices", logging,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "NoticesTests",
            dependencies: [
                "AccessModel", "ConnectorHTTP", "ConnectorKit", "Notices", "PythonServices", "SeededNumbers", "lantern",
                logging,
            ],
            exclude: ["mail-service.py"], swiftSettings: settings),
        .testTarget(
            name: "LanternCatalogTests",
            dependencies: [
                "SeededNumbers", "AccessModel", "BatonWire", "C1Z", "LanternCatalog", "Spreadsheets", "WireForm",
                logging,
                protobuf,
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "LanternWebTests",
            dependencies: [
                "AccessModel", "ChildProcesses", "CommandLineKit", "CredentialCipher", "ExternalSources",
                "LanternCatalog", "LanternSignIn", "LanternWeb", "WireForm", "lantern", logging,
                .product(name: "Yams", package: "Yams"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "GRPCCore", package: "grpc-swift-2"),
                .product(name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "BrowserTests",
            dependencies: [
                "C1Z", "ExternalSources", "LanternCatalog", "LanternSignIn", "LanternWeb", "ObjectStorage",
                "PythonServices",
                logging,
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ProgramFaultTests",
            dependencies: ["AccessModel", "C1Z", "ChildProcesses", "baton", "baton-demo"],
            exclude: ["Faults/faults.c"], swiftSettings: settings),
        .testTarget(
            name: "ConnectorRunnerTests",
            dependencies: ["CommandLineKit", "ConnectorRunner", "baton", "baton-demo", "baton-runner"],
            swiftSettings: settings),
        .testTarget(
            name: "ConnectorRuntimeTests",
            dependencies: [
                "SeededNumbers",
                "AccessModel", "BatonWire", "C1Z", "ConnectorKit", "ConnectorRuntime", "CommandLineKit",
                "CredentialCipher", "CSQLite", "DemoConnector", "SettingsFiles", "SyncEngine", logging, protobuf,
            ],
            swiftSettings: settings),

        // Servers that answer like the applications that connectors ask.
        .target(
            name: "StandinKit",
            dependencies: [
                "WireForm", logging, crypto,
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SwiftASN1", package: "swift-asn1"),
                .product(name: "X509", package: "swift-certificates"),
            ],
            path: "Tests/Standins/StandinKit", swiftSettings: settings),
        .target(
            name: "OktaStandin",
            dependencies: [
                "SeededNumbers", "StandinKit", "WireForm", crypto,
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
            ],
            path: "Tests/Standins/Okta", exclude: ["README.md", "golden.json"], swiftSettings: settings),
        .executableTarget(
            name: "okta-standin", dependencies: ["OktaStandin", "StandinKit"],
            path: "Tests/Standins/okta-standin", swiftSettings: settings),
        .testTarget(
            name: "StandinTests",
            dependencies: [
                "OktaStandin", "StandinKit", "WireForm", crypto,
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            path: "Tests/Standins/Tests", swiftSettings: settings),
        fuzzing,
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c2x
)
