import Glibc
import PluginABI

extension DataType {
    /// The format string of the Arrow C Data Interface.
    public var arrowFormat: String {
        switch self {
        case .bool: "b"
        case .int64: "l"
        case .float64: "g"
        case .utf8: "u"
        case .binary: "z"
        case .list: "+l"
        case .structure: "+s"
        }
    }

    /// The type of an Arrow format string; `children` are the fields of a struct or the element of a list.
    ///
    /// The element of a list is always called `item`, so that equal types compare equal: writers choose that
    /// name freely.
    /// - Throws: ``ArrowFault`` of rule `type` or `children`, with an empty path.
    public init(arrowFormat format: String, children: [Field] = []) throws(ArrowFault) {
        switch format {
        case "b": self = .bool
        case "l": self = .int64
        case "g": self = .float64
        case "u": self = .utf8
        case "z": self = .binary
        case "+s": self = .structure(children)
        case "+l":
            guard children.count == 1 else {
                throw ArrowFault(.children, path: "", "a list has one child, this one has \(children.count)")
            }
            self = .list(Field("item", children[0].type, nullable: children[0].nullable))
        default:
            throw ArrowFault(
                .type, path: "",
                "the Arrow format '\(format)' is not one of b, l, g, u, z, +l, +s "
                    + "(bool, int64, float64, utf8, binary, list, struct)")
        }
        switch self {
        case .list, .structure: break
        default:
            guard children.isEmpty else {
                throw ArrowFault(.children, path: "", "\(self) has no children, this one has \(children.count)")
            }
        }
    }
}

extension Field {
    /// Fills `schema`, which holds nothing yet; whoever has it then calls its `release` once.
    public func export(to schema: UnsafeMutablePointer<ArrowSchema>) {
        let fields: [Field] =
            switch type {
            case .list(let element): [element]
            case .structure(let fields): fields
            default: []
            }
        var children: UnsafeMutablePointer<UnsafeMutablePointer<ArrowSchema>?>?
        if !fields.isEmpty {
            let pointers = UnsafeMutablePointer<UnsafeMutablePointer<ArrowSchema>?>.allocate(capacity: fields.count)
            for (index, field) in fields.enumerated() {
                let slot = UnsafeMutablePointer<ArrowSchema>.allocate(capacity: 1)
                field.export(to: slot)
                (pointers + index).initialize(to: slot)
            }
            children = pointers
        }
        schema.initialize(
            to: ArrowSchema(
                format: UnsafePointer(strdup(type.arrowFormat)), name: UnsafePointer(strdup(name)), metadata: nil,
                flags: nullable ? Int64(ARROW_FLAG_NULLABLE) : 0, n_children: Int64(fields.count), children: children,
                dictionary: nil, release: releaseExportedSchema, private_data: nil))
    }

    /// Reads a schema without releasing it.
    ///
    /// - Throws: ``ArrowFault`` for a type that FastDistill has no column for or a malformed struct.
    public init(copying schema: UnsafePointer<ArrowSchema>) throws(ArrowFault) {
        self = try Self.read(schema, under: "")
    }

    private static func read(_ schema: UnsafePointer<ArrowSchema>, under parent: String) throws(ArrowFault) -> Field {
        let schema = schema.pointee
        let name: String
        if let bytes = schema.name {
            guard let valid = String(validatingCString: bytes) else {
                throw ArrowFault(.utf8, path: parent, "a field's name is not UTF-8")
            }
            name = valid
        } else {
            name = ""
        }
        let path = parent.isEmpty ? name : "\(parent).\(name)"
        guard let format = schema.format else { throw ArrowFault(.type, path: path, "the format is missing") }
        guard schema.dictionary == nil else {
            throw ArrowFault(.type, path: path, "dictionary encoding is not supported: hand over plain values")
        }
        guard schema.n_children >= 0, schema.n_children == 0 || schema.children != nil else {
            throw ArrowFault(.children, path: path, "\(schema.n_children) children are announced and none are there")
        }
        var fields: [Field] = []
        for index in 0..<Int(schema.n_children) {
            guard let child = schema.children?[index] else {
                throw ArrowFault(.children, path: path, "child \(index) is missing")
            }
            let field = try read(child, under: path)
            if fields.contains(where: { $0.name == field.name }) {
                throw ArrowFault(.duplicateName, path: path, "two fields are called '\(field.name)'")
            }
            fields.append(field)
        }
        do {
            let type = try DataType(arrowFormat: String(cString: format), children: fields)
            return Field(name, type, nullable: schema.flags & Int64(ARROW_FLAG_NULLABLE) != 0)
        } catch {
            throw ArrowFault(error.rule, path: path, error.message)
        }
    }
}

extension Schema {
    /// The schema as a struct type; fills `schema`, which holds nothing yet.
    public func export(to schema: UnsafeMutablePointer<ArrowSchema>) {
        Field("", .structure(fields)).export(to: schema)
    }

    /// Reads a struct schema without releasing it.
    public init(copying schema: UnsafePointer<ArrowSchema>) throws(ArrowFault) {
        guard case .structure(let fields) = try Field(copying: schema).type else {
            throw ArrowFault(.type, path: "", "a batch is a struct (format '+s')")
        }
        self.init(fields)
    }

    /// Takes over a struct schema: it is released once, whether it can be read or not.
    public init(adopting schema: UnsafeMutablePointer<ArrowSchema>) throws(ArrowFault) {
        guard schema.pointee.release != nil else {
            throw ArrowFault(.released, path: "", "the schema was not filled")
        }
        defer { schema.release() }
        try self.init(copying: schema)
    }
}

private func releaseExportedSchema(_ schema: UnsafeMutablePointer<ArrowSchema>?) {
    guard let schema, schema.pointee.release != nil else { return }
    if let children = schema.pointee.children {
        for index in 0..<Int(schema.pointee.n_children) {
            guard let child = children[index] else { continue }
            child.release()
            child.deallocate()
        }
        children.deallocate()
    }
    free(UnsafeMutablePointer(mutating: schema.pointee.format))
    free(UnsafeMutablePointer(mutating: schema.pointee.name))
    schema.pointee.release = nil
}
