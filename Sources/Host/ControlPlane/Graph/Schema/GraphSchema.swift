import DataPlane

/// The graph language as a JSON Schema, so that editors complete keys, show what they mean and mark what is wrong.
///
/// It knows the shape of a graph and the steps of the plugins it is made with. Columns, nulls and gold are left to
/// `fastdistill validate`; what a schema refuses, that refuses too. Draft 07 (json-schema.org/draft-07), which the YAML
/// language server understands.
public enum GraphSchema {
    /// - Parameter plugins: those whose steps and options it is to know; of several versions of one the first counts.
    public static func json(plugins: [PluginSpec]) -> JSONValue {
        var seen: Set<String> = []
        let plugins = plugins.filter { seen.insert($0.id).inserted }.sorted { $0.id < $1.id }
        return [
            "$schema": "http://json-schema.org/draft-07/schema#",
            "title": "FastDistill graph",
            "description": "A graph of FastDistill, language version 1.",
            "type": "object",
            "required": ["fastdistill", "name", "source", "nodes"],
            "additionalProperties": false,
            "properties": .object(top(plugins)),
            "definitions": [
                "name": text("Lower-case letters, digits and _.", pattern: "^[a-z][a-z0-9_]*$"),
                "column": text(
                    "A column by its path, such as question or teacher.text.", pattern: "^[^.]+(\\.[^.]+)*$"),
                "duration": text("A time span such as 250ms, 30s, 5m or 1h.", pattern: "^[0-9]{1,9}(ms|s|m|h)$"),
                "tests": tests,
                "node": node(plugins),
            ],
        ]
    }

    private static func top(_ plugins: [PluginSpec]) -> [(String, JSONValue)] {
        [
            ("fastdistill", ["const": 1, "description": "The version of the graph language."]),
            ("name", text("The first part of the run's id.", pattern: "^[a-z][a-z0-9_-]*$")),
            ("plugins", requests(plugins)),
            ("source", source),
            (
                "resources",
                map("Named files and folders that steps open.", of: text("A path, from the folder of the graph."))
            ),
            ("providers", text("The file that says who answers.")),
            ("decode", map("Named sampler settings.", of: profile)),
            ("gates", text("The file with the values of the gates.")), ("train", train), ("serve", serve),
            ("evaluate", evaluate),
            ("shard_rows", integer("Rows of a shard.", 1, nil)),
            (
                "nodes",
                [
                    "type": "array", "minItems": 1, "description": "What happens to the rows, in order.",
                    "items": reference("node"),
                ]
            ),
        ]
    }

    private static func requests(_ plugins: [PluginSpec]) -> JSONValue {
        let range = text("A version range: ^1.2, ~1.2.3, 1.2.3, \">=1.0 <2.0\" or \"*\".")
        return [
            "type": "object", "description": "Plugins and the versions that are accepted.",
            "properties": .object(
                plugins.map { plugin in
                    (plugin.id, text("\(plugin.summary) Here in version \(plugin.version).", base: range))
                }),
            "patternProperties": ["^[a-z][a-z0-9_]*(@[a-z0-9._-]+)?$": range], "additionalProperties": false,
        ]
    }

    private static var source: JSONValue {
        let type = text(
            "bool, int64, float64, utf8, binary, list<T> or struct<name: T, …>; ? at the end where it may be null.")
        let column: JSONValue = [
            "anyOf": [
                type,
                object(
                    "A column.", required: ["type"],
                    [("type", type), ("gold", boolean("A reference answer: no model may see it."))]),
            ]
        ]
        let named = object("A column of the rows.", required: ["column"], [("column", text("The column's name."))])
        return object(
            "Where rows come from.", required: ["files", "columns", "task_id"],
            [
                (
                    "files",
                    [
                        "type": "array", "minItems": 1, "description": "Read one after the other.",
                        "items": text("A path from the folder of the graph, or a pattern such as data/*.jsonl."),
                    ]
                ),
                ("format", choice("By default what the first file's ending says.", SourceDescription.Format.allCases)),
                ("columns", map("Names and types of the columns.", of: column)),
                ("task_id", ["description": "Which task a row belongs to.", "anyOf": [text("For all rows."), named]]),
                ("row_id", named),
                ("split", named),
                ("license", text("Under which licence the rows may be used.")),
            ])
    }

    private static var profile: JSONValue {
        let list: JSONValue = ["type": "array", "items": ["type": "string"]]
        return object(
            "Sampler settings.", required: ["max_tokens"],
            [
                ("n", integer("Candidates of a sample.", 1, 64)),
                ("max_tokens", integer("Longest answer.", 1, 10_000_000)),
                ("temperature", number(0, 10)), ("top_p", number(0, 1)), ("top_k", integer(nil, -1, 1_000_000)),
                ("min_p", number(0, 1)), ("seed", integer(nil, nil, nil)),
                ("stop", ["description": "Where an answer ends.", "anyOf": [["type": "string"], list]]),
                ("frequency_penalty", number(-2, 2)), ("presence_penalty", number(-2, 2)),
                ("repetition_penalty", number(0, 100)), ("logprobs", boolean(nil)),
                ("top_logprobs", integer(nil, 0, 20)),
            ])
    }
}
