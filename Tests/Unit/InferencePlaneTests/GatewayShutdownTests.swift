import DataPlane
import Foundation
import InferencePlane
import Testing

@Suite(.timeLimit(.minutes(1)))
struct GatewayShutdownTests {
    let scratch: Scratch
    let events = EventRecorder()
    static let stopped = "deferred: the run was stopped before this was answered"

    init() throws { scratch = try Scratch() }

    /// Holds all requests until it is opened.
    final class Gate: Sendable {
        private let lock = DispatchSemaphore(value: 0)
        private let arrivals = AsyncStream<Void>.makeStream()

        /// Called on the server's threads.
        func pass() {
            arrivals.continuation.yield()
            lock.wait()
            lock.signal()
        }

        func open() { lock.signal() }

        func firstArrival() async { for await _ in arrivals.stream { return } }
    }

    @Test func whatIsInFlightIsAnsweredAndWhatWaitsIsDeferred() async throws {
        let gate = Gate()
        let server = try TestServer { request in
            gate.pass()
            return .respond(200, chatBody([request.question]))
        }
        defer { server.close() }
        let config = try scratch.config(url: server.url, extra: "concurrency: 1")
        let gateway = try Gateway(config, replyStorePath: scratch.store, events: events)
        let first = gateway.start(question("a"))
        await gate.firstArrival()
        let second = gateway.start(question("b"))
        let ending = gateway.startShutdown(drainSeconds: 60)
        // The one that waits is deferred while the other is still in flight.
        #expect(await second.line == Self.stopped)
        gate.open()
        #expect(await first.line == "reply: a")
        await ending.value
        #expect(await gateway.ask(question("c"))[0].line == Self.stopped)
        #expect(server.requests.count == 1)
    }

    @Test func theDrainHasAnEnd() async throws {
        let gate = Gate()
        let server = try TestServer { request in
            gate.pass()
            return .drop
        }
        defer {
            gate.open()
            server.close()
        }
        let gateway = try Gateway(scratch.config(url: server.url), replyStorePath: scratch.store, events: events)
        let first = gateway.start(question("a"))
        await gate.firstArrival()
        await gateway.startShutdown(drainSeconds: 0.05).value
        #expect(await first.line == Self.stopped)
        #expect(events.all("request").map { $0["failure"] } == ["stopped"])
    }

    @Test func cancelEndsADrain() async throws {
        let gate = Gate()
        let server = try TestServer { request in
            gate.pass()
            return .drop
        }
        defer {
            gate.open()
            server.close()
        }
        let gateway = try Gateway(scratch.config(url: server.url), replyStorePath: scratch.store, events: events)
        let first = gateway.start(question("a"))
        await gate.firstArrival()
        let ending = gateway.startShutdown(drainSeconds: 3600)
        gateway.cancel()
        await ending.value
        #expect(await first.line == Self.stopped)
    }

    @Test func aQuestionThatWaitsForItsNextAttemptIsDeferredAtOnce() async throws {
        let server = try TestServer { _ in .respond(503, "{}", headers: ["Retry-After": "600"]) }
        defer { server.close() }
        let gateway = try Gateway(scratch.config(url: server.url), replyStorePath: scratch.store, events: events)
        let first = gateway.start(question("a"))
        while events.all("request").isEmpty { await Task.yield() }
        gateway.shutdown(drainSeconds: 3600)
        #expect(await first.line == Self.stopped)
    }

    @Test func aGatewayThatIsLetGoDefersWhatItHolds() async throws {
        let gate = Gate()
        let server = try TestServer { _ in
            gate.pass()
            return .drop
        }
        defer {
            gate.open()
            server.close()
        }
        var gateway: Gateway? = try Gateway(
            scratch.config(url: server.url), replyStorePath: scratch.store, events: events)
        let first = gateway?.start(question("a"))
        await gate.firstArrival()
        gateway = nil
        #expect(await first?.line == Self.stopped)
    }
}
