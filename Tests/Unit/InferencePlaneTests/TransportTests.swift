import Blocking
import DataPlane
import Foundation
import Testing

@testable import InferencePlane

/// What both ways of sending requests have to do alike, on real sockets.
@Suite(.blocking, .timeLimit(.minutes(1)))
struct TransportTests {
    private static let timeouts = Endpoint.Timeouts(
        connectMilliseconds: 5000, firstByteMilliseconds: 5000, stallMilliseconds: 5000, totalMilliseconds: 5000)

    private func results(_ client: HTTPClient, _ count: Int = 1) -> [HTTPClient.Result] {
        var results: [HTTPClient.Result] = []
        while results.count < count {
            client.wait(milliseconds: 1000)
            results += client.perform()
        }
        return results
    }

    /// Sends one request and waits for its end.
    private func send(
        _ client: HTTPClient, _ url: String, body: String = "{}", isGet: Bool = false,
        timeouts: Endpoint.Timeouts = timeouts
    ) throws -> HTTPClient.Result {
        let site = try HTTPSite(url: url, headers: ["X-Site: s"], timeouts: timeouts, isGet: isGet)
        client.start(id: 1, at: site, headers: ["X-Own: o"], body: Array(body.utf8))
        return results(client)[0]
    }

    @Test(arguments: Transport.allCases) func aRequestArrivesAsItIsGiven(transport: Transport) throws {
        let server = try TestServer { _ in .respond(200, "ok") }
        defer { server.close() }
        let client = try HTTPClient()
        let url = server.url(by: transport) + "/chat/completions?a=b%20c"
        let text = #"{"ä": "\#(String(repeating: "x", count: 3_000_000))"}"#
        let result = try send(client, url, body: text)
        #expect(result.failure == nil && result.status == 200 && result.body == Array("ok".utf8))
        let get = try send(client, url, isGet: true)
        #expect(get.failure == nil && get.status == 200)
        let requests = server.requests
        #expect(requests.map(\.path) == ["/v1/chat/completions?a=b%20c", "/v1/chat/completions?a=b%20c"])
        #expect(requests[0].body == text && requests[1].body == "")
        for request in requests {
            #expect(request.headers["x-site"] == "s" && request.headers["x-own"] == "o")
            #expect(
                request.headers["content-type"] == "application/json" && request.headers["user-agent"] == "FastDistill")
            #expect(request.headers["host"]?.hasSuffix(":\(server.port)") ?? false)
            #expect(request.headers["expect"] == nil)
        }
        #expect(requests[1].headers["content-length"] == nil)
    }

    @Test(arguments: Transport.allCases) func oneConnectionServesRequestsInTurn(transport: Transport) throws {
        let server = try TestServer { .respond(200, "\($0.number)") }
        defer { server.close() }
        let client = try HTTPClient()
        for number in 1...20 {
            #expect(try send(client, server.url(by: transport)).body == Array("\(number)".utf8))
        }
        #expect(server.connectionsMade == 1)
    }

    @Test(arguments: Transport.allCases) func aClosedConnectionIsNotUsedAgain(transport: Transport) throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n"
        let server = try TestServer { request in
            // Announced or not, the server closes behind each answer.
            .raw(request.number % 2 == 0 ? head + "Connection: close\r\n\r\nok" : head + "\r\nok")
        }
        defer { server.close() }
        let client = try HTTPClient()
        for number in 1...10 {
            let result = try send(client, server.url(by: transport))
            #expect(result.failure == nil && result.body == Array("ok".utf8))
            // The end of a connection that is kept open has to be seen before the next request.
            while server.connectionsClosed < number { usleep(1000) }
            client.wait(milliseconds: 0)
            _ = client.perform()
        }
        #expect(server.connectionsMade == 10)
    }

    /// The end of a connection may come together with the answer, and be there when the next request is sent.
    @Test(arguments: Transport.allCases) func anEndThatHasComeIsSeenBeforeTheNextRequest(transport: Transport) throws {
        let server = try TestServer { _ in .raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") }
        defer { server.close() }
        let client = try HTTPClient()
        for number in 1...20 {
            #expect(try send(client, server.url(by: transport)).failure == nil)
            while server.connectionsClosed < number { usleep(1000) }
        }
        #expect(server.requests.count == 20)
    }

    /// What comes behind an answer would be taken for the next one. (libcurl takes it.)
    @Test(arguments: [2, 1000, 65536 - 45]) func whatNobodyHasAskedForIsNoAnswer(length: Int) throws {
        let extra = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"
        let body = String(repeating: "x", count: length)
        // The last of them fills a buffer to the last byte.
        let answer =
            "HTTP/1.1 200 OK\r\nContent-Length: \(String(repeating: "0", count: 8 - "\(length)".count))\(length)\r\n\r\n"
        let server = try TestServer { _ in .send([answer + body, extra]) }
        defer { server.close() }
        let client = try HTTPClient()
        for number in 1...10 {
            let result = try send(client, server.url)
            #expect(result.failure == nil && result.body == Array(body.utf8))
            while server.responsesSent < number { usleep(1000) }
        }
    }

    @Test(arguments: Transport.allCases) func noDeadlineIsTooFarAway(transport: Transport) throws {
        let server = try TestServer { _ in .respond(200, "ok") }
        defer { server.close() }
        // 999999999h, which a providers file may have.
        let longest: Int64 = 3_599_999_996_400_000
        let far = Endpoint.Timeouts(
            connectMilliseconds: longest, firstByteMilliseconds: longest, stallMilliseconds: longest,
            totalMilliseconds: longest)
        #expect(try send(try HTTPClient(), server.url(by: transport), timeouts: far).failure == nil)
    }

    /// Where one of two addresses lets nobody in, the other is tried.
    @Test func localhostIsTriedOnItsOtherAddress() throws {
        let server = try TestServer { _ in .respond(200, "ok") }
        defer { server.close() }
        // A machine may have no IPv6.
        guard let full = try? FullListener(port: server.port, isSix: true) else { return }
        defer { full.close() }
        var brief = Self.timeouts
        brief.connectMilliseconds = 400
        let client = try HTTPClient()
        #expect(try send(client, "http://localhost:\(server.port)/v1", timeouts: brief).failure == nil)
    }

    /// A server that cuts the connection in the middle of a request, and of an answer of unknown length.
    @Test(arguments: Transport.allCases) func anAnswerThatWasCutWithTheRequestIsNotWhole(transport: Transport) throws {
        let server = try EarlyServer(answer: "HTTP/1.1 200 OK\r\n\r\nhalf of", resets: true)
        defer { server.close() }
        let body = String(repeating: "x", count: 20_000_000)
        let result = try send(try HTTPClient(), "http://\(transport.host):\(server.port)/v1", body: body)
        #expect(result.failure == .broken)
    }

    @Test(
        arguments: Transport.allCases,
        [
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", "abcde"),
            ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "hi"),
            ("HTTP/1.0 200 OK\r\n\r\nuntil the end", "until the end"),
            ("HTTP/1.1 200 OK\r\n\r\nuntil the end", "until the end"),
        ])
    func everyFormOfABodyIsRead(transport: Transport, response: (raw: String, body: String)) throws {
        let server = try TestServer { _ in .raw(response.raw) }
        defer { server.close() }
        let result = try send(try HTTPClient(), server.url(by: transport))
        #expect(result.failure == nil && result.status == 200)
        #expect(String(decoding: result.body, as: UTF8.self) == response.body)
    }

    @Test(
        arguments: Transport.allCases,
        [
            ("", TransferFailure.broken), ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", .broken),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", .broken),
            ("SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n", .malformed),
            ("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", .malformed),
            ("HTTP/1.1 200 OK\r\nContent-Encoding: odd\r\nContent-Length: 2\r\n\r\nhi", .encoded),
        ])
    func whatIsNoResponseFails(transport: Transport, response: (raw: String, failure: TransferFailure)) throws {
        let server = try TestServer { _ in .raw(response.raw) }
        defer { server.close() }
        let failure = try send(try HTTPClient(), server.url(by: transport)).failure
        #expect(failure == response.failure)
        #expect(server.requests.count == 1)
    }

    @Test(arguments: Transport.allCases) func aServerThatKeepsSilentIsCutInTime(transport: Transport) throws {
        let server = try TestServer { _ in .stall("") }
        defer { server.close() }
        var brief = Self.timeouts
        brief.totalMilliseconds = 50
        let client = try HTTPClient()
        let result = try send(client, server.url(by: transport), timeouts: brief)
        #expect(result.failure == .timeout && result.status == 0)
    }

    /// A listener whose queue is full answers no connection.
    @Test(arguments: Transport.allCases) func aServerThatLetsNobodyInIsGivenUp(transport: Transport) throws {
        let full = try FullListener()
        defer { full.close() }
        var brief = Self.timeouts
        brief.connectMilliseconds = 200
        let client = try HTTPClient()
        let result = try send(client, "http://\(transport.host):\(full.port)/v1", timeouts: brief)
        #expect(result.failure == .unconnected && result.status == 0)
    }

    @Test(arguments: Transport.allCases) func nobodyListening(transport: Transport) throws {
        let server = try TestServer { _ in .drop }
        server.close()
        #expect(try send(try HTTPClient(), server.url(by: transport)).failure == .refused)
    }

    @Test func localhostIsFoundOnEitherAddress() throws {
        let server = try TestServer { _ in .respond(200, "ok") }
        defer { server.close() }
        let client = try HTTPClient()
        for _ in 1...3 {
            #expect(try send(client, "http://localhost:\(server.port)/v1").failure == nil)
        }
        #expect(server.connectionsMade == 1)
    }

    @Test(arguments: Transport.allCases) func aRequestThatIsEndedIsNotHeardOfAgain(transport: Transport) throws {
        let server = try TestServer { $0.number == 1 ? .stall("HTTP/1.1 200 OK\r\n") : .respond(200, "ok") }
        defer { server.close() }
        let client = try HTTPClient()
        let site = try HTTPSite(url: server.url(by: transport), headers: [], timeouts: Self.timeouts)
        client.start(id: 7, at: site, headers: [], body: [])
        while !client.hasFirstByte(id: 7) {
            client.wait(milliseconds: 1000)
            #expect(client.perform().isEmpty)
        }
        #expect(client.bodyBytes(id: 7) == 0)
        #expect(client.abort(id: 7, because: .stopped)?.failure == .stopped)
        #expect(client.abort(id: 7, because: .stopped) == nil && client.bodyBytes(id: 7) == nil)
        #expect(!client.hasFirstByte(id: 7))
        client.start(id: 8, at: site, headers: [], body: [])
        #expect(results(client).map(\.id) == [8])
    }

    /// A server that answers before it has read everything, and closes.
    @Test(arguments: Transport.allCases) func anEarlyRefusalOfALongRequestIsRead(transport: Transport) throws {
        let server = try EarlyServer(answer: "HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n\r\nno")
        defer { server.close() }
        let body = String(repeating: "x", count: 20_000_000)
        let result = try send(try HTTPClient(), "http://\(transport.host):\(server.port)/v1", body: body)
        #expect(result.failure == nil && result.status == 413 && result.body == Array("no".utf8))
    }

    @Test(arguments: Transport.allCases) func manyAtOnceAreAnswered(transport: Transport) throws {
        let server = try TestServer { .respond(200, $0.body) }
        defer { server.close() }
        let client = try HTTPClient()
        client.keptConnections = 100
        let site = try HTTPSite(url: server.url(by: transport), headers: [], timeouts: Self.timeouts)
        for round in 0..<3 {
            for id in 0..<100 { client.start(id: id, at: site, headers: [], body: Array("\(round) \(id)".utf8)) }
            for result in results(client, 100) { #expect(result.body == Array("\(round) \(result.id)".utf8)) }
        }
        #expect(server.connectionsMade <= 100)
    }

    @Test func aServerWithoutTLSIsNotTrusted() throws {
        let server = try EarlyServer(answer: "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        defer { server.close() }
        #expect(try send(try HTTPClient(), "https://127.0.0.1:\(server.port)/v1").failure == .insecure)
    }
}
