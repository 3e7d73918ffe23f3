import Foundation
import Testing

/// The plugins in Swift of Tests/Fixtures/SwiftPlugins, compiled against the PluginKit of the build under test.
enum SwiftPlugin {
    static func compile(_ name: String, into folder: TemporaryFolder) throws {
        let products = URL(filePath: Package.executable).deletingLastPathComponent().path
        let objects = try ["PluginKit", "PluginABI"].flatMap { target in
            try FileManager.default.contentsOfDirectory(atPath: "\(products)/\(target).build")
                .filter { $0.hasSuffix(".o") }.map { "\(products)/\(target).build/\($0)" }
        }
        let exports = "\(Package.root)/Sources/PluginKit/plugin.exports"
        let result = try shell(
            [
                "swiftc", "-swift-version", "6", "-parse-as-library", "-emit-library", "-module-name", name,
                "\(Package.root)/Tests/Fixtures/SwiftPlugins/\(name).swift", "-I", "\(products)/Modules",
                "-I", "\(Package.root)/Sources/PluginABI/include", "-Xlinker", "--version-script=\(exports)",
                "-Xlinker", "-z", "-Xlinker", "now", "-o", folder.file("\(name).so"),
            ] + objects)
        try #require(result.status == 0, "\(result)")
    }
}
