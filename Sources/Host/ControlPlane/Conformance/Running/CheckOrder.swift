import DataPlane

/// A rule to try: what the process of a rule is told.
struct CheckOrder {
    var path: String
    var rule: String
    /// Nil for a rule about the whole plugin.
    var step: String?
    /// The plugin's spec as text; empty where it has none that counts.
    var spec: String
    var seed: UInt32
    var with: [String: String]
    var rows: [JSONValue]
    /// The folder of the rule, with those of ``TrialFolders`` in it.
    var folder: String

    var json: JSONValue {
        [
            "path": .string(path), "rule": .string(rule), "step": step.map { .string($0) } ?? .null,
            "spec": .string(spec), "seed": .int(Int64(seed)),
            "with": .object(with.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) }),
            "rows": .array(rows), "folder": .string(folder),
        ]
    }

    init(
        path: String, rule: String, step: String?, spec: String, seed: UInt32, with: [String: String],
        rows: [JSONValue], folder: String
    ) {
        self.path = path
        self.rule = rule
        self.step = step
        self.spec = spec
        self.seed = seed
        self.with = with
        self.rows = rows
        self.folder = folder
    }

    init?(_ json: JSONValue) {
        guard let path = json["path"]?.string, let rule = json["rule"]?.string, let spec = json["spec"]?.string,
            let seed = json["seed"]?.int, let with = json["with"]?.object, let rows = json["rows"]?.array,
            let folder = json["folder"]?.string
        else { return nil }
        var values: [String: String] = [:]
        for (name, value) in with { values[name] = value.string }
        self.init(
            path: path, rule: rule, step: json["step"]?.string, spec: spec, seed: UInt32(truncatingIfNeeded: seed),
            with: values, rows: rows, folder: folder)
    }
}
