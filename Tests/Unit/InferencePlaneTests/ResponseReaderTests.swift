import DataPlane
import Testing

@testable import InferencePlane

@Suite struct ResponseReaderTests {
    /// What came of a response.
    private struct Outcome: Equatable, CustomStringConvertible {
        var status: Int
        var body: String
        var keepsConnection: Bool
        var failure: TransferFailure?

        var description: String { "\(status) '\(body)' keeps \(keepsConnection) \(failure?.rawValue ?? "")" }
    }

    /// Gives a response in pieces that end before these places, and then the end of the connection if it is not whole.
    private func read(_ response: [UInt8], cutAt cuts: [Int] = []) -> Outcome {
        var reader = ResponseReader()
        var failure: TransferFailure?
        var isFollowed = false
        var step = ResponseReader.Step.needsMore
        for (start, end) in zip([0] + cuts, cuts + [response.count]) where step == .needsMore {
            step = response[start..<end].withUnsafeBytes { reader.take($0) }
            // Bytes behind the response come with it or later, where the transport closes because of them.
            if step == .complete, end < response.count { isFollowed = true }
        }
        if step == .needsMore { step = reader.takeEnd(isOrderly: true) }
        if case .failed(let reason) = step { failure = reason }
        return Outcome(
            status: reader.status, body: String(decoding: reader.body, as: UTF8.self),
            keepsConnection: failure == nil && reader.keepsConnection && !isFollowed, failure: failure)
    }

    private static let whole: [(String, Int, String, Bool)] = [
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, "hello", true),
        ("HTTP/1.1 200\r\ncontent-length:5\r\n\r\nhello", 200, "hello", true),
        ("HTTP/1.1 200 OK\nContent-Length: 5\n\nhello", 200, "hello", true),
        ("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 404, "", true),
        ("HTTP/1.1 204 No Content\r\n\r\n", 204, "", true),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi", 200, "hi", false),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: Keep-Alive, Close\r\n\r\nhi", 200, "hi", false),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\nhi", 200, "hi", true),
        ("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", 200, "hi", false),
        ("HTTP/1.0 200 OK\r\n\r\nuntil the end", 200, "until the end", false),
        ("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nuntil the end", 200, "until the end", false),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 200, "hello", true),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n00a;x=y\r\n0123456789\r\n1 \r\n!\r\n0\r\nX: y\r\n\r\n",
            200, "0123456789!", true
        ),
        // A coding beats a length (RFC 9112, section 6.3).
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 99\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n", 200, "x",
            false
        ),
        ("HTTP/1.1 200 OK\r\nContent-Length: 00000000000000000002\r\n\r\nhi", 200, "hi", true),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nhi", 200, "hi", true),
        ("HTTP/1.1 200 OK\r\nContent-Encoding: identity\r\nContent-Length: 2\r\n\r\nhi", 200, "hi", true),
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", 200, "hi", true),
        ("HTTP/1.1 103 Early\r\nLink: a\r\n\r\nHTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\nhi", 500, "hi", true),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi and what nobody asked for", 200, "hi", false),
        ("HTTP/1.1 200 OK\r\nno colon here\r\nContent-Length: 2\r\n\r\nhi", 200, "hi", true),
    ]

    @Test(arguments: whole) func isReadHoweverItComes(response: String, status: Int, body: String, keeps: Bool) {
        let bytes = Array(response.utf8)
        let expected = Outcome(status: status, body: body, keepsConnection: keeps, failure: nil)
        #expect(read(bytes) == expected)
        #expect(read(bytes, cutAt: Array(1..<bytes.count)) == expected)
        for cut in 1..<bytes.count { #expect(read(bytes, cutAt: [cut]) == expected, "cut at \(cut)") }
    }

    @Test(arguments: [
        ("", TransferFailure.broken),
        ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", .broken),
        ("HTTP/1.1 200 OK\r\nContent-Le", .broken),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", .broken),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n", .broken),
        ("HTTP/1.1 100 Continue\r\n\r\n", .broken),
        ("SSH-2.0-OpenSSH_9.2\r\n", .malformed), ("SSH", .malformed), ("\r\n", .malformed),
        ("<html>", .malformed), ("HTTP/2.0 200 OK\r\n\r\n", .malformed), ("HTTP/1.1 20 OK\r\n\r\n", .malformed),
        ("HTTP/1.1 2000 OK\r\n\r\n", .malformed), ("HTTP/1.1 099 OK\r\n\r\n", .malformed),
        ("HTTP/1.1 101 Switching Protocols\r\n\r\n", .malformed), ("HTTP/1.1-200\r\n\r\n", .malformed),
        ("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", .malformed),
        ("HTTP/1.1 200 OK\r\nContent-Length: five\r\n\r\nhello", .malformed),
        ("HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\nhello", .malformed),
        ("HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n", .malformed),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nhi!", .malformed),
        ("HTTP/1.1 200 OK\r\nContent-Length\r\n\r\n", .malformed),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", .malformed),
        ("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nhi", .encoded),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", .malformed),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", .malformed),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi!\r\n0\r\n\r\n", .malformed),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", .malformed),
        ("HTTP/1.1 200 OK\r\nContent-Length: 67108865\r\n\r\n", .tooLarge),
    ])
    func whatIsNoResponseFails(response: String, failure: TransferFailure) {
        let bytes = Array(response.utf8)
        #expect(read(bytes).failure == failure)
        if bytes.count > 1 { #expect(read(bytes, cutAt: Array(1..<bytes.count)).failure == failure) }
    }

    @Test func aHeadWithoutEndIsTooLarge() {
        var reader = ResponseReader()
        var step = Array("HTTP/1.1 200 OK\r\n".utf8).withUnsafeBytes { reader.take($0) }
        let line = Array("X-Filler: \(String(repeating: "x", count: 1000))\r\n".utf8)
        var lines = 0
        while step == .needsMore, lines < 1000 {
            step = line.withUnsafeBytes { reader.take($0) }
            lines += 1
        }
        #expect(step == .failed(.tooLarge) && lines < 300)
    }

    /// A server that sends each number of a vector as it comes.
    @Test func aBodyOfManySmallChunksIsRead() {
        var reader = ResponseReader()
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        var step = Array(head.utf8).withUnsafeBytes { reader.take($0) }
        let chunk = Array("1\r\n7\r\n".utf8)
        for _ in 0..<200_000 where step == .needsMore { step = chunk.withUnsafeBytes { reader.take($0) } }
        if step == .needsMore { step = Array("0\r\n\r\n".utf8).withUnsafeBytes { reader.take($0) } }
        #expect(step == .complete && reader.body.count == 200_000)
    }

    @Test func aBodyWithoutEndIsTooLarge() {
        var reader = ResponseReader()
        var step = Array("HTTP/1.1 200 OK\r\n\r\n".utf8).withUnsafeBytes { reader.take($0) }
        let piece = [UInt8](repeating: 0x20, count: 1 << 20)
        var pieces = 0
        while step == .needsMore, pieces < 100 {
            step = piece.withUnsafeBytes { reader.take($0) }
            pieces += 1
        }
        #expect(step == .failed(.tooLarge) && pieces == 65)
    }

    @Test func aCutConnectionEndsNoBody() {
        var reader = ResponseReader()
        _ = Array("HTTP/1.1 200 OK\r\n\r\nhalf".utf8).withUnsafeBytes { reader.take($0) }
        #expect(reader.takeEnd(isOrderly: false) == .failed(.broken))
    }

    @Test func ratesAreRead() {
        var reader = ResponseReader()
        let head = "HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nX-RateLimit-Limit-Requests: 60\r\nContent-Length: 0\r\n\r\n"
        #expect(Array(head.utf8).withUnsafeBytes { reader.take($0) } == .complete)
        #expect(reader.rates == RateHeaders(requestLimit: 60, retryAfterSeconds: 7))
    }

    /// Responses with bytes changed, taken out and put in: whatever comes of one does not depend on the pieces it comes in.
    @Test func damagedResponsesAreReadAlikeInAnyPieces() {
        var random = SystemRandomNumberGenerator()
        for (response, _, _, _) in Self.whole {
            for _ in 0..<300 {
                var bytes = Array(response.utf8)
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    let place = Int.random(in: 0..<bytes.count, using: &random)
                    switch Int.random(in: 0..<3, using: &random) {
                    case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                    case 1: bytes.remove(at: place)
                    default: bytes.insert("\r\n0:5 H"[...].utf8.randomElement(using: &random)!, at: place)
                    }
                }
                guard bytes.count > 1 else { continue }
                let cuts = (1..<bytes.count).filter { _ in Bool.random(using: &random) }
                #expect(read(bytes) == read(bytes, cutAt: cuts), "\(bytes) cut at \(cuts)")
            }
        }
    }
}
