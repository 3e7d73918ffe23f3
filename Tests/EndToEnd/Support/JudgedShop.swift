import Foundation
import Testing

/// The shop's database, tasks about it, and a server that answers as teacher and judge what a test has written down.
struct JudgedShop {
    let workspace: Workspace
    let server: ChatServer

    /// What the judge says of one query, or of two in one order.
    struct Opinion {
        var question: String
        /// What of the prompt tells it from the others about the question.
        var contains: String
        var replies: [String]
    }

    /// - Parameters:
    ///   - tasks: the lines of tasks.jsonl.
    ///   - teacher: question to the candidates.
    init(graph: String, tasks: [[String: String]], teacher: [String: [String]] = [:], judge: [Opinion]) throws {
        workspace = try Workspace(graph: graph)
        let folder = workspace.folder
        let lines = try tasks.map { try JSONSerialization.data(withJSONObject: $0, options: .sortedKeys) }
        try folder.write("tasks.jsonl", Data(lines.joined(separator: Data("\n".utf8))))
        try folder.write(
            "examples.jsonl",
            #"{"db_id": "shop", "question": "How many items are there?", "gold_sql": "SELECT count(*) FROM item"}"#
                + "\n")
        try folder.write("make.py", Shop.database)
        let made = try shell(["python3", "make.py"], directory: folder.path)
        try #require(made.status == 0, "\(made)")
        var opinions: [String: [[String: Any]]] = [:]
        for opinion in judge {
            opinions[opinion.question, default: []].append(["contains": opinion.contains, "replies": opinion.replies])
        }
        let script: [String: Any] = [
            "question": [
                "teacher-model": "(What is the price of item [0-9]+\\?)",
                "judge-model": "<question>\n([^\n]*)\n</question>",
            ],
            "replies": ["teacher-model": teacher.mapValues { [["replies": $0]] }, "judge-model": opinions],
        ]
        server = try ChatServer(
            script: try folder.write("script.json", JSONSerialization.data(withJSONObject: script)))
        try workspace.writeProviders(url: server.url)
    }

    static func question(_ item: Int) -> String { "What is the price of item \(item)?" }
    static func query(_ item: Int) -> String { "SELECT price FROM item WHERE id = \(item)" }
}
