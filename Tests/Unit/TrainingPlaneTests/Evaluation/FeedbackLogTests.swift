import Blocking
import DataPlane
import Testing

@testable import TrainingPlane

@Suite("Feedback of users", .blocking)
struct FeedbackLogTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func line(_ id: String, _ model: String, _ outcome: String) -> String {
        #"{"input_id": "\#(id)", "model": "\#(model)", "outcome": "\#(outcome)"}"# + "\n"
    }

    private func failure(_ lines: String, name: String = "feedback.jsonl") throws -> String {
        let path = try folder.write(name, lines)
        do throws(Failure) { _ = try FeedbackLog(path: path) } catch {
            return error.message.replacing(folder.path + "/", with: "")
        }
        return ""
    }

    @Test("A pair counts once; judged in both orders, it is won or lost only where both say so")
    func winRate() throws {
        let path = try folder.write(
            "feedback.jsonl",
            line("a", "student", "win") + line("b", "student", "win") + line("b", "student", "loss")
                + line("c", "student", "loss") + line("c", "student", "loss") + line("a", "teacher", "tie"))
        let log = try FeedbackLog(path: path)
        let student = try #require(try log.winRate(.student))
        #expect(student.rows.map(\.score) == [1, 0.5, 0])
        #expect(try log.winRate(.teacher)?.tally.mean == 0.5)
        #expect(try log.winRate(.previous) == nil)
    }

    @Test("What makes no sense is refused with its place")
    func refusals() throws {
        #expect(
            try failure(line("a", "studnet", "win"))
                == "feedback.jsonl:1: 'model' is 'studnet'; did you mean 'student'?")
        #expect(
            try failure(line("a", "student", "won"))
                == "feedback.jsonl:1: 'outcome' is 'won'; did you mean 'win'?")
        #expect(try failure(#"{"input_id": 1}"# + "\n").hasPrefix("feedback.jsonl, line 1: "))
        #expect(
            try failure(String(repeating: line("a", "student", "win"), count: 3))
                == "feedback.jsonl:3: the input_id 'a' is judged more than twice for the student; a pair is judged once, or "
                + "once in each order")
    }

    @Test("CSV and Parquet are read as JSON Lines are, with the place of what makes no sense")
    func formats() throws {
        let csv = try FeedbackLog(
            path: try folder.write(
                "feedback.csv", "when,outcome,input_id,model\r\n1,tie,\"a,b\",student\r\n2,loss,c,student\r\n"))
        let scores = try #require(try csv.winRate(.student))
        #expect(scores.rows.map(\.inputID) == ["a,b", "c"] && scores.rows.map(\.score) == [0.5, 0])
        let wrong = "input_id,model,outcome\na,student,win\nb,student,draw\n"
        #expect(
            try failure(wrong, name: "feedback.csv") == "feedback.csv:3: 'outcome' is 'draw'; known: win, tie, loss")
        let path = folder.file("feedback.parquet")
        _ = try Oracle.run("feedback_parquet.py", [path])
        let parquet = try FeedbackLog(path: path)
        #expect(try parquet.winRate(.student)?.rows.map(\.score) == [1, 0.5])
        #expect(try parquet.winRate(.teacher)?.rows.map(\.score) == [0.5])
    }
}
