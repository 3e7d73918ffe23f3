import Foundation
import Testing

/// The plugins in C of Tests/Fixtures/Plugins, compiled into a folder of a test.
enum FixturePlugin {
    static let flags = [
        "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-fvisibility=hidden",
        "-I\(Package.root)/Sources/PluginABI/include",
    ]

    static func compile(_ name: String, into folder: TemporaryFolder, defines: [String: String] = [:]) throws {
        let macros = defines.map { "-D\($0)=\($1)" }
        let source = "\(Package.root)/Tests/Fixtures/Plugins/\(name).c"
        let result = try shell(["clang"] + flags + macros + [source, "-o", folder.file("\(name).so")])
        try #require(result.status == 0, "\(result)")
    }

    /// A folder with a graph whose node `copy` is the step of one of the plugins, and the plugin.
    ///
    /// - Parameter node: more keys of the node.
    static func workspace(_ name: String, texts: [String], node: String = "", defines: [String: String] = [:]) throws
        -> Workspace
    {
        let workspace = try Workspace(graph: graph(node: node))
        try workspace.folder.write("lines.jsonl", lines(texts))
        let plugins = try TemporaryFolder()
        try compile(name, into: plugins, defines: defines)
        try FileManager.default.moveItem(atPath: plugins.path, toPath: workspace.folder.file("plugins"))
        return workspace
    }

    static func graph(node: String) -> String {
        """
        fastdistill: 1
        name: echo
        plugins: {echo: ^1.0}
        source:
          files: [lines.jsonl]
          columns: {text: utf8}
          task_id: lines
        shard_rows: 4
        nodes:
          - {id: copy, use: echo/copy, artifact: copies\(node.isEmpty ? "" : ", " + node)}
          - {id: nothing, reject: {when: {copy.copy: {equals: ""}}, code: nothing}}

        """
    }
}
