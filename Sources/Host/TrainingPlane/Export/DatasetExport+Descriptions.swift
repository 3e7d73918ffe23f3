import DataPlane

extension DatasetExport {
    public static let format = "fastdistill.export/1"

    /// Writes what tells each trainer where the samples are; the record last.
    func writeDescriptions(_ folder: String) throws(Failure) {
        try replaceFile("\(folder)/dataset_info.json", with: llamaFactory.pretty)
        try replaceFile("\(folder)/axolotl.yaml", with: axolotl)
        try replaceFile("\(folder)/README.md", with: card)
        try replaceFile("\(folder)/\(Self.recordName)", with: record.pretty)
    }

    private var splits: [ExportSplit] { ExportSplit.allCases.filter { rows[$0, default: 0] > 0 } }

    /// What was exported, of what, and how: no times and no paths of the machine, so equal runs give equal records.
    var record: JSONValue {
        .object([
            ("format", .string(Self.format)), ("complete", true), ("name", .string(settings.name)),
            ("prompt", .string(settings.prompt)),
            ("answer", .string(settings.answer)), ("validation_share", .double(settings.validationShare)),
            ("test_share", .double(settings.testShare)),
            ("rows", .object(splits.map { ($0.rawValue, .int(Int64(rows[$0, default: 0]))) })),
            ("files", .array(files.map(Self.file))), ("sources", .array(sources.map(Self.file))),
            (
                "contamination",
                testKeys.map {
                    [
                        "columns": .array($0.columns.map { .string($0) }), "test_rows": .int(Int64($0.rowCount)),
                        "contaminated_rows": .int(Int64($0.contamination.contaminatedRows)),
                    ]
                } ?? .null
            ),
        ])
    }

    private static func file(_ file: File) -> JSONValue {
        ["path": .string(file.path), "sha256": .string(file.sha256), "rows": .int(Int64(file.rowCount))]
    }

    /// LLaMA-Factory's list of data sets (its data/README.md): `dataset_dir` is the folder of the export.
    private var llamaFactory: JSONValue {
        .object(
            splits.map { split in
                (
                    split == .train ? settings.name : "\(settings.name)_\(split.rawValue)",
                    [
                        "file_name": .string("chat/\(split.rawValue).jsonl"), "formatting": "sharegpt",
                        "columns": ["messages": "messages"],
                        "tags": [
                            "role_tag": "role", "content_tag": "content", "user_tag": "user",
                            "assistant_tag": "assistant", "system_tag": "system",
                        ],
                    ]
                )
            })
    }

    /// Axolotl's part of a configuration (its documentation, "Conversation"); paths are relative to the folder.
    private var axolotl: String {
        var lines = [
            "# To be pasted into a configuration of Axolotl that is started in this folder. Axolotl trains on all turns of",
            "# the assistant, also on solved questions that stand in a prompt as turns.",
        ]
        for (key, split) in [("datasets", ExportSplit.train), ("test_datasets", .validation)]
        where splits.contains(split) {
            lines += [
                "\(key):", "  - path: chat/\(split.rawValue).jsonl", "    ds_type: json", "    split: train",
                "    type: chat_template", "    field_messages: messages",
            ]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The data set card. Its front matter is what the Hugging Face hub and `datasets` read.
    private var card: String {
        let names: [ExportSplit: String] = [.train: "train", .validation: "validation", .test: "test"]
        var lines = ["---", "license: \(settings.license ?? "other")", "configs:"]
        for form in SplitWriter.Form.allCases {
            lines += ["- config_name: \(form.rawValue)", "  data_files:"]
            for split in splits {
                lines += [
                    "  - split: \(names[split] ?? "")", "    path: parquet/\(form.rawValue)/\(split.rawValue).parquet",
                ]
            }
            if form == .chat { lines.append("  default: true") }
        }
        lines += [
            "---", "", "# \(settings.name)", "",
            "Samples kept by FastDistill: the messages of `\(settings.prompt)`, answered by `\(settings.answer)`.",
            settings.license.map { "Licence of the source: \($0)." } ?? "The licence of the source was not stated.", "",
            "| split | samples |", "| --- | ---: |",
        ]
        lines += splits.map { "| \($0.rawValue) | \(rows[$0, default: 0]) |" }
        lines += [
            "", "A sample's split depends on the hash of its input alone, so all answers to one input stay together.",
            testKeys.map {
                "No sample shares a contamination key (\($0.columns.map { "`\($0)`" }.joined(separator: ", "))) with one "
                    + "of \($0.rowCount) test rows."
            } ?? "Whether test inputs are among them was not checked.",
            "", "| trainer | reads |", "| --- | --- |",
            "| TRL | `load_dataset(\"parquet\", …)` of `parquet/prompt_completion`, for a loss on the answer only, or `parquet/chat` |",
            "| LLaMA-Factory | `dataset_dir` this folder, `dataset: \(settings.name)` (`dataset_info.json`); `mask_history: true` |",
            "| Axolotl | `axolotl.yaml` |", "| MLX-LM | `--data chat --mask-prompt` |",
            "| OpenAI fine-tuning | `chat/train.jsonl` and `chat/valid.jsonl` |", "",
        ]
        return lines.joined(separator: "\n")
    }
}
