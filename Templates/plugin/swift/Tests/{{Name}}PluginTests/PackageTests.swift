import Foundation
import Testing

@testable import {{Name}}Plugin

/// What has to hold for the package as a whole.
@Test func thePluginHasTheVersionOfTheFile() throws {
    let file = URL(filePath: #filePath).appending(path: "../../../VERSION").standardized
    let version = try String(contentsOf: file, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
    #expect(plugin.specJSON.contains(#""version":"\#(version)""#), "VERSION says \(version)")
}
