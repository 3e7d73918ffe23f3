import DataPlane
import Foundation
import Testing

@testable import ControlPlane

/// Each file of Tests/Fixtures/Graphs/wrong is refused with exactly the text beside it.
///
/// With RECORD_SNAPSHOTS=1 in the environment the texts are written instead, to be read before they are committed.
@Suite("Wrong graphs are refused with all their errors")
struct GraphWrongTests {
    static let names = ((try? FileManager.default.contentsOfDirectory(atPath: "\(GraphFixtures.folder)/wrong")) ?? [])
        .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()

    @Test("The fixtures are there")
    func fixtures() {
        #expect(Self.names.count >= 34)
    }

    @Test("Wrong graph", arguments: names)
    func wrong(name: String) throws {
        let file = "\(GraphFixtures.folder)/wrong/\(name)"
        let expected = (try? String(contentsOfFile: "\(file).expected", encoding: .utf8)) ?? ""
        // Paths are shown from the folder of the graph, so that they are the same on every machine.
        let messages = GraphFixtures.messages { _ = try GraphFixtures.plan("wrong/\(name).yaml") }
            .replacingOccurrences(of: "\(GraphFixtures.folder)/wrong/", with: "")
        if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] != nil {
            try (messages + "\n").write(toFile: "\(file).expected", atomically: true, encoding: .utf8)
        }
        #expect(messages + "\n" == expected, "for \(name).yaml")
    }
}
