import DataPlane
import Testing

@testable import ControlPlane

@Suite("Right graphs become plans")
struct GraphRightTests {
    @Test("A graph with every part of the language")
    func full() throws {
        let messages = GraphFixtures.messages { _ = try GraphFixtures.plan("right/full.yaml") }
        #expect(messages == "")
    }
}
