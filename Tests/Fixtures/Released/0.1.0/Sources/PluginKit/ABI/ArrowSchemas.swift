import Glibc
import PluginABI

/// Makes the Arrow schema of a batch with these columns. It owns its names, formats and children.
func exportSchema(of columns: [ColumnType.Field]) -> ArrowSchema {
    exportSchema(ColumnType.Field(name: "", type: .structure(columns), isNullable: false))
}

private func exportSchema(_ field: ColumnType.Field) -> ArrowSchema {
    let format: String
    var children: [ColumnType.Field] = []
    switch field.type {
    case .bool: format = "b"
    case .int64: format = "l"
    case .float64: format = "g"
    case .utf8: format = "u"
    case .binary: format = "z"
    case .list(let element):
        format = "+l"
        children = [ColumnType.Field(name: "item", type: element.type, isNullable: element.isNullable)]
    case .structure(let fields):
        format = "+s"
        children = fields
    }
    let childList = UnsafeMutablePointer<UnsafeMutablePointer<ArrowSchema>?>.allocate(capacity: max(children.count, 1))
    for (index, child) in children.enumerated() {
        let place = UnsafeMutablePointer<ArrowSchema>.allocate(capacity: 1)
        place.initialize(to: exportSchema(child))
        (childList + index).initialize(to: place)
    }
    return ArrowSchema(
        format: strdup(format), name: strdup(field.name), metadata: nil,
        flags: field.isNullable ? Int64(ARROW_FLAG_NULLABLE) : 0, n_children: Int64(children.count),
        children: childList, dictionary: nil, release: releaseSchema, private_data: nil)
}

/// The release callback of exported schemas.
private func releaseSchema(_ schema: UnsafeMutablePointer<ArrowSchema>?) {
    guard let schema, schema.pointee.release != nil else { return }
    free(UnsafeMutablePointer(mutating: schema.pointee.format))
    free(UnsafeMutablePointer(mutating: schema.pointee.name))
    if let children = schema.pointee.children {
        for index in 0..<Int(schema.pointee.n_children) {
            if let child = children[index] {
                child.pointee.release?(child)
                child.deallocate()
            }
        }
        children.deallocate()
    }
    schema.pointee.release = nil
}

extension ColumnType.Field {
    /// Reads a borrowed Arrow schema; nil if it uses a format that FastDistill does not.
    init?(_ schema: UnsafePointer<ArrowSchema>) {
        guard let format = schema.pointee.format, schema.pointee.dictionary == nil else { return nil }
        var children: [ColumnType.Field] = []
        for index in 0..<Int(schema.pointee.n_children) {
            guard let child = schema.pointee.children?[index], let field = ColumnType.Field(child) else { return nil }
            children.append(field)
        }
        let type: ColumnType
        switch String(cString: format) {
        case "b": type = .bool
        case "l": type = .int64
        case "g": type = .float64
        case "u": type = .utf8
        case "z": type = .binary
        case "+s": type = .structure(children)
        case "+l":
            guard let item = children.first, children.count == 1 else { return nil }
            type = .list(ColumnType.Element(type: item.type, isNullable: item.isNullable))
        default: return nil
        }
        self.init(
            name: schema.pointee.name.map { String(cString: $0) } ?? "", type: type,
            isNullable: schema.pointee.flags & Int64(ARROW_FLAG_NULLABLE) != 0)
    }
}
