import DataPlane

/// An object of a plugin's spec, read member by member; every failure says where by a JSON pointer (RFC 6901).
///
/// ```
/// /steps/0/adds/1/type: unknown type 'text': write bool, int64, …
/// ```
struct SpecObject {
    let pointer: String
    private let members: [(String, JSONValue)]

    /// - Parameter known: the members it may have; any, when nil.
    init(_ value: JSONValue, at pointer: String, known: [String]?) throws(Failure) {
        guard case .object(let members) = value else {
            throw Self.failure(at: pointer, "must be an object, not \(value.kind)")
        }
        if let known {
            for (name, _) in members where !known.contains(name) {
                let hint = ConfigReader.suggestion(for: name, among: known)
                throw Self.failure(at: pointer, "unknown member '\(name)'; \(hint)")
            }
        }
        self.pointer = pointer
        self.members = members
    }

    static func failure(at pointer: String, _ message: String) -> Failure {
        Failure("plugin_spec", "\(pointer.isEmpty ? "the spec" : pointer): \(message)")
    }

    func failure(_ name: String, _ message: String) -> Failure { Self.failure(at: "\(pointer)/\(name)", message) }

    subscript(name: String) -> JSONValue? { members.first { $0.0 == name }?.1 }

    func required(_ name: String) throws(Failure) -> JSONValue {
        guard let value = self[name] else { throw Self.failure(at: pointer, "the member '\(name)' is missing") }
        return value
    }

    func text(_ name: String) throws(Failure) -> String {
        let value = try required(name)
        guard let text = value.string else { throw failure(name, "must be a string, not \(value.kind)") }
        return text
    }

    func text(_ name: String, default text: String) throws(Failure) -> String {
        self[name] == nil ? text : try self.text(name)
    }

    func flag(_ name: String) throws(Failure) -> Bool {
        guard let value = self[name] else { return false }
        guard let flag = value.bool else { throw failure(name, "must be true or false, not \(value.kind)") }
        return flag
    }

    func number(_ name: String) throws(Failure) -> Double? {
        guard let value = self[name] else { return nil }
        guard let number = value.double else { throw failure(name, "must be a number, not \(value.kind)") }
        return number
    }

    /// A count: an integer that is not negative.
    func count(_ name: String) throws(Failure) -> Int? {
        guard let value = self[name] else { return nil }
        guard let count = value.int, count >= 0 else {
            throw failure(name, "must be an integer from 0, not \(value.compact)")
        }
        return Int(count)
    }

    /// The elements of a list, with their pointers; none where the member is missing.
    func list(_ name: String) throws(Failure) -> [(value: JSONValue, pointer: String)] {
        guard let value = self[name] else { return [] }
        guard let elements = value.array else { throw failure(name, "must be a list, not \(value.kind)") }
        return elements.enumerated().map { ($1, "\(pointer)/\(name)/\($0)") }
    }

    /// A name `[a-z][a-z0-9_]*`.
    func identifier(_ name: String) throws(Failure) -> String {
        let text = try text(name)
        guard Self.isIdentifier(text) else {
            throw failure(name, "'\(text)' is not a name: write lower-case letters, digits and _, a letter first")
        }
        return text
    }

    static func isIdentifier(_ text: String) -> Bool {
        guard let first = text.utf8.first, (97...122).contains(first) else { return false }
        return text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }
    }

    /// Throws where two elements have one name.
    func requireDistinct(_ names: [String], in list: String) throws(Failure) {
        for (index, name) in names.enumerated() where names[..<index].contains(name) {
            throw failure("\(list)/\(index)", "'\(name)' stands here twice")
        }
    }
}
