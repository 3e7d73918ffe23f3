import DataPlane
import Testing

@testable import TrainingPlane

@Suite("Feedback of users")
struct FeedbackLogTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func line(_ id: String, _ model: String, _ outcome: String) -> String {
        #"{"input_id": "\#(id)", "model": "\#(model)", "outcome": "\#(outcome)"}"# + "\n"
    }

    private func failure(_ lines: String) throws -> String {
        let path = try folder.write("feedback.jsonl", lines)
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
        #expect(
            try failure(String(repeating: line("a", "student", "win"), count: 3))
                == "feedback.jsonl:3: the input_id 'a' is judged more than twice for the student; a pair is judged once, or "
                + "once in each order")
    }
}
