import Foundation
import PluginKit
import Testing

@testable import Text2SQL

/// The plugin as a whole: what it says about itself is so.
@Suite struct PluginTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")

    private func text(of name: String) throws -> String {
        try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8)
    }

    @Test func theVersionIsTheSameEverywhere() throws {
        #expect(try text(of: "VERSION") == plugin.version + "\n")
        #expect(try text(of: "CHANGELOG.md").contains("\n## \(plugin.version)\n"))
    }

    @Test func theSpecIsJSONWithAllSteps() throws {
        let spec = try #require(
            try JSONSerialization.jsonObject(with: Data(plugin.specJSON.utf8)) as? [String: Any])
        let steps = try #require(spec["steps"] as? [[String: Any]])
        #expect(
            steps.compactMap { $0["id"] as? String } == ["schema", "prompt", "parse", "execute", "compare", "audit"])
    }

    @Test func theREADMENamesEveryColumnOptionAndCode() throws {
        let readme = try text(of: "README.md")
        let spec = try #require(
            try JSONSerialization.jsonObject(with: Data(plugin.specJSON.utf8)) as? [String: Any])
        for step in try #require(spec["steps"] as? [[String: Any]]) {
            for (list, key) in [("reads", "name"), ("adds", "name"), ("options", "name"), ("rejects", "code")] {
                for item in try #require(step[list] as? [[String: Any]]) {
                    let name = try #require(item[key] as? String)
                    #expect(readme.contains("`\(name)`"), "\(name)")
                }
            }
        }
    }

    @Test func theDeclaredExamplesAreTrue() throws {
        try StepHarness<PromptStep>.runExamples()
        try StepHarness<ParseStep>.runExamples()
    }

    @Test func aFolderThatIsNotThereIsToldBeforeTheFirstRow() throws {
        let error = StepError(
            .resourceFailed, where: "/databases", "There is no folder /no/where; give the one with the databases.")
        #expect(throws: error) { try StepHarness<SchemaStep>(options: ["databases": "/no/where"]) }
        #expect(throws: error) { try StepHarness<ExecuteStep>(options: ["databases": "/no/where"]) }
        #expect(throws: error) { try StepHarness<CompareStep>(options: ["databases": "/no/where"]) }
        #expect(throws: error) { try StepHarness<AuditStep>(options: ["databases": "/no/where"]) }
    }
}
