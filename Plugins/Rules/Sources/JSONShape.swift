/// What a text that has to be JSON must look like.
///
/// Source: RFC 8259. Nothing recurses, so no nesting is too deep.
struct JSONShape {
    enum Kind: String, CaseIterable {
        case any, object, array
    }

    /// A member that the object must have, `name` or `name: type`.
    struct Member: Equatable {
        let name: String
        let type: String?

        static let types = ["string", "number", "boolean", "null", "object", "array"]

        init?(_ text: String) {
            guard let colon = text.lastIndex(of: ":") else {
                name = text
                type = nil
                return
            }
            name = String(text[..<colon])
            let type = String(text[text.index(after: colon)...].drop { $0 == " " })
            guard Self.types.contains(type) else { return nil }
            self.type = type
        }
    }

    let kind: Kind
    let members: [Member]

    /// Why a text does not fit; nil if it does.
    func problem(with text: String) -> String? {
        var scanner = JSONScanner(Array(text.utf8))
        guard scanner.scan() else { return "no JSON from byte \(scanner.position + 1) on" }
        let type = scanner.type ?? ""
        if kind != .any, type != kind.rawValue { return "it is a JSON \(type)" }
        for member in members {
            guard let found = scanner.members[member.name] else { return "no member \(member.name)" }
            if let type = member.type, type != found { return "member \(member.name) is a JSON \(found)" }
        }
        return nil
    }
}
