import Blocking
import DataPlane
import Foundation
import Testing

/// A task without a plugin of its own: its messages come from templates, the judge's too.
@Suite("Messages from templates", .blocking)
struct PromptFillTests {
    private static let rows = """
        {"id": "who", "question": "Who wrote  it?", "passage": "Ada wrote {question}.", "answer": "Ada"}
        {"id": "when", "question": "When?", "answer": "1843"}

        """

    private static func workspace(_ change: (String) -> String = { $0 }) throws -> Workspace {
        let workspace = try Workspace(graph: change(try Package.text("Tests/EndToEnd/Graphs/passages.yaml")))
        try workspace.folder.write("rows.jsonl", rows)
        return workspace
    }

    @Test("What the template says is asked, and what the columns say is not filled in again")
    func asked() throws {
        let workspace = try Self.workspace()
        let script = #"""
            {"question": {"teacher-model": "Question: (.*)", "judge-model": "\n(Who wrote it\\?|When\\?)\n"},
             "replies": {
               "teacher-model": {
                 "Who wrote it?": [{"contains": "Ada wrote {question}.\n\nQuestion: Who wrote it?", "replies": ["Ada"]}],
                 "When?": [{"contains": "Answer in a few words, as {\"answer\": …}.\n\n\nQuestion: When?", "replies": ["In 1842"]}]},
               "judge-model": {
                 "Who wrote it?": [{"contains": "Reply with {mark} alone.\nWho wrote it?\nAda", "replies": ["5"]}],
                 "When?": [{"contains": "\nWhen?\nIn 1842", "replies": ["2"]}]}}}
            """#
        let server = try ChatServer(script: try workspace.folder.write("script.json", script))
        try workspace.writeProviders(url: server.url)
        let result = try workspace.run(["--quiet"])
        #expect(try server.counts().unknown == 0, "\(result)")
        let run = try workspace.runFolder()
        let kept = try run.query(
            "SELECT row_id, len(prompt.messages) AS told, prompt.messages[2].content AS asked, len(ask.messages) AS judged "
                + "FROM stage", stage: "distilled")
        #expect(
            kept == [
                [
                    "row_id": "who", "told": 2, "asked": "Ada wrote {question}.\n\nQuestion: Who wrote it?",
                    "judged": 1,
                ]
            ])
        #expect(try run.quality["rejected_by_code"] == ["bad": 1])
    }

    @Test(
        "A place without a column, a column without a place, a name that is none, gold: each is found before anything is asked",
        arguments: [
            (
                "passage: passage}", "pasage: passage}",
                "the step cannot be bound to its input (column passage): Column `passage` (utf8) is missing; bind one to it "
                    + "with `in`."
            ),
            (
                "passage: passage}", "passage: passage, also: question}",
                "the step cannot be bound to its input (column also): Nothing in the options has a use for the column `also`; "
                    + "leave it out of `in`, or name it there."
            ),
            (
                "passage: passage}", "passage: passage, a-b: question}",
                "step prompt/fill cannot read a column as 'a-b': write letters, digits and _, no digit first"
            ),
            (
                "passage: passage}", "passage: ordinal}",
                "step prompt/fill reads 'passage' as utf8, and 'ordinal' is int64"
            ),
            (
                "passage: passage}", "passage: answer}",
                "node 'teacher' asks with 'prompt.messages', which was made from gold by node 'prompt'; no model may see gold"
            ),
        ])
    func misfits(old: String, new: String, message: String) throws {
        let workspace = try Self.workspace { $0.replacingOccurrences(of: old, with: new) }
        try workspace.writeProviders(url: "http://127.0.0.1:9/v1")
        for command in [["validate", "graph.yaml"], ["run", "graph.yaml"]] {
            let result = try workspace.command(command)
            #expect(result.status == 2)
            #expect(result.errors.contains(": error: ") && result.errors.contains(message), "\(result)")
        }
    }
}
