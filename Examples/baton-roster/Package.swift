// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "baton-roster",
    dependencies: [.package(name: "lantern", path: "../..")],
    targets: [
        .executableTarget(
            name: "baton-roster", dependencies: [.product(name: "ConnectorKit", package: "lantern")], path: "Sources")
    ],
    swiftLanguageModes: [.v6]
)
