/// Reads a YAML document into typed values and collects every failure with its place.
///
/// ```swift
/// let reader = ConfigReader(document)
/// let map = reader.map(document.root, "the file", keys: ["name", "limit"])
/// let name = reader.string(map["name"], "name", required: map)
/// let limit = reader.integer(map["limit"], "limit", in: 1...100) ?? 16
/// try reader.finish()
/// ```
///
/// The methods return nil after they have noted a failure, so one pass finds all of them.
public final class ConfigReader {
    public let document: YAMLDocument
    public private(set) var failures: [Failure] = []

    public init(_ document: YAMLDocument) { self.document = document }

    /// The members of a map in the order of the file.
    public struct Map {
        public let node: YAMLNode?
        public let members: [(key: YAMLNode, value: YAMLNode)]
        /// Known keys that unknown ones were probably meant to be: it has been said that they are not there.
        public var misspelled: Set<String> = []

        public subscript(name: String) -> YAMLNode? { members.first { $0.key.text == name }?.value }
    }

    /// Notes a failure that was found elsewhere.
    public func note(_ failure: Failure) { failures.append(failure) }

    /// Throws all failures noted so far, in the order of their places.
    public func finish() throws(Failures) {
        guard failures.isEmpty else { throw Failures(Self.inOrder(failures)) }
    }

    static func inOrder(_ failures: [Failure]) -> [Failure] {
        failures.enumerated().sorted { left, right in
            let a = (left.element.location?.line ?? 0, left.element.location?.column ?? 0, left.offset)
            let b = (right.element.location?.line ?? 0, right.element.location?.column ?? 0, right.offset)
            return a < b
        }.map(\.element)
    }

    /// A failure at a place of this document.
    public func failure(
        _ message: String, at mark: Mark, code: Failure.Code = "config", causes: [Failure] = []
    ) -> Failure {
        Failure(
            code, message, at: Location(file: document.path, line: mark.line, column: mark.column),
            excerpt: mark.line <= document.lines.count ? document.lines[mark.line - 1] : nil, causes: causes)
    }

    public func note(_ message: String, at node: YAMLNode?) {
        note(message, at: node?.mark ?? document.root.mark)
    }

    public func note(_ message: String, at mark: Mark) {
        failures.append(failure(message, at: mark))
    }

    /// A map whose keys are among `keys` (any, when nil). `what` names it in messages: "node 'teacher'".
    public func map(_ node: YAMLNode?, _ what: String, keys: [String]?) -> Map {
        guard let node else { return Map(node: nil, members: []) }
        guard case .mapping(let members) = node.content else {
            note("\(what) must be a map, not \(node.kind)", at: node)
            return Map(node: node, members: [])
        }
        var map = Map(node: node, members: members)
        for member in members {
            guard let keys, let name = member.key.text, !keys.contains(name) else { continue }
            let suggestion = Self.suggestion(for: name, among: keys)
            note("unknown key \(quoted(name)) in \(what); \(suggestion)", at: member.key)
            if let nearest = Self.nearest(to: name, among: keys) { map.misspelled.insert(nearest) }
        }
        return map
    }

    public func list(_ node: YAMLNode?, _ what: String) -> [YAMLNode] {
        guard let node else { return [] }
        guard case .sequence(let elements) = node.content else {
            note("\(what) must be a list, not \(node.kind)", at: node)
            return []
        }
        return elements
    }

    /// Text. A plain number or truth value is refused, so that `version: 1.10` cannot become `1.1`.
    public func string(_ node: YAMLNode?, _ what: String, required map: Map? = nil) -> String? {
        guard let node else {
            if let map { note("\(what) is missing", at: map.node) }
            return nil
        }
        guard case .string(let value) = node.json else {
            note("\(what) must be a string, not \(node.kind)\(Self.quotingHint(node))", at: node)
            return nil
        }
        return value
    }

    /// Text that says something: as ``string(_:_:required:)``, and not empty.
    public func filledString(_ node: YAMLNode?, _ what: String, required map: Map? = nil) -> String? {
        guard let value = string(node, what, required: map) else { return nil }
        if value.isEmpty, let node { note("\(what) is empty", at: node) }
        return value.isEmpty ? nil : value
    }

    /// What to write when a plain number or truth value was meant as text.
    private static func quotingHint(_ node: YAMLNode) -> String {
        guard let text = node.text, !text.isEmpty, text.utf8.count < 80 else { return "" }
        return "; write \"\(text)\""
    }

    public func integer(_ node: YAMLNode?, _ what: String, in range: ClosedRange<Int64>? = nil) -> Int64? {
        guard let node else { return nil }
        guard case .int(let value) = node.json else {
            let isTooLarge = node.json.double != nil && node.text?.wholeMatch(of: #/[-+]?[0-9]+/#) != nil
            note(
                "\(what) must be an integer\(isTooLarge ? " of 64 bits; this one is larger" : ", not \(node.kind)")",
                at: node)
            return nil
        }
        if let range, !range.contains(value) {
            note("\(what) must be between \(range.lowerBound) and \(range.upperBound), not \(value)", at: node)
            return nil
        }
        return value
    }

    public func number(_ node: YAMLNode?, _ what: String, in range: ClosedRange<Double>? = nil) -> Double? {
        guard let node else { return nil }
        guard let value = node.json.double else {
            let text = (node.text ?? "").prefix(60)
            note(
                "\(what) must be \(node.isNotFinite ? "a finite number, not \(text)" : "a number, not \(node.kind)")",
                at: node)
            return nil
        }
        if let range, !range.contains(value) {
            note(
                "\(what) must be between \(JSONValue.double(range.lowerBound).compact) and "
                    + "\(JSONValue.double(range.upperBound).compact), not \(value.isFinite ? JSONValue.double(value).compact : "\(value)")",
                at: node)
            return nil
        }
        return value
    }

    public func bool(_ node: YAMLNode?, _ what: String) -> Bool? {
        guard let node else { return nil }
        guard case .bool(let value) = node.json else {
            note("\(what) must be true or false, not \(node.kind)", at: node)
            return nil
        }
        return value
    }

    /// One of some words.
    public func choice(_ node: YAMLNode?, _ what: String, among names: [String], required map: Map? = nil) -> String? {
        guard let value = string(node, what, required: map) else { return nil }
        guard names.contains(value) else {
            note("\(what) cannot be \(quoted(value)); \(Self.suggestion(for: value, among: names))", at: node)
            return nil
        }
        return value
    }

    /// A time span: `250ms`, `30s`, `5m`, `1h`.
    ///
    /// - Returns: milliseconds.
    public func duration(_ node: YAMLNode?, _ what: String) -> Int64? {
        guard let node else { return nil }
        let text = node.text ?? ""
        let digits = text.prefix { ("0"..."9").contains($0) }
        let factors: [String: Int64] = ["ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000]
        guard let count = Int64(digits), let factor = factors[String(text.dropFirst(digits.count))], count > 0,
            count < 1_000_000_000
        else {
            note("\(what) must be a time span such as 250ms, 30s, 5m or 1h, not \(quoted(text))", at: node)
            return nil
        }
        return count * factor
    }

    /// The known name that a text was probably meant to be; nil when none is near.
    public static func nearest(to name: String, among known: [String]) -> String? {
        // Words far longer than any known one are not spelled wrong, and comparing them would take long.
        guard name.utf8.count <= 200 else { return nil }
        let nearest = known.map { (name: $0, distance: editDistance(name, $0)) }.min { $0.distance < $1.distance }
        return nearest.flatMap { $0.distance <= max(1, name.count / 3) ? $0.name : nil }
    }

    /// "did you mean 'when'?", or all the known names when none is near.
    public static func suggestion(for name: String, among known: [String]) -> String {
        if let nearest = nearest(to: name, among: known) { return "did you mean '\(nearest)'?" }
        if known.isEmpty { return "there are none" }
        return "known: \(known.joined(separator: ", "))"
    }
}

/// A text of the user's in quotation marks, cut short if it is long: `'when'`.
public func quoted(_ text: String) -> String {
    text.utf8.count <= 80 ? "'\(text)'" : "'\(text.prefix(60))…'"
}

/// How many letters have to be inserted, removed, replaced or swapped with their neighbour to turn one word into the
/// other (F. J. Damerau, Communications of the ACM 7(3), 1964; each pair of letters is swapped at most once).
///
/// - Complexity: O(a × b).
func editDistance(_ a: String, _ b: String) -> Int {
    let a = Array(a)
    let b = Array(b)
    var rows = [Array(0...b.count)]
    for i in a.indices {
        var row = [i + 1]
        for j in b.indices {
            var best = min(row[j] + 1, rows[i][j + 1] + 1, rows[i][j] + (a[i] == b[j] ? 0 : 1))
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, rows[i - 1][j - 1] + 1) }
            row.append(best)
        }
        rows.append(row)
    }
    return rows[a.count][b.count]
}
