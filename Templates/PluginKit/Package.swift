// swift-tools-version: 6.3
import PackageDescription

// What plugins in Swift are built with, as FastDistill installs it. The sources lie below Sources.
let package = Package(
    name: "PluginKit",
    products: [
        .library(name: "PluginKit", targets: ["PluginKit"]),
        .library(name: "PluginConformance", targets: ["PluginConformance"]),
    ],
    targets: [
        .target(name: "PluginABI"),
        .target(name: "PluginKit", dependencies: ["PluginABI"], exclude: ["plugin.exports"]),
        .target(name: "PluginConformance", dependencies: ["PluginKit"]),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c11
)
