// swift-tools-version: 6.3
import Foundation
import PackageDescription

/// Arrow and Parquet C++ come out of the pinned pyarrow wheel, which `make setup` unpacks into `.deps/pyarrow`.
let pyarrow = "\(Context.packageDirectory)/.deps/pyarrow"
let arrowLibraries = ((try? FileManager.default.contentsOfDirectory(atPath: pyarrow)) ?? [])
    .filter { $0.hasPrefix("libparquet.so.") || $0.hasPrefix("libarrow.so.") }
    .sorted()

/// A plugin exports its entry and nothing else, and finds all it needs when it is loaded, not when it runs.
let pluginLinkage: [LinkerSetting] = [
    .unsafeFlags([
        "-Xlinker", "--version-script=\(Context.packageDirectory)/Sources/PluginKit/plugin.exports",
        "-Xlinker", "-z", "-Xlinker", "now",
    ]),
    // A run hashes and copies its plugins.
    .unsafeFlags(["-Xlinker", "--strip-debug"], .when(configuration: .release)),
]

/// All tests are linked into one program, where every plugin brings the same entry symbol.
/// They test steps, never the entry, so it does not matter which of them wins.
let testLinkage: [LinkerSetting] = [.unsafeFlags(["-Xlinker", "--allow-multiple-definition"])]

let strictC: [CSetting] = [.unsafeFlags(["-std=gnu11", "-Wall", "-Wextra", "-Werror"])]
let strictCXX: [CXXSetting] = [.unsafeFlags(["-std=c++20", "-Wall", "-Wextra", "-Werror", "-fno-cxx-modules"])]

func plugin(_ name: String, dependencies: [Target.Dependency] = [], testData: [String] = []) -> [Target] {
    [
        .target(
            name: name,
            dependencies: ["PluginABI", "PluginKit"] + dependencies,
            path: "Plugins/\(name)/Sources",
            linkerSettings: pluginLinkage),
        .testTarget(
            name: "\(name)Tests",
            dependencies: [.target(name: name), "PluginKit", "Blocking"] + dependencies,
            path: "Plugins/\(name)/Tests",
            exclude: testData,
            linkerSettings: testLinkage),
    ]
}

func pluginProduct(_ name: String) -> Product {
    .library(name: "fastdistill-plugin-\(name.lowercased())", type: .dynamic, targets: [name])
}

let package = Package(
    name: "FastDistill",
    products: [
        .executable(name: "fastdistill", targets: ["CLI"]),
        .executable(name: "fastdistill-worker", targets: ["Worker"]),
        .library(name: "PluginKit", targets: ["PluginKit"]),
        .library(name: "PluginConformance", targets: ["PluginConformance"]),
        .library(name: "FastDistillParquet", type: .dynamic, targets: ["CParquet"]),
        pluginProduct("Canonical"), pluginProduct("Rules"), pluginProduct("Text2SQL"), pluginProduct("Judge"),
        pluginProduct("Prompt"),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        // The boundary between host and plugin, and the SDK on the plugin's side of it.
        .target(
            name: "PluginABI", cSettings: [.unsafeFlags(["-std=c11", "-Wall", "-Wextra", "-pedantic", "-Werror"])]),
        .target(name: "PluginKit", dependencies: ["PluginABI"], exclude: ["plugin.exports"]),
        .target(name: "PluginConformance", dependencies: ["PluginKit"]),

        // The host: four planes, joined by Pipeline.
        .target(
            name: "DataPlane",
            dependencies: ["PluginABI", "CParquetABI", "CYAML", "CSQLite", "CCrypto", "CXXHash", "CJSON", "CPlatform"],
            path: "Sources/Host/DataPlane"),
        .target(
            name: "InferencePlane",
            dependencies: ["DataPlane", "CCurl", "CSQLite", "CPlatform"],
            path: "Sources/Host/InferencePlane"),
        .target(
            name: "ControlPlane",
            dependencies: ["DataPlane", "PluginABI", "CPlatform", .product(name: "Logging", package: "swift-log")],
            path: "Sources/Host/ControlPlane"),
        .target(name: "TrainingPlane", dependencies: ["DataPlane", "CPlatform"], path: "Sources/Host/TrainingPlane"),
        .target(name: "Reports", dependencies: ["DataPlane"], path: "Sources/Host/Reports"),
        .target(
            name: "Pipeline",
            dependencies: ["DataPlane", "InferencePlane", "ControlPlane", "TrainingPlane", "Reports", "CPlatform"],
            path: "Sources/Host/Pipeline"),
        .executableTarget(
            name: "CLI",
            dependencies: ["Pipeline", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            path: "Sources/Host/CLI"),
        .executableTarget(name: "Worker", dependencies: ["ControlPlane"], path: "Sources/Host/Worker"),

        // C behind a fence: system libraries and thin shims.
        .systemLibrary(name: "CYAML", path: "Sources/CYAML", providers: [.apt(["libyaml-dev"])]),
        .systemLibrary(name: "CSQLite", path: "Sources/CSQLite", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "CCrypto", path: "Sources/CCrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CXXHash", path: "Sources/CXXHash", providers: [.apt(["libxxhash-dev"])]),
        .target(
            name: "CJSON", path: "Sources/CJSON", cxxSettings: strictCXX, linkerSettings: [.linkedLibrary("simdjson")]),
        // libcurl's types; the library itself is loaded when a request needs it.
        .target(name: "CCurl", path: "Sources/CCurl", cSettings: strictC),
        .target(name: "CPlatform", path: "Sources/CPlatform", cSettings: strictC),
        .target(name: "CParquetABI", dependencies: ["PluginABI"], path: "Sources/CParquetABI", cSettings: strictC),
        .target(
            name: "CParquet",
            dependencies: ["CParquetABI"],
            path: "Sources/CParquet",
            cxxSettings: strictCXX + [.unsafeFlags(["-isystem", "\(pyarrow)/include"])],
            linkerSettings: [
                .unsafeFlags(
                    ["-L\(pyarrow)"] + arrowLibraries.map { "-l:\($0)" } + ["-Xlinker", "-rpath", "-Xlinker", pyarrow])
            ]),

        // Tests, by distance: beside a module, across a real boundary, around the real binary. Those that wait for processes do
        // so on threads of their own.
        .target(name: "Blocking", path: "Tests/Blocking"),
        .testTarget(
            name: "DataPlaneTests", dependencies: ["DataPlane", "CPlatform", "Blocking"],
            path: "Tests/Unit/DataPlaneTests"),
        .testTarget(
            name: "InferencePlaneTests", dependencies: ["InferencePlane", "Blocking"],
            path: "Tests/Unit/InferencePlaneTests"),
        .testTarget(name: "ControlPlaneTests", dependencies: ["ControlPlane"], path: "Tests/Unit/ControlPlaneTests"),
        // Its folder Support is a link to the support code of the data plane's tests.
        .testTarget(
            name: "TrainingPlaneTests", dependencies: ["TrainingPlane", "GateSimulation", "Blocking"],
            path: "Tests/Unit/TrainingPlaneTests", exclude: ["Trainers/fake_trainer.py"]),
        .target(
            name: "GateSimulation", dependencies: ["DataPlane", "TrainingPlane"], path: "Benchmarks/Gates/Simulation"),
        .testTarget(name: "PluginKitTests", dependencies: ["PluginKit"], path: "Tests/Unit/PluginKitTests"),
        .testTarget(name: "ReportsTests", dependencies: ["Reports"], path: "Tests/Unit/ReportsTests"),
        .testTarget(
            name: "BoundaryTests",
            dependencies: [
                "ControlPlane", "PluginConformance", "Blocking", .product(name: "Logging", package: "swift-log"),
            ],
            path: "Tests/Boundary"),
        .testTarget(
            name: "EndToEndTests", dependencies: ["Pipeline", "Blocking"], path: "Tests/EndToEnd",
            exclude: ["Graphs", "README.md", "Servers"]),
        // Its folder Support is a link to the support code of the end-to-end tests.
        .testTarget(name: "CrashTests", dependencies: ["Pipeline", "CSQLite", "Blocking"], path: "Tests/Crash"),
    ] + plugin("Canonical", testData: ["vectors.json", "check_vectors.py"]) + plugin("Rules")
        + plugin(
            "Text2SQL", dependencies: ["CSQLite", "CCrypto"],
            testData: ["Replies/replies.jsonl", "Comparison/official_verdicts.py"])
        + plugin("Judge") + plugin("Prompt"),
    swiftLanguageModes: [.v6],
    cLanguageStandard: .gnu11,
    cxxLanguageStandard: .cxx20
)

// Programs that nothing else needs to build: the benchmarks of the boundary and of verdicts, and the simulation of gates.
if Context.environment["FASTDISTILL_BENCHMARKS"] != nil {
    let folder = "Benchmarks/Boundary"
    package.products += [
        .library(name: "boundary-plugin-swift", type: .dynamic, targets: ["BoundaryPluginSwift"]),
        .executable(name: "boundary-json-child", targets: ["BoundaryJSONChild"]),
        .executable(name: "boundary-benchmark", targets: ["BoundaryBenchmark"]),
        .executable(name: "simulate-gates", targets: ["SimulateGates"]),
        .executable(name: "verdicts-benchmark", targets: ["VerdictsBenchmark"]),
    ]
    package.targets += [
        .target(
            name: "BoundaryPluginSwift", dependencies: ["PluginABI", "PluginKit"], path: "\(folder)/SwiftPlugin",
            linkerSettings: pluginLinkage),
        .executableTarget(
            name: "BoundaryJSONChild", path: "\(folder)/JSONChild", exclude: ["json_child.py"], cxxSettings: strictCXX,
            linkerSettings: [.linkedLibrary("simdjson")]),
        .executableTarget(
            name: "BoundaryBenchmark", dependencies: ["ControlPlane", "DataPlane"], path: "\(folder)/Runner"),
        .executableTarget(name: "SimulateGates", dependencies: ["GateSimulation"], path: "Benchmarks/Gates/Runner"),
        .executableTarget(
            name: "VerdictsBenchmark", dependencies: ["ControlPlane", "DataPlane"], path: "Benchmarks/Verdicts/Runner"),
    ]
}

// Overlapping accesses to a variable are found while the tests run, in debug builds; a run does not pay for the search.
for target in package.targets where target.path?.hasPrefix("Sources/Host/") ?? false {
    let settings: [SwiftSetting] = [
        .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))
    ]
    target.swiftSettings = (target.swiftSettings ?? []) + settings
}

// A warning is an error, in our own targets only.
for target in package.targets where target.type != .system {
    target.swiftSettings = (target.swiftSettings ?? []) + [.treatAllWarnings(as: .error)]
}
