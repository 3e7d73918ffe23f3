import Blocking
import DataPlane
import Foundation
import Testing

@testable import TrainingPlane

@Suite("Export of kept samples", .blocking)
struct ExportTests {
    @Test("Trainers' loaders read what was written, and all forms have the same samples")
    func loaders() throws {
        let samples = try ExportSamples(rows: 250, candidates: 2)
        let export = try samples.write()
        let read = try Oracle.json("check_export.py", [samples.export])
        let rows = export.rows
        #expect(rows.values.reduce(0, +) == 500)
        #expect(
            read["rows"]
                == [
                    "train": .int(Int64(rows[.train, default: 0])), "valid": .int(Int64(rows[.validation, default: 0])),
                    "test": .int(Int64(rows[.test, default: 0])),
                ])
        #expect(read["factory"] == ["demo", "demo_test", "demo_valid"])
        #expect(read["datasets"]?["chat"]?["validation"]?.int == Int64(rows[.validation, default: 0]))
        #expect(read["datasets"]?["prompt_completion"]?["train"]?.int == Int64(rows[.train, default: 0]))
        #expect(
            read["first"] == [
                "messages": [
                    ["role": "system", "content": "Be brief."], ["role": "user", "content": "Größe von «0»?\n\"\\"],
                    ["role": "assistant", "content": "a0-0"],
                ]
            ])
    }

    @Test("The split depends on the input alone, and is the one that the documentation says")
    func split() throws {
        // python3 -c 'import hashlib; h = hashlib.sha256(b"fastdistill.split.v1\n" + (2).to_bytes(8, "little") + b"ab");
        //             print(int.from_bytes(h.digest()[:8], "big") / 2**64)'
        let place = 0.12116460361854903
        #expect(ExportSplit.of(inputID: "ab", validationShare: place - 0.001, testShare: 0) == .train)
        #expect(ExportSplit.of(inputID: "ab", validationShare: place + 0.001, testShare: 0) == .validation)
        #expect(ExportSplit.of(inputID: "ab", validationShare: place - 0.001, testShare: 0.002) == .test)
        let shares = (0..<20_000).map {
            ExportSplit.of(inputID: sha256Hex(of: "\($0)"), validationShare: 0.2, testShare: 0.1)
        }
        // Four standard deviations around 4,000 and 2,000.
        #expect((3774...4226).contains(shares.count { $0 == .validation }))
        #expect((1830...2170).contains(shares.count { $0 == .test }))
    }

    @Test("Equal runs give equal bytes, and an export replaces an earlier one")
    func deterministic() throws {
        let samples = try ExportSamples(rows: 150)
        try samples.write()
        let names = ["export.json", "README.md", "chat/train.jsonl", "parquet/chat/train.parquet"]
        let first = try names.map { try readFile("\(samples.export)/\($0)") }
        var settings = ExportSamples.settings
        settings.validationShare = 0
        try samples.write(settings)
        #expect(PathKind("\(samples.export)/chat/valid.jsonl") == nil)
        try samples.write()
        #expect(try names.map { try readFile("\(samples.export)/\($0)") } == first)
    }

    @Test("A share of 0 leaves no empty files, which loaders would stumble over")
    func trainOnly() throws {
        let samples = try ExportSamples(rows: 30)
        var settings = ExportSamples.settings
        (settings.validationShare, settings.testShare) = (0, 0)
        #expect(try samples.write(settings).rows == [.train: 30])
        let read = try Oracle.json("check_export.py", [samples.export])
        #expect(read["rows"] == ["train": 30] && read["datasets"]?["chat"] == ["train": 30])
    }

    @Test("The data set card says what is in it and how each trainer reads it")
    func card() throws {
        let samples = try ExportSamples(rows: 40)
        let export = try samples.write()
        let count = { (split: ExportSplit) in export.rows[split, default: 0] }
        #expect(
            String(decoding: try readFile("\(samples.export)/README.md"), as: UTF8.self) == """
                ---
                license: apache-2.0
                configs:
                - config_name: chat
                  data_files:
                  - split: train
                    path: parquet/chat/train.parquet
                  - split: validation
                    path: parquet/chat/valid.parquet
                  - split: test
                    path: parquet/chat/test.parquet
                  default: true
                - config_name: prompt_completion
                  data_files:
                  - split: train
                    path: parquet/prompt_completion/train.parquet
                  - split: validation
                    path: parquet/prompt_completion/valid.parquet
                  - split: test
                    path: parquet/prompt_completion/test.parquet
                ---

                # demo

                Samples kept by FastDistill: the messages of `prompt.messages`, answered by `teacher.text`.
                Licence of the source: apache-2.0.

                | split | samples |
                | --- | ---: |
                | train | \(count(.train)) |
                | valid | \(count(.validation)) |
                | test | \(count(.test)) |

                A sample's split depends on the hash of its input alone, so all answers to one input stay together.
                Whether test inputs are among them was not checked.

                | trainer | reads |
                | --- | --- |
                | TRL | `load_dataset("parquet", …)` of `parquet/prompt_completion`, for a loss on the answer only, or `parquet/chat` |
                | LLaMA-Factory | `dataset_dir` this folder, `dataset: demo` (`dataset_info.json`); `mask_history: true` |
                | Axolotl | `axolotl.yaml` |
                | MLX-LM | `--data chat --mask-prompt` |
                | OpenAI fine-tuning | `chat/train.jsonl` and `chat/valid.jsonl` |

                """)
        #expect(
            String(decoding: try readFile("\(samples.export)/axolotl.yaml"), as: UTF8.self) == """
                # To be pasted into a configuration of Axolotl that is started in this folder. Axolotl trains on all turns of
                # the assistant, also on solved questions that stand in a prompt as turns.
                datasets:
                  - path: chat/train.jsonl
                    ds_type: json
                    split: train
                    type: chat_template
                    field_messages: messages
                test_datasets:
                  - path: chat/valid.jsonl
                    ds_type: json
                    split: train
                    type: chat_template
                    field_messages: messages

                """)
    }
}
