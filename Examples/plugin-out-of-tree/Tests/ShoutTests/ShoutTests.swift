import PluginKit
import Testing

@testable import Shout

@Test("Shout turns texts to upper case and rejects long ones")
func shout() throws {
    let harness = try StepHarness<Shout>(options: ["limit": 5])
    let results = try harness.run([["text": "straße"], ["text": "hello"]])
    #expect(results == [.rejected(code: "too_long", detail: "6 characters"), .added(["loud": "HELLO!"])])
}

@Test("Shout does what its examples say")
func examples() throws {
    try StepHarness<Shout>.runExamples()
    #expect(plugin.specJSON.contains(#""id":"shout""#))
}
