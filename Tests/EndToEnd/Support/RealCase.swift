import DataPlane
import Foundation
import Testing

/// Real questions with scripted models, and what has to come of them (Servers/text2sql_case.py).
struct RealCase: Sendable {
    let workspace: Workspace
    let expected: JSONValue

    /// - Parameter questions: how many of the 1,293.
    init(questions: Int = 1293) throws {
        workspace = try Workspace(graph: try Package.text("Tests/EndToEnd/Graphs/text2sql.yaml"))
        try FileManager.default.createSymbolicLink(
            atPath: workspace.folder.file("databases"), withDestinationPath: Package.realData + "/databases")
        try Oracle.run(
            "Tests/EndToEnd/Servers/text2sql_case.py", [Package.realData, workspace.folder.path, String(questions)])
        expected = try json(workspace.folder.file("expected.json"))
    }

    var script: String { workspace.folder.file("script.json") }

    /// A server for the case, and the providers file that names it.
    func serve(concurrency: Int = 32) throws -> ChatServer {
        let server = try ChatServer(script: script)
        try workspace.writeProviders(url: server.url, concurrency: concurrency)
        return server
    }
}
