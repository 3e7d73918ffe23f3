// swift-tools-version: 6.3
import PackageDescription

let package = Package(
    name: "fastdistill-plugin-shout",
    products: [.library(name: "fastdistill-plugin-shout", type: .dynamic, targets: ["Shout"])],
    dependencies: [.package(name: "FastDistill", path: "../..")],
    targets: [
        .target(
            name: "Shout",
            dependencies: [.product(name: "PluginKit", package: "FastDistill")],
            // Exports the entry and nothing else.
            linkerSettings: [
                .unsafeFlags([
                    "-Xlinker", "--version-script=\(Context.packageDirectory)/plugin.exports", "-Xlinker", "-z",
                    "-Xlinker", "now",
                ])
            ]),
        .testTarget(
            name: "ShoutTests",
            dependencies: [
                "Shout", .product(name: "PluginKit", package: "FastDistill"),
                .product(name: "PluginConformance", package: "FastDistill"),
            ]),
    ],
    swiftLanguageModes: [.v6]
)
