import CSQLite
import DataPlane
import Foundation
import Testing

@testable import InferencePlane

@Suite(.timeLimit(.minutes(1)))
struct ReplyIntakeTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private static let reply = RecordedAnswer(
        CompletionReply(
            text: "SELECT \"é\"\n", finishReason: "stop", promptTokens: 3, completionTokens: nil, providerID: "p",
            model: "m", logprobs: "{\"content\":[]}", toolCalls: nil, reasoning: "\u{1F914}\n\"so\""))
    private static let refusal = RecordedAnswer(
        code: "content_filtered", detail: "no", providerID: "p", model: "m")

    private func entry(_ number: UInt8, _ answer: RecordedAnswer) -> ReplyStore.Entry {
        let key = ReplyKey(bytes: [UInt8](repeating: number, count: 32))
        return .init(key: key, replayKey: key, answer: answer, runID: "r")
    }

    private var intakes: [String] {
        get throws {
            try FileManager.default.contentsOfDirectory(atPath: scratch.path).filter { $0.contains(".intake-") }
        }
    }

    /// Leaves a file as a process that was killed before it could commit.
    private func leave(_ entries: [ReplyStore.Entry], then text: String = "") throws {
        let path = "\(scratch.store).intake-0"
        do { try ReplyIntake(storePath: scratch.store).append(entries[...]) }
        let content = try Data(contentsOf: URL(fileURLWithPath: path)) + Data(text.utf8)
        try content.write(to: URL(fileURLWithPath: path))
    }

    @Test func whatAKilledProcessLeftIsTakenOver() throws {
        try leave([entry(1, Self.reply), entry(2, Self.refusal)], then: "[\"half a li")
        let store = try ReplyStore(path: scratch.store)
        #expect(try store.find(entry(1, Self.reply).key)?.answer == Self.reply)
        #expect(try store.find(entry(2, Self.refusal).key)?.answer == Self.refusal)
        #expect(try intakes == [])
    }

    @Test func aLineOfAHostWithoutReasoningIsTakenOver() throws {
        let line =
            #"["r","\#(String(repeating: "01", count: 32))","\#(String(repeating: "01", count: 32))",null,"x","stop",3,4,"p","m",null,null]"#
        try leave([], then: line + "\n")
        let reply = try ReplyStore(path: scratch.store).find(entry(1, Self.reply).key)?.answer.reply
        #expect(reply?.text == "x" && reply?.completionTokens == 4 && reply?.reasoning == nil)
    }

    /// Hosts of version 0.1 take lines of twelve elements.
    @Test func aLineWithoutReasoningIsOneThatEarlierHostsTakeOver() throws {
        let intake = ReplyIntake(storePath: scratch.store)
        let answer = RecordedAnswer(
            CompletionReply(
                text: "x", finishReason: "stop", promptTokens: nil, completionTokens: nil, providerID: "p", model: "m"))
        try intake.append([entry(1, answer)])
        let line = try String(contentsOfFile: "\(scratch.store).intake-0", encoding: .utf8)
        #expect(try JSONParser().parse(line).array?.count == 12)
    }

    @Test func whatALivingProcessKeepsIsLeftAlone() throws {
        let living = try ReplyStore(path: scratch.store)
        try living.keep([entry(1, Self.reply)])
        let other = try ReplyStore(path: scratch.store)
        #expect(try other.find(entry(1, Self.reply).key) == nil)
        #expect(try intakes.count == 1)
        #expect(try living.record([entry(1, Self.reply)], uses: []) == [Self.reply])
        #expect(try other.find(entry(1, Self.reply).key)?.answer == Self.reply)
    }

    @Test func aStoreThatIsClosedLeavesNoFile() throws {
        do {
            let store = try ReplyStore(path: scratch.store)
            try store.keep([entry(1, Self.reply)])
            _ = try store.record([entry(1, Self.reply)], uses: [])
        }
        #expect(try intakes == [])
    }

    @Test func whatCannotBeRecordedWaitsForTheNextProcess() throws {
        do {
            let store = try ReplyStore(path: scratch.store)
            let other = try SQLiteDatabase(path: scratch.store, flags: SQLITE_OPEN_READWRITE)
            try other.execute("CREATE TRIGGER full BEFORE INSERT ON replies BEGIN SELECT RAISE(ABORT, 'no room'); END")
            try store.keep([entry(1, Self.reply)])
            #expect(throws: Failure.self) { try store.record([entry(1, Self.reply)], uses: []) }
            // What can be recorded later does not take away what could not.
            try other.execute("DROP TRIGGER full")
            try store.keep([entry(2, Self.refusal)])
            _ = try store.record([entry(2, Self.refusal)], uses: [])
            #expect(try store.find(entry(1, Self.reply).key) == nil)
        }
        #expect(try intakes == ["replies.sqlite.intake-0"])
        let next = try ReplyStore(path: scratch.store)
        #expect(try next.find(entry(1, Self.reply).key)?.answer == Self.reply)
        #expect(try next.find(entry(2, Self.refusal).key)?.answer == Self.refusal)
        #expect(try intakes == [])
    }

    @Test(arguments: ["{}", "[]", "[1,2", "[\"r\",\"00\",\"00\",null,\"t\",\"stop\",null,null,\"p\",\"m\",null,null]"])
    func aDamagedFileIsReported(line: String) throws {
        let path = "\(scratch.store).intake-0"
        try Data((line + "\n").utf8).write(to: URL(fileURLWithPath: path))
        do {
            _ = try ReplyStore(path: scratch.store)
            Issue.record("opened")
        } catch {
            #expect(
                FailureRenderer.render(error)
                    == "\(path):1: error: this file holds answers for the reply store and is damaged; delete it, and the next "
                    + "run asks again for what it held")
        }
        #expect(try intakes.count == 1)
    }
}
