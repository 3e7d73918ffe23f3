import DataPlane

/// Reads one HTTP/1.1 response piece by piece, as it comes (RFC 9112).
///
/// ```swift
/// var reader = ResponseReader()
/// while case .needsMore = reader.take(nextPiece()) {}
/// ```
struct ResponseReader {
    enum Step: Equatable {
        case needsMore, complete
        case failed(TransferFailure)
    }

    private enum State {
        case statusLine, headers
        /// Of a body or a chunk, this many bytes are to come.
        case body(left: Int)
        case bodyUntilClose
        case chunkSize
        case chunk(left: Int)
        case chunkEnd, trailers
    }

    /// A head, a chunk's size or trailers: more than any server sends.
    private static let largestHead = 256 << 10

    private(set) var status = 0
    private(set) var body: [UInt8] = []
    private(set) var rates = RateHeaders()
    private(set) var hasBegun = false
    /// Whether another request can follow on the connection.
    private(set) var keepsConnection = true
    private var state = State.statusLine
    /// The beginning of a line whose end has not come.
    private var line: [UInt8] = []
    private var lineBytes = 0
    private var contentLength: Int?
    private var isChunked = false

    /// Takes the next bytes in. To be called until it is complete or has failed.
    mutating func take(_ bytes: UnsafeRawBufferPointer) -> Step {
        var rest = bytes[...]
        if !rest.isEmpty { hasBegun = true }
        while !rest.isEmpty {
            let step: Step
            switch state {
            case .body(let left): step = takeBody(&rest, left: left)
            case .chunk(let left): step = takeChunk(&rest, left: left)
            case .bodyUntilClose:
                step = append(rest) ? .needsMore : .failed(.tooLarge)
                rest = rest[rest.endIndex...]
            case .statusLine, .headers, .chunkSize, .chunkEnd, .trailers: step = takeLine(&rest)
            }
            if step == .needsMore { continue }
            // What nobody has asked for would be taken for the next response.
            if !rest.isEmpty { keepsConnection = false }
            return step
        }
        return .needsMore
    }

    /// Takes the end of the connection in.
    ///
    /// - Parameter isOrderly: whether the other side has closed it; else it was cut.
    mutating func takeEnd(isOrderly: Bool) -> Step {
        keepsConnection = false
        if case .bodyUntilClose = state, isOrderly { return .complete }
        return .failed(.broken)
    }

    private mutating func append(_ bytes: Slice<UnsafeRawBufferPointer>) -> Bool {
        guard body.count + bytes.count <= HTTPClient.largestBody else { return false }
        body += UnsafeRawBufferPointer(rebasing: bytes)
        return true
    }

    private mutating func takeBody(_ rest: inout Slice<UnsafeRawBufferPointer>, left: Int) -> Step {
        let piece = rest.prefix(left)
        rest = rest[piece.endIndex...]
        guard append(piece) else { return .failed(.tooLarge) }
        state = .body(left: left - piece.count)
        return piece.count == left ? .complete : .needsMore
    }

    private mutating func takeChunk(_ rest: inout Slice<UnsafeRawBufferPointer>, left: Int) -> Step {
        let piece = rest.prefix(left)
        rest = rest[piece.endIndex...]
        guard append(piece) else { return .failed(.tooLarge) }
        state = piece.count == left ? .chunkEnd : .chunk(left: left - piece.count)
        return .needsMore
    }

    /// Takes bytes up to the end of a line, and then the line.
    private mutating func takeLine(_ rest: inout Slice<UnsafeRawBufferPointer>) -> Step {
        let end = rest.firstIndex(of: UInt8(ascii: "\n"))
        let piece = rest[..<(end ?? rest.endIndex)]
        rest = rest[(end.map { $0 + 1 } ?? rest.endIndex)...]
        lineBytes += piece.count + 1
        guard lineBytes <= Self.largestHead else { return .failed(.tooLarge) }
        guard end != nil else {
            line += piece
            // A server of another protocol may never send the end of a line.
            return isStatusLine(line) ? .needsMore : .failed(.malformed)
        }
        if line.isEmpty { return take(line: UnsafeRawBufferPointer(rebasing: piece)) }
        line += piece
        let whole = line
        line.removeAll(keepingCapacity: true)
        return whole.withUnsafeBytes { take(line: $0) }
    }

    /// Whether the beginning of a response is that of a status line, as far as it has come.
    private func isStatusLine(_ beginning: [UInt8]) -> Bool {
        guard case .statusLine = state else { return true }
        return zip(beginning, "HTTP/1.".utf8).allSatisfy { $0 == $1 }
    }

    /// - Parameter line: without its line feed.
    private mutating func take(line bytes: UnsafeRawBufferPointer) -> Step {
        let text = bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes[...]
        switch state {
        case .statusLine: return take(statusLine: text)
        case .headers:
            if text.isEmpty { return endHeaders() }
            return take(header: text).map { .failed($0) } ?? .needsMore
        case .chunkSize:
            guard let size = Self.number(text.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") }, radix: 16)
            else { return .failed(.malformed) }
            state = size == 0 ? .trailers : .chunk(left: size)
            lineBytes = 0
            return .needsMore
        case .chunkEnd:
            state = .chunkSize
            return text.isEmpty ? .needsMore : .failed(.malformed)
        case .trailers: return text.isEmpty ? .complete : .needsMore
        case .body, .bodyUntilClose, .chunk: preconditionFailure("a body has no lines")
        }
    }

    /// Takes `HTTP/1.1 200 OK` in.
    private mutating func take(statusLine text: Slice<UnsafeRawBufferPointer>) -> Step {
        let version = text.prefix(8)
        let code = text.dropFirst(9).prefix(3)
        guard version.starts(with: "HTTP/1.".utf8), version.count == 8, code.count == 3,
            text.dropFirst(8).first == UInt8(ascii: " "), text.dropFirst(12).first ?? 0x20 == UInt8(ascii: " "),
            let status = Self.number(code, radix: 10), status >= 100, status != 101
        else { return .failed(.malformed) }
        self.status = status
        // A server of HTTP/1.0 closes; one that would not says so in a header that is of no use to us.
        keepsConnection = keepsConnection && version.last != UInt8(ascii: "0")
        state = .headers
        return .needsMore
    }

    /// Takes in a header that matters; passes over all others.
    ///
    /// - Returns: why no response can be read with it; nil for most.
    private mutating func take(header text: Slice<UnsafeRawBufferPointer>) -> TransferFailure? {
        guard let first = text.first, "ctrx".utf8.contains(first | 0x20) else { return nil }
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")) else { return .malformed }
        let name = String(decoding: text[..<colon], as: UTF8.self).lowercased()
        var value: String { String(decoding: text[(colon + 1)...], as: UTF8.self).trimmed }
        switch name {
        case "content-length":
            guard let length = Self.number(value.utf8, radix: 10), contentLength ?? length == length else {
                return .malformed
            }
            contentLength = length
        case "transfer-encoding":
            // The only coding that is sent unasked (RFC 9112, section 7).
            guard value.lowercased() == "chunked" else { return value.lowercased() == "identity" ? nil : .malformed }
            isChunked = true
        case "content-encoding": return ["", "identity"].contains(value.lowercased()) ? nil : .encoded
        case "connection":
            if value.lowercased().split(separator: ",").contains(where: { String($0).trimmed == "close" }) {
                keepsConnection = false
            }
        default: rates.read(String(decoding: text, as: UTF8.self))
        }
        return nil
    }

    private mutating func endHeaders() -> Step {
        if status < 200 {  // The response itself is still to come.
            self = ResponseReader(after: self)
            return .needsMore
        }
        if status == 204 || status == 304 { return .complete }
        lineBytes = 0
        if isChunked {
            // Who sends a length as well may mean another end than we do (RFC 9112, section 6.3).
            if contentLength != nil { keepsConnection = false }
            state = .chunkSize
        } else if let contentLength {
            if contentLength > HTTPClient.largestBody { return .failed(.tooLarge) }
            if contentLength == 0 { return .complete }
            body.reserveCapacity(min(contentLength, 1 << 20))
            state = .body(left: contentLength)
        } else {
            state = .bodyUntilClose
        }
        return .needsMore
    }

    init() {}

    private init(after interim: ResponseReader) {
        hasBegun = true
        keepsConnection = interim.keepsConnection
        lineBytes = interim.lineBytes
    }

    /// A number of digits alone; nil for anything else, and for one that no length can be.
    private static func number(_ digits: some Collection<UInt8>, radix: Int) -> Int? {
        if digits.isEmpty { return nil }
        var number = 0
        for digit in digits {
            guard let value = Character(UnicodeScalar(digit)).hexDigitValue, value < radix, number < 1 << 56 else {
                return nil
            }
            number = number * radix + value
        }
        return number
    }
}

extension String {
    /// Without spaces and tabs at both ends.
    fileprivate var trimmed: String {
        let start = drop { $0 == " " || $0 == "\t" }
        return String(
            start[..<(start.lastIndex { $0 != " " && $0 != "\t" }.map { start.index(after: $0) } ?? start.startIndex)])
    }
}
