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
/// Integers beyond 64 bits signed are read as the nearest double.
///
/// Throws ``JSONSyntaxError`` for anything that is not exactly one JSON value in UTF-8, for an object that has a key
/// twice (RFC 7493 section 2.3), and for a number too large for a double.
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
        try parse(bytes, allowsInfinity: false)
    }

    /// Parses a text of which not every value is wanted.
    ///
    /// - Parameter allowsInfinity: read a number too large for a double as an infinite one, for the caller to refuse
    ///   where it matters, instead of refusing the whole text.
    func parse(_ bytes: UnsafeRawBufferPointer, allowsInfinity: Bool) throws(JSONSyntaxError) -> JSONValue {
        let collector = JSONCollector()
        if let reason = report(bytes, to: collector) {
            let numbers = JSONNumbers(replacedIn: bytes)
            if numbers.values.isEmpty { throw JSONSyntaxError(reason: reason) }
            collector.replacements = numbers.values
            if let reason = numbers.text.withUnsafeBytes({ report($0, to: collector) }) {
                throw JSONSyntaxError(reason: reason)
            }
            if !allowsInfinity, numbers.values.values.contains(where: \.isInfinite) {
                throw JSONSyntaxError(reason: "a number is too large for float64")
            }
        }
        if let key = collector.repeatedKey {
            throw JSONSyntaxError(reason: "the key \"\(key)\" stands twice in one object")
        }
        return collector.result
    }

    /// Gives the events of a text to a collector, or says why it is not JSON, in which case there were none.
    private func report(_ bytes: UnsafeRawBufferPointer, to collector: JSONCollector) -> String? {
        withExtendedLifetime(collector) {
            withUnsafePointer(to: JSONCollector.handler) { handler in
                fdjson_parse(
                    parser, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count, handler,
                    Unmanaged.passUnretained(collector).toOpaque())
            }
        }.map { String(cString: $0) }
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
    /// What to put in the place of some numbers, by how many come before.
    var replacements: [Int: Double] = [:]
    private var numberCount = 0

    func addNumber(_ value: JSONValue) {
        add(replacements.isEmpty ? value : replacements[numberCount].map { .double($0) } ?? value)
        numberCount += 1
    }

    func add(_ value: JSONValue) {
        switch stack.popLast() {
        case nil: result = value
        case .array(var elements):
            elements.append(value)
            stack.append(.array(elements))
        case .object(var members, let key):
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
        case .object(let members, _):
            if let name = Self.repeated(members) { repeatedKey = name }
            add(.object(members))
        }
    }

    /// Looking through few names costs less than hashing them; a vocabulary has many.
    private static func repeated(_ members: [(String, JSONValue)]) -> String? {
        if members.count > 16 {
            var names = Set<ExactText>(minimumCapacity: members.count)
            return members.first { !names.insert(ExactText($0.0)).inserted }?.0
        }
        for index in members.indices.dropFirst() {
            let name = ExactText(members[index].0)
            if members[..<index].contains(where: { ExactText($0.0) == name }) { return name.text }
        }
        return nil
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
        integer: { of($0).addNumber(.int($1)) },
        number: { of($0).addNumber(.double($1)) },
        string: { of($0).add(.string(text($1, $2))) },
        key: { of($0).key(text($1, $2)) },
        begin_array: { of($0).begin(object: false) },
        end_array: { of($0).end() },
        begin_object: { of($0).begin(object: true) },
        end_object: { of($0).end() })
}
