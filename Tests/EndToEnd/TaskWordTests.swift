import Foundation
import Testing

/// The host knows no task: a new task is a plugin, and nothing under `Sources/Host` changes for it.
@Suite struct TaskWordTests {
    /// Words that only someone who knows one of the tasks would use: names of task plugins, of their columns, and of what
    /// they are about. They are looked for as whole words, in any case; `_` and digits do not end a word, so `sqlite3_exec`
    /// is another one.
    ///
    /// Not among them are words that belong to every task by Docs/specs: teacher, judge, student, verdict, gold, schema,
    /// canonical; and `query`, `question`, `answer`, `database`, which the host says of its own stores and of what it asks
    /// providers.
    private static let words = [
        "text2sql", "sql", "ddl", "dialect", "spider", "bird", "db_id", "gold_sql",
        "mathword", "math", "maths", "mathematics", "arithmetic", "equation", "gsm8k", "boxed", "latex", "gold_answer",
    ]

    /// Where one of the words stands all the same, and why.
    private static let exceptions = [
        // Statements for the host's own SQLite files.
        "sql in InferencePlane/Replies/SQLiteHandles.swift", "sql in DataPlane/Identity/SpilledIndex.swift",
        "sql in DataPlane/Files/ScratchDatabase.swift",
        // How DuckDB reads the artifacts of any task: a fenced block of the dataset card.
        "sql in Reports/DatasetCard.swift",
    ]

    private static func wordsOf(_ text: String) -> Set<String> {
        var found: Set<String> = []
        for match in text.lowercased().matches(of: #/[a-z][a-z0-9_]*/#) { found.insert(String(match.output)) }
        return found
    }

    @Test func noTaskIsNamedInTheHost() throws {
        let folder = Package.root + "/Sources/Host"
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".swift") }
        #expect(files.count > 100)
        var found: Set<String> = []
        for file in files {
            let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
            for word in Self.wordsOf(text).intersection(Self.words) { found.insert("\(word) in \(file)") }
        }
        // Also no exception that is not needed.
        #expect(found == Set(Self.exceptions))
    }

    /// The search finds what it looks for.
    @Test func wordsAreFoundAsAWhole() {
        let words = Self.wordsOf("let db_id = \"SQL\" // math. sqlite3_exec(sqlText) text2sql:parse")
        #expect(words == ["let", "db_id", "sql", "math", "sqlite3_exec", "sqltext", "text2sql", "parse"])
    }

    /// Every task plugin's name is among the words, so that the next one is not forgotten.
    @Test func theTaskPluginsAreAmongTheWords() throws {
        // Plugins for all tasks.
        let general = ["canonical", "rules", "judge", "prompt"]
        let plugins = try FileManager.default.contentsOfDirectory(atPath: Package.root + "/Plugins").map {
            $0.lowercased()
        }
        #expect(Set(plugins).subtracting(general).isSubset(of: Self.words))
    }
}
