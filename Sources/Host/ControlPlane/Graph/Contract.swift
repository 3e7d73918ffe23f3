import DataPlane

/// Everything that may change a run's results, and nothing else (Docs/specs/identity.md).
///
/// ```swift
/// let contract = try Contract(hashing: plan, providers: gateway.facts, gates: gates.values)
/// let runID = Contract.runID(name: plan.name, hash: contract.hash)   // demo-3f9a0c1b22de
/// ```
public struct Contract: Sendable {
    /// The contract as `run.json` records it.
    public let json: JSONValue
    /// Hexadecimal SHA-256 of the JCS of ``json``.
    public let hash: String

    /// Puts a contract together from hashes that are known.
    ///
    /// - Parameters:
    ///   - sourceHashes: hexadecimal SHA-256 of each source file's bytes, in the order of the plan.
    ///   - resourceHashes: of each resource, by name.
    ///   - providers: the id, kind, model and revision behind each role, with weights; null without providers.
    ///   - gates: the values of the gates file, or null.
    ///   - sections: further parts of the graph, where it has them.
    public init(
        _ plan: Plan, sourceHashes: [String], resourceHashes: [String: String], providers: JSONValue, gates: JSONValue,
        sections: [(String, JSONValue)] = []
    ) {
        precondition(sourceHashes.count == plan.source.files.count, "one hash a file")
        let json: JSONValue = [
            "format": "fastdistill.contract/1",
            "source": Self.source(plan.source, sourceHashes),
            "resources": Self.byName(resourceHashes.mapValues { .string($0) }),
            "decode": Self.byName(plan.decode.mapValues(Self.profile)),
            "nodes": plan.contractNodes,
            "plugins": Self.plugins(plan.plugins),
            "providers": providers,
            "gates": gates,
            "shard_rows": .int(Int64(plan.shardRows)),
        ]
        let whole = JSONValue.object((json.object ?? []) + sections)
        self.json = whole
        hash = sha256Hex(of: whole.canonical)
    }

    /// Hashes the source files and resources of a plan and puts the contract together.
    ///
    /// - Parameter evaluation: what `evaluate` comes to, which only its own graphs tell.
    /// - Throws: ``Failure`` if one of them cannot be read.
    /// - Complexity: O(bytes of all of them), 64 KiB in memory.
    public init(
        hashing plan: Plan, providers: JSONValue, gates: JSONValue, evaluation: JSONValue? = nil
    ) throws(Failure) {
        var sourceHashes: [String] = []
        for file in plan.source.files { sourceHashes.append(try hashFile(file.path)) }
        var resourceHashes: [String: String] = [:]
        for (name, path) in plan.resources.sorted(by: { $0.key < $1.key }) {
            resourceHashes[name] = try hashFileOrFolder(path)
        }
        var sections: [(String, JSONValue)] = []
        if let train = plan.train {
            let student = try hashFileOrFolder(train.student)
            sections.append(("train", .object((train.json.object ?? []) + [("student_sha256", .string(student))])))
        }
        if let serve = plan.serve { sections.append(("serve", serve.json)) }
        if let evaluation { sections.append(("evaluate", evaluation)) }
        self.init(
            plan, sourceHashes: sourceHashes, resourceHashes: resourceHashes, providers: providers, gates: gates,
            sections: sections)
    }

    /// The name of a run that is not named by hand: the graph's, and the first 12 digits of the contract's hash.
    public static func runID(name: String, hash: String) -> String { "\(name)-\(hash.prefix(12))" }

    private static func source(_ source: SourceDescription, _ hashes: [String]) -> JSONValue {
        let taskID: JSONValue =
            switch source.taskID {
            case .constant(let name): ["constant": .string(name)]
            case .column(let name): ["column": .string(name)]
            }
        // A graph without a split keeps the contract that it had before there were any.
        let split = source.splitColumn.map { [("split", JSONValue.string($0))] } ?? []
        let facts: JSONValue = [
            "columns": .array(
                source.columns.map { column in
                    [
                        "name": .string(column.field.name),
                        "type": .string("\(column.field.type)\(column.field.nullable ? "?" : "")"),
                        "gold": .bool(column.isGold),
                    ]
                }),
            "task_id": taskID,
            "row_id": source.rowID.map { .string($0) } ?? .null,
            "format": .string(source.format.rawValue),
            "files": .array(
                zip(source.files, hashes).map { file, hash in ["name": .string(file.name), "sha256": .string(hash)] }),
        ]
        return .object((facts.object ?? []) + split)
    }

    /// A profile with `n`: more candidates are another result, though not another sample.
    private static func profile(_ profile: DecodeProfile) -> JSONValue {
        .object((profile.parameters.object ?? []) + [("n", .int(Int64(profile.candidates)))])
    }

    private static func plugins(_ plugins: [ResolvedPlugin]) -> JSONValue {
        .object(
            plugins.map { plugin in
                let version = JSONValue.string(plugin.spec.version.description)
                return (plugin.name.description, ["version": version, "sha256": .string(plugin.sha256)])
            })
    }

    private static func byName(_ values: [String: JSONValue]) -> JSONValue {
        .object(values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }
}
