import DataPlane
import Foundation
import Testing

@testable import ControlPlane

/// Tests/Fixtures/Graphs/right holds, beside each graph, what is explained of it.
@Suite("Plans are explained")
struct GraphExplainTests {
    private func expectSnapshot(_ text: String, _ name: String) throws {
        let path = "\(GraphFixtures.folder)/right/\(name)"
        if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] != nil {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
        }
        #expect(text == (try? String(contentsOfFile: path, encoding: .utf8)) ?? "", "for \(name)")
    }

    @Test("As text", arguments: ["full", "fork", "answers", "student"])
    func text(name: String) throws {
        try expectSnapshot(GraphExplain.text(try GraphFixtures.plan("right/\(name).yaml")), "\(name).explain.txt")
    }

    @Test("As a Mermaid flowchart", arguments: ["full", "fork", "answers"])
    func mermaid(name: String) throws {
        try expectSnapshot(GraphExplain.mermaid(try GraphFixtures.plan("right/\(name).yaml")), "\(name).mmd")
    }
}
