import Blocking
import DataPlane
import Foundation
import Synchronization
import Testing

@testable import InferencePlane

/// Keeps the events of a gateway.
final class EventRecorder: EventSink {
    private let events = Mutex<[(kind: String, json: JSONValue)]>([])

    func record(_ kind: String, _ members: [(String, JSONValue)]) {
        events.withLock { $0.append((kind, .object(members))) }
    }

    func all(_ kind: String) -> [JSONValue] { events.withLock { $0.filter { $0.kind == kind }.map(\.json) } }
    var text: String { events.withLock { $0.map { "\($0.kind) \($0.json.compact)" }.joined(separator: "\n") } }
}

/// A folder of its own for a test; gone with it.
final class Scratch: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("gateway-" + UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var store: String { path + "/replies.sqlite" }

    func write(_ name: String, _ text: String) throws -> String {
        try text.write(toFile: path + "/" + name, atomically: true, encoding: .utf8)
        return path + "/" + name
    }

    /// A providers file of this folder.
    func config(_ yaml: String) throws -> ProviderConfig {
        do { return try ProviderConfig.load(try write("providers.yaml", yaml)) } catch let failures as Failures {
            Issue.record("\(FailureRenderer.render(failures))")
            throw failures
        }
    }

    /// One provider 't' for the role 'teacher', patient for milliseconds only.
    func config(url: String, extra: String = "", attempts: Int = 5, giveUp: String = "1h") throws -> ProviderConfig {
        try config(
            """
            fastdistill: 1
            providers:
              - id: t
                kind: openai
                url: \(url)
                model: test-model
                revision: r1
                retry: {attempts: \(attempts), base: 1ms, cap: 4ms, give_up_after: \(giveUp)}
                \(extra)
            roles:
              teacher: [{provider: t}]
            """)
    }
}

func question(
    _ text: String, role: String = "teacher", candidates: Int = 1, round: Int = 0, sample: String? = nil,
    parameters: JSONValue = ["max_tokens": 64], constraints: JSONValue = .object([])
) -> CompletionRequest {
    CompletionRequest(
        role: role, messages: [["role": "user", "content": .string(text)]],
        decode: DecodeProfile(name: "d", candidates: candidates, parameters: parameters), constraints: constraints,
        round: round, trace: .init(runID: "run-1", node: "teacher", sampleID: sample ?? "sample-\(text)", shard: 3))
}

extension Gateway {
    /// Asks without waiting; the outcomes come out of the stream.
    func start(_ request: CompletionRequest) -> AsyncStream<[CompletionOutcome]> {
        let (stream, continuation) = AsyncStream<[CompletionOutcome]>.makeStream()
        submit(request) {
            continuation.yield($0)
            continuation.finish()
        }
        return stream
    }

    /// Ends the gateway on a thread of its own. Shutting down blocks, and tests share a few threads that they must not block.
    ///
    /// - Returns: done when the gateway has ended.
    func startShutdown(drainSeconds: Double) -> Task<Void, Never> {
        let (stream, continuation) = AsyncStream<Void>.makeStream()
        Thread.detachNewThread {
            self.shutdown(drainSeconds: drainSeconds)
            continuation.finish()
        }
        return Task { for await _ in stream {} }
    }

    /// Asks and waits for the outcomes.
    func ask(_ request: CompletionRequest) async -> [CompletionOutcome] {
        await withCheckedContinuation { continuation in submit(request) { continuation.resume(returning: $0) } }
    }
}

extension AsyncStream<[CompletionOutcome]> {
    /// The first outcome of the question, in one line.
    var line: String {
        get async { await first { _ in true }?.first?.line ?? "nothing" }
    }
}

extension CompletionOutcome {
    /// The outcome in one line, for comparisons.
    var line: String {
        switch self {
        case .reply(let reply): "reply: \(reply.text)"
        case .rejected(let code, let detail): "rejected \(code): \(detail)"
        case .deferred(let reason): "deferred: \(reason)"
        }
    }

    var reply: CompletionReply? { if case .reply(let reply) = self { reply } else { nil } }
}

/// The folder of Package.swift.
let packageRoot = URL(fileURLWithPath: #filePath).pathComponents.dropLast(5).joined(separator: "/").replacing(
    "//", with: "/")

/// Runs a Python script, an independent oracle, and returns what it prints.
func python(_ script: String, _ arguments: String...) throws -> String {
    BlockingTrait.expectPresence()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script] + arguments
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
        throw Failure("test", "python3 ended with \(process.terminationStatus)")
    }
    return String(decoding: bytes, as: UTF8.self)
}

extension RecordedAnswer {
    var reply: CompletionReply? { if case .reply(let reply) = content { reply } else { nil } }
}
