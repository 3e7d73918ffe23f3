import PluginABI
import Testing

@testable import PluginKit

/// What the fake host was told and what it answers. One per test, passed as the host's context.
private final class Heard {
    var lines: [String] = []
    var rows: [UInt64] = []
    var cancelFromRow = UInt64.max
}

private func heard(_ context: UnsafeMutableRawPointer?) -> Heard? {
    context.map { Unmanaged<Heard>.fromOpaque($0).takeUnretainedValue() }
}

nonisolated(unsafe) private let log = allocated(
    fastdistill_log_v1 { context, level, message, length in
        let bytes = UnsafeRawBufferPointer(start: message, count: Int(length))
        heard(context)?.lines.append("\(level.rawValue) \(String(decoding: bytes, as: UTF8.self))")
    })
nonisolated(unsafe) private let cancel = allocated(
    fastdistill_cancel_v1 { context in
        guard let heard = heard(context) else { return 0 }
        return UInt64(heard.rows.count) >= heard.cancelFromRow ? 1 : 0
    })
nonisolated(unsafe) private let progress = allocated(
    fastdistill_progress_v1 { context, row in heard(context)?.rows.append(row) })

private func allocated<T>(_ value: T) -> UnsafeRawPointer {
    let pointer = UnsafeMutablePointer<T>.allocate(capacity: 1)
    pointer.initialize(to: value)
    return UnsafeRawPointer(pointer)
}

private func lookUp(_ context: UnsafeMutableRawPointer?, _ id: UnsafePointer<CChar>?) -> UnsafeRawPointer? {
    switch id.map({ String(cString: $0) }) {
    case FASTDISTILL_LOG_V1: log
    case FASTDISTILL_CANCEL_V1: cancel
    case FASTDISTILL_PROGRESS_V1: progress
    default: nil
    }
}

private struct Talk: Step {
    static let id = "talk"
    static let summary = "Logs each row."
    let text: Input<String>
    let seed: Output<Int64>

    init(_ declare: inout Declaration) {
        text = declare.reads("text", doc: "")
        seed = declare.adds("seed", doc: "")
    }

    func run(_ row: inout Row) {
        row.context.log("row \(row.index)", level: .warning)
        row[seed] = Int64(bitPattern: row.seed)
    }
}

private struct SeedOfAll: Step {
    static let id = "seed"
    static let summary = "Gives the row's seed."
    let seed: Output<Int64>

    init(_ declare: inout Declaration) {
        let _: OptionalInput<Bool> = declare.readsOptional("flag", doc: "")
        let _: OptionalInput<Int64> = declare.readsOptional("count", doc: "")
        let _: OptionalInput<Double> = declare.readsOptional("share", doc: "")
        let _: OptionalInput<[String?]> = declare.readsOptional("words", doc: "")
        let _: OptionalInput<[ChatMessage]> = declare.readsOptional("chat", doc: "")
        seed = declare.adds("seed", doc: "")
    }

    func run(_ row: inout Row) { row[seed] = Int64(bitPattern: row.seed) }
}

private let talkPlugin = Plugin(id: "talker", version: "1.0.0", summary: "Talks.", steps: [Talk.self])

@Suite("The host, as a step sees it")
struct HostTests {
    private func run(_ heard: Heard, rows: [String]) throws -> (fastdistill_status, StepError) {
        let call = try CallThroughC(talkPlugin.entry)
        var host = fastdistill_host_v1(
            context: Unmanaged.passUnretained(heard).toOpaque(), get_interface: lookUp)
        return withExtendedLifetime(heard) {
            #expect(call.create("talk", host: &host) == FASTDISTILL_OK)
            var (_, reads, adds) = call.bind([textColumn])
            reads.release(&reads)
            adds.release(&adds)
            var (status, out, rejects) = call.run(batch(rows))
            rejects.release?(&rejects)
            out.release?(&out)
            return (status, call.failure)
        }
    }

    @Test("is told each row before work on it begins, and gets the log lines")
    func progressAndLog() throws {
        let heard = Heard()
        #expect(try run(heard, rows: ["a", "b", "c"]).0 == FASTDISTILL_OK)
        #expect(heard.rows == [0, 1, 2])
        #expect(heard.lines == ["2 row 0", "2 row 1", "2 row 2"])
    }

    @Test("can stop a batch between two rows")
    func cancellation() throws {
        let heard = Heard()
        heard.cancelFromRow = 2
        let (status, failure) = try run(heard, rows: ["a", "b", "c", "d"])
        #expect(status == FASTDISTILL_CANCELLED)
        #expect(failure == StepError(.internal, "The run was cancelled.", row: 2))
        #expect(heard.lines == ["2 row 0", "2 row 1"])
    }

    @Test("gives seeds that do not depend on the batch that a row comes in")
    func seedsInOtherBatches() throws {
        let harness = try StepHarness<Talk>()
        let texts = ["a", "", "a longer text than eight bytes", "a longer text than eight byteS"]
        let together = try harness.run(texts.map { ["text": .text($0)] }, seed: 1)
        let alone = try texts.flatMap { try harness.run([["text": .text($0)]], seed: 1) }
        #expect(together == alone)
        #expect(Set(together.compactMap { $0["seed"] }.map { "\($0)" }).count == texts.count)
    }

    @Test("gives seeds that depend on every value of a row")
    func seedsOfAllTypes() throws {
        let harness = try StepHarness<SeedOfAll>()
        let rows: [[String: Value]] = [
            [:], ["flag": true], ["flag": false], ["count": 1], ["count": 2], ["share": 0.5], ["words": []],
            ["words": ["a", "b"]], ["words": ["ab"]], ["words": ["a", nil]],
            ["chat": [["role": "user", "content": "a"]]],
            ["chat": [["role": "usera", "content": ""]]],
        ]
        let seeds = try harness.run(rows, seed: 1).compactMap { $0["seed"] }.map { "\($0)" }
        #expect(seeds.count == rows.count && Set(seeds).count == rows.count)
        // What is not bound is another thing than what is null.
        let unbound = try StepHarness<SeedOfAll>(bound: []).run([[:]], seed: 1)
        #expect(!seeds.contains("\(try #require(unbound[0]["seed"]))"))
    }

    @Test("gives seeds that differ by row and by batch and repeat")
    func seeds() throws {
        let harness = try StepHarness<Talk>()
        let first = try harness.run([["text": "a"], ["text": "b"]], seed: 1)
        #expect(try harness.run([["text": "a"], ["text": "b"]], seed: 1) == first)
        #expect(try harness.run([["text": "a"], ["text": "b"]], seed: 2)[0] != first[0])
        #expect(first[0] != first[1])
    }
}
