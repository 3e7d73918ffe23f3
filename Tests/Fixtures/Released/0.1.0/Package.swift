// swift-tools-version: 6.3
import PackageDescription

/// The plugins of FastDistill 0.1.0 and the SDK they were built with, as they were then.
let linkage: [LinkerSetting] = [
    .unsafeFlags([
        "-Xlinker", "--version-script=\(Context.packageDirectory)/Sources/PluginKit/plugin.exports",
        "-Xlinker", "-z", "-Xlinker", "now",
    ])
]

func plugin(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(
        name: name, dependencies: ["PluginABI", "PluginKit"] + dependencies, path: "Plugins/\(name)/Sources",
        linkerSettings: linkage)
}

let package = Package(
    name: "Released",
    products: ["Canonical", "Rules", "Text2SQL", "Judge"].map { name in
        .library(name: "fastdistill-plugin-\(name.lowercased())", type: .dynamic, targets: [name])
    },
    targets: [
        .target(name: "PluginABI"),
        .target(name: "PluginKit", dependencies: ["PluginABI"], exclude: ["plugin.exports"]),
        .systemLibrary(name: "CSQLite"),
        .systemLibrary(name: "CCrypto"),
        plugin("Canonical"), plugin("Rules"), plugin("Text2SQL", ["CSQLite", "CCrypto"]), plugin("Judge"),
    ],
    swiftLanguageModes: [.v6]
)
