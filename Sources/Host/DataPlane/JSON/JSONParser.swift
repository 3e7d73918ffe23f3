import CJSON

/// Why a text is not JSON.
public struct JSONSyntaxError: Error, Equatable, CustomStringConvertible {
    /// One clause, as in "not JSON: …".
    public let reason: String
    public var description: String { "not JSON: \(reason)" }
}

/// Parses JSON texts one after the other with one set of buffers (simdjson).
///
/// ```swift
/// let parser = JSONParser()
/// try parser.parse(#"{"a": [1, 2]}"#)   // .object([("a", .array([1, 2]))])
/// ```
///
/// Throws ``JSONSyntaxError`` for anything that is not exactly one JSON value in UTF-8, and for an object that has a key
/// twice (RFC 7493 section 2.3).
public final class JSONParser {
    private let parser: OpaquePointer

    public init() {
        guard let parser = fdjson_parser_create() else { fatalError("out of memory") }
        self.parser = parser
    }

    deinit { fdjson_parser_destroy(parser) }

    public func parse(_ text: String) throws(JSONSyntaxError) -> JSONValue {
        var text = text
        let result = text.withUTF8 { bytes in
            Result { () throws(JSONSyntaxError) in try parse(UnsafeRawBufferPointer(bytes)) }
        }
        return try result.get()
    }

    public func parse(_ bytes: UnsafeRawBufferPointer) throws(JSONSyntaxError) -> JSONValue {
        let collector = JSONCollector()
        let failure = withExtendedLifetime(collector) {
            withUnsafePointer(to: JSONCollector.handler) { handler in
                fdjson_parse(
                    parser, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, handler,
                    Unmanaged.passUnretained(collector).toOpaque())
            }
        }
        if let failure { throw JSONSyntaxError(reason: String(cString: failure)) }
        if let key = collector.repeatedKey {
            throw JSONSyntaxError(reason: "the key \"\(key)\" stands twice in one object")
        }
        return collector.result
    }
}

/// Puts parse events together to a value.
private final class JSONCollector {
    private enum Open {
        case array([JSONValue])
        case object([(String, JSONValue)], key: String)
    }

    private var stack: [Open] = []
    private(set) var result = JSONValue.null
    private(set) var repeatedKey: String?

    func add(_ value: JSONValue) {
        switch stack.popLast() {
        case nil: result = value
        case .array(var elements):
            elements.append(value)
            stack.append(.array(elements))
        case .object(var members, let key):
            if members.contains(where: { $0.0 == key }) { repeatedKey = key }
            members.append((key, value))
            stack.append(.object(members, key: ""))
        }
    }

    func key(_ name: String) {
        guard case .object(let members, _) = stack.popLast() else { return }
        stack.append(.object(members, key: name))
    }

    func begin(object: Bool) { stack.append(object ? .object([], key: "") : .array([])) }

    func end() {
        switch stack.popLast() {
        case nil: break
        case .array(let elements): add(.array(elements))
        case .object(let members, _): add(.object(members))
        }
    }

    private static func text(_ bytes: UnsafePointer<CChar>?, _ length: Int) -> String {
        String(decoding: UnsafeRawBufferPointer(start: bytes, count: length), as: UTF8.self)
    }

    private static func of(_ context: UnsafeMutableRawPointer?) -> JSONCollector {
        guard let context else { preconditionFailure("the parser lost its context") }
        return Unmanaged<JSONCollector>.fromOpaque(context).takeUnretainedValue()
    }

    static let handler = fdjson_handler(
        null: { of($0).add(.null) },
        boolean: { of($0).add(.bool($1 != 0)) },
        integer: { of($0).add(.int($1)) },
        number: { of($0).add(.double($1)) },
        string: { of($0).add(.string(text($1, $2))) },
        key: { of($0).key(text($1, $2)) },
        begin_array: { of($0).begin(object: false) },
        end_array: { of($0).end() },
        begin_object: { of($0).begin(object: true) },
        end_object: { of($0).end() })
}
