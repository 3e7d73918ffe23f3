/// Which columns of a plan hold gold or were made from it.
struct GoldColumns {
    private var columns: Set<String>

    init(_ plan: Plan) {
        columns = Set(plan.source.columns.filter(\.isGold).map(\.field.name))
        for node in plan.nodes {
            guard case .use(let use) = node.verb else { continue }
            if use.bindings.contains(where: { columns.contains($0.path.names[0]) }) { columns.insert(node.id) }
        }
    }

    func contains(_ path: ColumnPath) -> Bool { columns.contains(path.names[0]) }

    func mark(_ path: ColumnPath) -> String { contains(path) ? ", gold" : "" }
}
