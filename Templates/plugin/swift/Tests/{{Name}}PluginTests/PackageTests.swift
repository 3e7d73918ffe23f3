import Foundation
import PluginConformance
import Testing

@testable import {{Name}}Plugin

@Test func thePluginHasTheVersionOfTheFile() throws {
    let file = URL(filePath: #filePath).appending(path: "../../../VERSION").standardized
    let version = try String(contentsOf: file, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
    #expect(plugin.specJSON.contains(#""version":"\#(version)""#), "VERSION says \(version)")
}

/// The conformance kit: all that a host relies on, tried on the library.
@Test(.enabled(if: PluginConformance.isAvailable, "put fastdistill into PATH, or set FASTDISTILL to it"))
func thePluginConforms() throws {
    let library = try PluginConformance.library(ofProduct: "fastdistill-plugin-{{name}}")
    let report = try PluginConformance.check(library: library)
    #expect(report.failures.isEmpty && report.warnings.isEmpty, "\(report)")
}
