// swift-tools-version: 6.3
import PackageDescription

/// Where FastDistill is: the installation that wrote this package, unless the environment names another.
let prefix = Context.environment["FASTDISTILL_PREFIX"] ?? "{{prefix}}"
let pluginKit = Target.Dependency.product(name: "PluginKit", package: "PluginKit")
let conformance = Target.Dependency.product(name: "PluginConformance", package: "PluginKit")

let package = Package(
    name: "fastdistill-plugin-{{name}}",
    products: [
        .library(name: "fastdistill-plugin-{{name}}", type: .dynamic, targets: ["{{Name}}Plugin"])
    ],
    dependencies: [.package(path: "\(prefix)/share/fastdistill/PluginKit")],
    targets: [
        .target(
            name: "{{Name}}Plugin",
            dependencies: [pluginKit],
            // The library exports the entry and nothing else, and finds all it needs when it is loaded.
            linkerSettings: [
                .unsafeFlags([
                    "-Xlinker", "--version-script=\(Context.packageDirectory)/plugin.exports",
                    "-Xlinker", "-z", "-Xlinker", "now",
                ])
            ]),
        .testTarget(name: "{{Name}}PluginTests", dependencies: ["{{Name}}Plugin", pluginKit, conformance]),
    ],
    swiftLanguageModes: [.v6]
)
