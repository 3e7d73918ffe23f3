import Blocking
import DataPlane
import Testing

@testable import TrainingPlane

@Suite("Records of evaluations", .blocking)
struct EvaluationRecordTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func student() throws -> EvaluatedModel {
        GateSamples.model(
            .student, try GateSamples.scores(String(repeating: "1101?", count: 500)),
            winRate: try GateSamples.scores("1=0"),
            further: ["latency_p90_ms": .figure(812.5, rows: 2500), "broken": .figure(.nan, rows: 3)])
    }

    @Test("What was written is read again, also by DuckDB")
    func roundTrip() throws {
        let model = try student()
        try EvaluationRecord(model: model, details: ["revision": "abc"]).write(folder: folder.path)
        let read = try #require(try EvaluationRecord.load(.student, folder: folder.path))
        #expect(read.model.name == "sprig" && read.details == ["revision": "abc"])
        #expect(read.model.measurements.keys.sorted() == model.measurements.keys.sorted())
        for name in ["test_exec_accuracy", "online_win_rate"] {
            guard case .scores(let before) = model.measurements[name],
                case .scores(let after) = read.model.measurements[name]
            else { throw Oracle.Unavailable(description: "\(name) has lost its scores") }
            #expect(before.setHash == after.setHash && before.tally == after.tally)
        }
        #expect(read.model.measurements["latency_p90_ms"]?.estimate == 812.5)
        #expect(read.model.measurements["broken"]?.estimate == nil)
        let rows = try Oracle.json("evaluation_rows.py", [folder.path, "student"])
        #expect(rows["test_exec_accuracy"] == ["rows": 2500, "decidable": 2000, "mean": 0.75])
        #expect(rows["online_win_rate"] == ["rows": 3, "decidable": 3, "mean": 0.5])
    }

    @Test("A decision of read records is that of the models themselves")
    func decision() throws {
        let models = [
            try student(), GateSamples.model(.baseline, try GateSamples.scores(String(repeating: "1100?", count: 500))),
        ]
        for model in models.reversed() { try EvaluationRecord(model: model).write(folder: folder.path) }
        let gate = "  - {metric: test_exec_accuracy, rule: paired_lower_bound, against: baseline}"
        let read = try EvaluationRecord.loadAll(folder: folder.path)
        #expect(read.map(\.model.role) == [.student, .baseline])
        #expect(
            try GateSamples.decide(gate, read.map(\.model)).json.pretty == GateSamples.decide(gate, models).json.pretty)
    }

    @Test("A record that is not there is none; one that was changed is refused")
    func refused() throws {
        #expect(try EvaluationRecord.load(.teacher, folder: folder.path)?.model.name == nil)
        try EvaluationRecord(model: try student()).write(folder: folder.path)
        func failure(_ role: ModelRole) -> String {
            do throws(Failure) { _ = try EvaluationRecord.load(role, folder: folder.path) } catch {
                return FailureRenderer.render(error)
            }
            return ""
        }
        var bytes = try readFile(folder.file("student.parquet"))
        bytes[bytes.count / 2] ^= 1
        _ = try folder.write("student.parquet", bytes)
        #expect(
            failure(.student)
                == "error: '\(folder.file("student.parquet"))' is missing or not what '\(folder.file("student.json"))' was written with; evaluate it again"
        )
        _ = try folder.write("previous.json", #"{"format": "x"}"#)
        #expect(
            failure(.previous)
                == "error: '\(folder.file("previous.json"))' is no record of an evaluation of the previous version; evaluate it again"
        )
    }
}
