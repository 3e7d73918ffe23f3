import DataPlane

/// What the rows at one place of a graph are known to be: their columns, and the tests that hold for all of them.
struct Scope {
    /// A top-level column.
    struct Column {
        enum Origin: Hashable {
            case host, source
            /// Index of the node that adds it.
            case node(Int)
        }

        var name: String
        /// Nil when an error hides what is in it.
        var type: DataType?
        var isNullable = false
        var origin: Origin
        var isTainted = false
        /// What the plugin's spec says about the fields, for a node's column.
        var specs: [ColumnSpec] = []
    }

    var columns: [Column]
    /// False when an error hides columns: then nothing is reported as missing.
    var isComplete = true
    var known = KnownTests()
    /// Indices of the nodes that the rows came through.
    var upstream: Set<Int> = []
    /// False when an error hides what happened upstream.
    var isUpstreamKnown = true

    /// A place about which nothing is known.
    static let hidden: Scope = {
        var scope = Scope(columns: [], isComplete: false, isUpstreamKnown: false)
        scope.known.isComplete = false
        return scope
    }()

    /// The rows as the source gives them.
    init(source: SourceDescription?, isComplete: Bool) {
        columns = HostColumns.source.map { Column(name: $0.name, type: $0.type, origin: .host) }
        for column in source?.columns ?? [] {
            columns.append(
                Column(
                    name: column.field.name, type: column.field.type, isNullable: column.field.nullable,
                    origin: .source,
                    isTainted: column.isGold))
        }
        self.isComplete = isComplete
    }

    private init(columns: [Column], isComplete: Bool, isUpstreamKnown: Bool) {
        self.columns = columns
        self.isComplete = isComplete
        self.isUpstreamKnown = isUpstreamKnown
    }

    /// The rows of several places together: the columns they have in common and the tests that hold in all.
    init(merging scopes: [Scope]) {
        self = scopes.first ?? .hidden
        for other in scopes.dropFirst() {
            columns = columns.compactMap { column in
                guard let match = other.columns.first(where: { $0.name == column.name }) else { return nil }
                var merged = column
                if match.type == nil { merged.type = nil }
                merged.isNullable = column.isNullable || match.isNullable
                merged.isTainted = column.isTainted || match.isTainted
                return merged
            }
            isComplete = isComplete && other.isComplete
            isUpstreamKnown = isUpstreamKnown && other.isUpstreamKnown
            known.formIntersection(other.known)
            upstream.formUnion(other.upstream)
        }
    }

    /// The columns of nodes, nearest first.
    var nodeColumns: [Column] {
        func index(_ column: Column) -> Int { if case .node(let index) = column.origin { index } else { -1 } }
        return columns.filter { index($0) >= 0 }.sorted { index($0) > index($1) }
    }

    func column(_ name: String) -> Column? { columns.first { $0.name == name } }

    /// The columns as a schema; hidden ones are left out.
    var schema: Schema {
        Schema(columns.compactMap { column in column.type.map { Field(column.name, $0, nullable: column.isNullable) } })
    }
}

extension Scope {
    /// A column that a path leads to.
    struct Found {
        var path: ColumnPath
        var type: DataType
        var isTainted: Bool
        /// What a plugin's spec says about it.
        var spec: ColumnSpec?
    }

    enum Lookup {
        case found(Found)
        /// An error that has been reported hides it.
        case hidden
        /// Why not, as one clause.
        case missing(String)
    }

    /// Follows a path from a top-level column down.
    func find(_ path: ColumnPath) -> Lookup {
        guard let first = path.names.first, let column = column(first) else {
            return isComplete
                ? .missing("there is no column \(quoted(path.description)) here; \(suggestion(path))") : .hidden
        }
        guard var type = column.type else { return .hidden }
        for (index, name) in path.names.enumerated().dropFirst() {
            let parent = path.names[..<index].joined(separator: ".")
            guard case .structure(let fields) = type else {
                return .missing("'\(parent)' is \(type) and has no fields")
            }
            guard let field = fields.first(where: { $0.name == name }) else {
                return .missing(
                    "'\(parent)' has no field \(quoted(name)); "
                        + ConfigReader.suggestion(for: name, among: fields.map(\.name)))
            }
            type = field.type
        }
        let spec = path.names.count == 2 ? column.specs.first { $0.field.name == path.names[1] } : nil
        return .found(Found(path: path, type: type, isTainted: column.isTainted, spec: spec))
    }

    /// What a bare name means: the field of that name of the nearest upstream node that has one, else the host column,
    /// else the source column.
    func find(name: String) -> Lookup {
        for column in nodeColumns {
            guard case .structure(let fields)? = column.type else { return .hidden }
            if fields.contains(where: { $0.name == name }) { return find(ColumnPath([column.name, name])) }
        }
        if case .node? = column(name)?.origin {
            return .missing("there is no column \(quoted(name)) here")
        }
        return find(ColumnPath([name]))
    }

    /// The nearest column with a tag; nil when there is none.
    func find(tag: ColumnTag) -> Lookup? {
        findAll(tag: tag).first ?? (isComplete && isUpstreamKnown ? nil : .hidden)
    }

    /// The columns with a tag, nearest first, one of each node; as far as no error hides what is in a node.
    func findAll(tag: ColumnTag) -> [Lookup] {
        var found: [Lookup] = []
        for column in nodeColumns {
            guard column.type != nil else { return found + [.hidden] }
            if let spec = column.specs.first(where: { $0.tags.contains(tag) }) {
                found.append(find(ColumnPath([column.name, spec.field.name])))
            }
        }
        return found
    }

    private func suggestion(_ path: ColumnPath) -> String {
        let topNames = columns.map(\.name)
        var names: [String] = []
        for column in columns {
            names.append(column.name)
            guard case .structure(let fields)? = column.type else { continue }
            names += fields.map { "\(column.name).\($0.name)" }
        }
        if let nearest = ConfigReader.nearest(to: path.description, among: names) {
            return "did you mean '\(nearest)'?"
        }
        // Else perhaps the field of some node, written without it or with a name that no node has.
        let field = names.last { $0.hasSuffix(".\(path.names.last ?? "")") }
        return field.map { "did you mean '\($0)'?" } ?? ConfigReader.suggestion(for: path.description, among: topNames)
    }
}
