import Foundation
import Testing

/// The sample data that lies beside the repository: 13 databases, their gold queries, labelled replies.
enum SharedData {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../../../shared/data/text2sql").standardizedFileURL

    static var isPresent: Bool {
        FileManager.default.fileExists(atPath: folder.appending(path: "tasks.jsonl").path)
    }

    static let missing: Comment = "the sample data is not there: ../shared/data/text2sql beside the repository"

    static var databases: String { folder.appending(path: "databases").path }

    struct Task: Decodable {
        let task_id: String
        let db_id: String
        let question: String
        let gold_sql: String
    }

    static func tasks() throws -> [Task] {
        try lines(of: folder.appending(path: "tasks.jsonl"))
    }

    static func lines<T: Decodable>(of file: URL) throws -> [T] {
        let decoder = JSONDecoder()
        return try Data(contentsOf: file).split(separator: 0x0A).map { try decoder.decode(T.self, from: $0) }
    }
}
