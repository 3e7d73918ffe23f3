import Blocking
import Foundation
import Testing

@testable import Text2SQL

/// All gold queries of the sample data, on their real databases.
@Suite(.enabled(if: SharedData.isPresent, SharedData.missing), .blocking) struct GoldQueriesTests {
    @Test func everyGoldQueryRunsAndMatchesItself() throws {
        var pool = DatabasePool(folder: SharedData.databases)
        let match = GoldMatch(folder: SharedData.databases, limits: Limits())
        let tasks = try SharedData.tasks()
        #expect(tasks.count == 1293)
        for task in tasks {
            let execution = try pool.database(task.db_id).execute(task.gold_sql, limits: Limits())
            #expect(execution.status == .ok, "\(task.task_id): \(execution.error ?? "")")
            let comparison = try match.judge(task.gold_sql, gold: task.gold_sql, database: task.db_id)
            #expect(comparison == Judgement(Comparison(.match)), "\(task.task_id)")
        }
    }

    @Test func everyGoldQueryParsesToItself() throws {
        let parser = ReplyParser()
        for task in try SharedData.tasks() {
            #expect(parser.parse(Array(task.gold_sql.utf8)) == ParsedReply(.ok, task.gold_sql), "\(task.task_id)")
            let fenced = parser.parse(Array("Here:\n```sql\n\(task.gold_sql);\n```\nIt's done.".utf8))
            #expect(fenced == ParsedReply(.ok, task.gold_sql + ";"), "\(task.task_id)")
        }
    }

    @Test(arguments: [
        "SELECT * FROM (GOLD) LIMIT (SELECT count(*) - 1 FROM (GOLD))",
        "SELECT *, 1 FROM (GOLD)",
        "SELECT * FROM (GOLD) UNION ALL SELECT * FROM (GOLD)",
    ])
    func aMutatedGoldQueryDiffers(mutation: String) throws {
        var limits = Limits()
        limits.rows = 100_000
        limits.vmSteps = 2_000_000
        let match = GoldMatch(folder: SharedData.databases, limits: limits)
        var undecided = 0
        for task in try SharedData.tasks() {
            let mutated = mutation.replacingOccurrences(of: "GOLD", with: task.gold_sql)
            let comparison = try match.judge(mutated, gold: task.gold_sql, database: task.db_id)
            undecided += comparison.strict.reason == .goldLimit ? 1 : 0
            #expect([.differ, .goldLimit, .goldNondeterministic].contains(comparison.strict.reason), "\(task.task_id)")
        }
        #expect(undecided == 2)
    }

    @Test func theReverseOfAnOrderedGoldQueryDiffers() throws {
        let match = GoldMatch(folder: SharedData.databases, limits: Limits())
        var pool = DatabasePool(folder: SharedData.databases)
        var ordered = 0
        for task in try SharedData.tasks() where StatementShape(Array(task.gold_sql.utf8)).isOrdered {
            let rows = try pool.database(task.db_id).execute(task.gold_sql, limits: Limits()).table
            guard let rows, rows.rowCount > 1, rows.row(0) != rows.row(rows.rowCount - 1) else { continue }
            let reversed = """
                SELECT * FROM (SELECT * FROM (\(task.gold_sql))) ORDER BY row_number() OVER () DESC
                """
            let comparison = try match.judge(reversed, gold: task.gold_sql, database: task.db_id)
            ordered += comparison.strict.reason == .differ ? 1 : 0
        }
        #expect(ordered > 50)
    }
}
