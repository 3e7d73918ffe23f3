import DataPlane

/// Checks a graph against plugins and roles and makes a plan of it, or reports everything that is wrong at once.
///
/// ```swift
/// let checker = GraphChecker(roles: ["teacher"]) { name, range, _ in registry.resolve(name.id, range) }
/// let plan = try checker.check(try GraphDocument.load("demo.yaml"))
/// ```
///
/// An error is reported once, where it stands: what only follows from it is left out.
public struct GraphChecker {
    /// Finds the plugin for a name and a range; a failure without a place gets that of the range in the graph.
    public typealias Resolver = (
        _ name: PluginName, _ range: VersionRange, _ location: Location
    ) -> Result<ResolvedPlugin, Failure>

    let roles: [String]?
    let resolve: Resolver

    /// - Parameter roles: the roles of the providers file; nil when they are not known, so that none is refused.
    public init(roles: [String]? = nil, resolve: @escaping Resolver) {
        self.roles = roles
        self.resolve = resolve
    }

    /// - Throws: ``Failures``, in the order of their places.
    public func check(_ graph: GraphDocument) throws(Failures) -> Plan {
        var check = GraphCheck(graph, roles: roles)
        check.resolvePlugins(resolve)
        check.checkNames()
        check.findInputs()
        check.checkShape()
        for index in graph.nodes.indices { check.checkNode(index) }
        check.train = check.checkTrain()
        try check.reader.finish()
        return check.plan()
    }
}

/// A check under way.
struct GraphCheck {
    let graph: GraphDocument
    let roles: [String]?
    /// Collects the failures.
    let reader: ConfigReader

    /// By name; nil for one that could not be found.
    var plugins: [PluginName: ResolvedPlugin?] = [:]
    /// Of each node; nil where an error hides them.
    var inputs: [[NodeInput]?] = []
    /// What leaves each node, as far as checked.
    var outputs: [Scope] = []
    var guards: KnownTests.Guards = [:]
    var nodes: [NodePlan] = []
    var train: TrainSection?
    /// By plugin id: the version that the first node with `isolation: inline` runs.
    var inline: [String: (plugin: ResolvedPlugin, title: String)] = [:]

    init(_ graph: GraphDocument, roles: [String]?) {
        self.graph = graph
        self.roles = roles
        reader = ConfigReader(graph.yaml)
        for failure in graph.failures { reader.note(failure) }
    }

    mutating func resolvePlugins(_ resolve: GraphChecker.Resolver) {
        for request in graph.plugins {
            plugins[request.name] = .some(nil)
            guard let range = request.range else { continue }
            switch resolve(request.name, range, request.location) {
            case .success(var plugin):
                plugin.name = request.name
                plugins[request.name] = .some(plugin)
            case .failure(var failure):
                if failure.location?.line == nil {
                    let placed = reader.failure(
                        failure.message, at: request.mark, code: failure.code, causes: failure.causes)
                    failure = placed
                }
                reader.note(failure)
            }
        }
    }

    /// Checks a node and notes what leaves it.
    mutating func checkNode(_ index: Int) {
        let node = graph.nodes[index]
        let here = inputScope(index)
        var output = here
        output.upstream.insert(index)
        var verb: NodeVerb?
        // What is known where the node works: its own `when` holds there, but not for the rows that pass it by.
        var inside = here
        var when: [ColumnTest]?
        if let raw = node.when {
            when = checkTests(raw, in: here, node)
            inside.known = here.known.adding(when ?? [], areComplete: when != nil)
            if let id = node.id?.value { guards[id] = .some(when) }
        }
        inside.known = inside.known.closed(under: guards)
        switch node.verb {
        case .use(let use): verb = checkUse(use, node, index, in: inside, &output)
        case .complete(let complete): verb = checkComplete(complete, node, index, in: inside, &output)
        case .embed(let embed): verb = checkEmbed(embed, node, index, in: inside, &output)
        case .identify(_, let decode): verb = checkIdentify(decode, node, in: inside, &output)
        case .reject(let reject): verb = checkReject(reject, node, in: inside, &output)
        case .select(let select): verb = checkSelect(select, node, in: inside)
        case nil: addHiddenColumn(of: node, index, to: &output)
        }
        outputs.append(output)
        guard let verb, let id = node.id?.value, let inputs = inputs[index] else { return }
        nodes.append(
            NodePlan(
                id: id, location: graph.location(node.mark), inputs: inputs, when: when ?? [],
                artifact: node.artifact?.value, verb: verb, output: output.schema))
    }

    private func inputScope(_ index: Int) -> Scope {
        guard let inputs = inputs[index] else { return .hidden }
        return Scope(
            merging: inputs.map { input in
                switch input {
                case .source: Scope(source: graph.source, isComplete: graph.isSourceComplete)
                case .node(let above): outputs[above]
                }
            })
    }

    /// A node that could not be understood may have added columns, or done anything else.
    func addHiddenColumn(of node: RawNode, _ index: Int, to scope: inout Scope) {
        scope.isUpstreamKnown = false
        scope.known.isComplete = false
        if let id = node.id?.value {
            scope.columns.append(Scope.Column(name: id, type: nil, origin: .node(index)))
        } else {
            scope.isComplete = false
        }
    }

    /// The struct column of a node.
    func addColumn(_ specs: [ColumnSpec], of node: RawNode, _ index: Int, isTainted: Bool, to scope: inout Scope) {
        guard let id = node.id?.value else {
            scope.isComplete = false
            return
        }
        scope.columns.append(
            Scope.Column(
                name: id, type: .structure(specs.map(\.field)), isNullable: node.when != nil, origin: .node(index),
                isTainted: isTainted, specs: specs))
    }

    /// The plan, when nothing has been noted.
    func plan() -> Plan {
        guard let name = graph.name, let source = graph.source, nodes.count == graph.nodes.count else {
            preconditionFailure("a graph without errors has all its parts")
        }
        let asksModel = nodes.contains { $0.verb.role != nil }
        return Plan(
            name: name, source: source,
            resources: Dictionary(uniqueKeysWithValues: graph.resources.map { ($0.name.value, $0.path.value) }),
            providersPath: asksModel ? graph.providers?.value : nil, gatesPath: graph.gates?.value,
            decode: graph.decode.compactMapValues { $0 }, shardRows: graph.shardRows, nodes: nodes,
            plugins: planPlugins.compactMap { plugins[$0] ?? nil }, contractNodes: contractNodes(),
            train: train, serve: graph.serve, evaluate: graph.evaluate)
    }

    /// Names of the plugins of the plan, in its order: those that some node uses.
    var planPlugins: [PluginName] {
        let used = Set(graph.nodes.compactMap { if case .use(let use) = $0.verb { use.plugin } else { nil } })
        return graph.plugins.map(\.name).filter(used.contains)
    }

    private func contractNodes() -> JSONValue {
        .array(
            graph.nodes.map { node in
                guard case .object(let members) = node.yaml.json else { return node.yaml.json }
                return .object(
                    members.filter { !["isolation", "workers", "row_timeout", "crash_limit"].contains($0.0) }.map {
                        $0.0 == "complete" ? ($0.0, Self.withoutFiles($0.1, node)) : $0
                    })
            })
    }

    /// A `complete` whose files are replaced by what is in them: their content counts, not where it stands.
    private static func withoutFiles(_ json: JSONValue, _ node: RawNode) -> JSONValue {
        guard case .complete(let complete) = node.verb, let members = json.object else { return json }
        return .object(
            members.map { key, value in
                let file = complete.constraints.first { $0.key == key && $0.isFile }
                guard case .json(let content)? = file?.source else { return (key, value) }
                return (key, key == "response_format" ? ["json_schema": content] : content)
            })
    }
}
