import CYAML

extension YAMLDocument {
    /// Reads a file with one YAML document (libyaml).
    ///
    /// Anchors, aliases, tags and a second document are refused: a graph says what it means where it says it. It may come
    /// through a pipe, named or not.
    ///
    /// - Throws: ``Failure`` with the place: unreadable, not UTF-8, not YAML, empty, a key twice.
    public static func load(_ path: String) throws(Failure) -> YAMLDocument {
        let bytes = try readFile(path, allowing: .namedPipes)
        return try parse(bytes, path: path)
    }

    /// Parses the bytes of a file; `path` is for messages. A byte order mark before them does not count.
    public static func parse(_ bytes: [UInt8], path: String) throws(Failure) -> YAMLDocument {
        let bytes = bytes.starts(with: "\u{FEFF}".utf8) ? Array(bytes.dropFirst(3)) : bytes
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure("yaml", "\(path) is not UTF-8; save it as UTF-8", at: Location(file: path))
        }
        let lines = splitLines(text)
        var builder = YAMLBuilder(path: path, lines: lines)
        let root = try builder.build(bytes)
        return YAMLDocument(path: path, lines: lines, root: root, sha256: sha256Hex(of: text))
    }
}

/// The lines of a text as libyaml counts them: YAML 1.1 (section 5.4) ends a line at CR, LF, CR LF, NEL, LS and PS.
private func splitLines(_ text: String) -> [String] {
    var lines: [String] = []
    var line = String.UnicodeScalarView()
    var previous: Unicode.Scalar?
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\n" where previous == "\r": break
        case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}":
            lines.append(String(line))
            line = String.UnicodeScalarView()
        default: line.append(scalar)
        }
        previous = scalar
    }
    lines.append(String(line))
    return lines
}

/// Builds the tree from libyaml's events.
private struct YAMLBuilder {
    /// A list or map whose end has not come yet. It is changed where it is, since it may be long.
    private struct Open {
        let isSequence: Bool
        let mark: Mark
        var elements: [YAMLNode] = []
        var members: [(key: YAMLNode, value: YAMLNode)] = []
        /// Where each key stands.
        var keys: [String: Mark] = [:]
        /// A key whose value has not come yet.
        var key: YAMLNode?

        var node: YAMLNode { YAMLNode(isSequence ? .sequence(elements) : .mapping(members), at: mark) }
    }

    /// Deeper than any configuration, and shallow enough for code that walks the tree by recursion.
    private static let maximumDepth = 64

    let path: String
    let lines: [String]
    private var stack: [Open] = []
    private var root: YAMLNode?

    init(path: String, lines: [String]) {
        self.path = path
        self.lines = lines
    }

    mutating func build(_ bytes: [UInt8]) throws(Failure) -> YAMLNode {
        var parser = yaml_parser_t()
        guard yaml_parser_initialize(&parser) == 1 else { throw Failure("yaml", "out of memory") }
        defer { yaml_parser_delete(&parser) }
        // libyaml keeps the pointer, so the text must stay where it is for the whole parse.
        let text = Buffer(copying: bytes, count: bytes.count)
        yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(&parser, text.start.assumingMemoryBound(to: UInt8.self), text.count)
        while true {
            var event = yaml_event_t()
            guard yaml_parser_parse(&parser, &event) == 1 else { throw syntaxError(parser) }
            defer { yaml_event_delete(&event) }
            if event.type == YAML_STREAM_END_EVENT { break }
            try take(event)
        }
        withExtendedLifetime(text) {}
        guard let root else { throw Failure("yaml", "\(path) is empty; it must hold a map", at: Location(file: path)) }
        return root
    }

    private func failure(_ message: String, _ mark: Mark) -> Failure {
        Failure(
            "yaml", message, at: Location(file: path, line: mark.line, column: mark.column),
            excerpt: mark.line <= lines.count ? lines[mark.line - 1] : nil)
    }

    private func syntaxError(_ parser: yaml_parser_t) -> Failure {
        let problem = parser.problem.map { String(cString: $0) } ?? "cannot be parsed"
        let context = parser.context.map { String(cString: $0) + ", " } ?? ""
        let place = mark(parser.problem_mark)
        return failure("not YAML: \(context)\(problem)\(hint(context, problem, at: place))", place)
    }

    /// What to do about the two mistakes that libyaml's words do not explain.
    private func hint(_ context: String, _ problem: String, at place: Mark) -> String {
        if context.contains("alias") { return "; a text that starts with * needs quotation marks" }
        let line = place.line <= lines.count ? Array(lines[place.line - 1].unicodeScalars) : []
        let isTab = place.column <= line.count && line[place.column - 1] == "\t"
        return isTab ? "; tabs cannot indent, write spaces" : ""
    }

    private func mark(_ mark: yaml_mark_t) -> Mark { Mark(line: Int(mark.line) + 1, column: Int(mark.column) + 1) }

    private mutating func take(_ event: yaml_event_t) throws(Failure) {
        let place = mark(event.start_mark)
        switch event.type {
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            try refuse(scalar.anchor, scalar.tag, place)
            let text = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            try add(YAMLNode(.scalar(text, plain: scalar.style == YAML_PLAIN_SCALAR_STYLE), at: place))
        case YAML_SEQUENCE_START_EVENT:
            try refuse(event.data.sequence_start.anchor, event.data.sequence_start.tag, place)
            try open(Open(isSequence: true, mark: place))
        case YAML_MAPPING_START_EVENT:
            try refuse(event.data.mapping_start.anchor, event.data.mapping_start.tag, place)
            try open(Open(isSequence: false, mark: place))
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT:
            if let closed = stack.popLast() { try add(closed.node) }
        case YAML_ALIAS_EVENT:
            throw failure("aliases (*name) are not allowed here; write the value out", place)
        case YAML_DOCUMENT_START_EVENT where root != nil:
            throw failure("a second document starts here; a file holds one", place)
        default: break
        }
    }

    private mutating func open(_ container: Open) throws(Failure) {
        guard stack.count < Self.maximumDepth else {
            throw failure("lists and maps are nested more than \(Self.maximumDepth) deep", container.mark)
        }
        stack.append(container)
    }

    private func refuse(
        _ anchor: UnsafeMutablePointer<UInt8>?, _ tag: UnsafeMutablePointer<UInt8>?, _ mark: Mark
    ) throws(Failure) {
        if anchor != nil {
            throw failure("anchors (&name) are not allowed here; write the value out where it is used", mark)
        }
        if tag != nil { throw failure("tags (!name) are not allowed here; write the value without one", mark) }
    }

    private mutating func add(_ node: YAMLNode) throws(Failure) {
        let top = stack.count - 1
        guard top >= 0 else {
            root = node
            return
        }
        if stack[top].isSequence {
            stack[top].elements.append(node)
        } else if let key = stack[top].key {
            stack[top].members.append((key: key, value: node))
            stack[top].key = nil
        } else {
            guard let name = node.text else { throw failure("a key must be text", node.mark) }
            if let first = stack[top].keys.updateValue(node.mark, forKey: name) {
                throw failure("the key \(quoted(name)) stands twice; it is already in line \(first.line)", node.mark)
            }
            stack[top].key = node
        }
    }
}
