import PluginKit
import Testing

@testable import Canonical

@Suite("canonical/first_messages")
struct FirstMessagesTests {
    private func messages(_ text: String) -> Value { [["role": "user", "content": .text(text)]] }

    @Test("takes the first that are not null, in the order of their names")
    func order() throws {
        let harness = try StepHarness<FirstMessages>()
        let results = try harness.run([
            ["first": messages("a"), "second": messages("b"), "fourth": messages("d")],
            ["second": messages("b"), "third": messages("c")], ["fourth": messages("d")], ["third": []],
        ])
        #expect(
            results == [
                .added(["messages": messages("a")]), .added(["messages": messages("b")]),
                .added(["messages": messages("d")]), .added(["messages": []]),
            ])
    }

    @Test("rejects a row in which all are null, also when only the first is bound")
    func none() throws {
        for bound in [nil, []] as [[String]?] {
            let harness = try StepHarness<FirstMessages>(bound: bound)
            let results = try harness.run([[:], ["first": messages("a")]])
            #expect(
                results == [
                    .rejected(code: "none", detail: "no prompt for this row"), .added(["messages": messages("a")]),
                ])
        }
    }
}
