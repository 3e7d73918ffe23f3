import DataPlane

/// What an evaluation found, for people and programs: `reports/evaluation.json` and `.md` of a run.
public struct EvaluationReport {
    public static let format = "fastdistill.evaluation-report/1"
    private static let confidence = 0.95

    private let runID: String
    private let models: [EvaluatedModel]
    private let rows: TestRows
    /// Sentences about gates that were bypassed.
    private let warnings: [String]
    private let pairs: Pairs?
    private let bootstrap = Bootstrap(seed: 1)

    /// What a judge says of the models' answers beside those of one of them.
    public struct Pairs: Sendable {
        public var reference: ModelRole
        /// In the order of the models.
        public var judged: [(role: ModelRole, pairs: JudgedPairs)]

        public init(reference: ModelRole, judged: [(role: ModelRole, pairs: JudgedPairs)]) {
            self.reference = reference
            self.judged = judged
        }
    }

    public init(
        runID: String, models: [EvaluatedModel], rows: TestRows, warnings: [String], pairs: Pairs? = nil
    ) {
        self.runID = runID
        self.pairs = pairs
        self.models = models
        self.rows = rows
        self.warnings = warnings
    }

    public var json: JSONValue {
        [
            "format": .string(Self.format), "run_id": .string(runID), "rows": .int(Int64(rows.inputIDs.count)),
            "bootstrap": ["seed": .int(Int64(bootstrap.seed)), "resamples": .int(Int64(bootstrap.resamples))],
            "models": .array(models.map(model)), "leads": .array(leads.map(Self.lead)),
            "teacher_student_agreement": agreement.map {
                [
                    "rows": .int(Int64($0.count)), "agreement": Self.number($0.agreement),
                    "kappa": Self.number($0.value),
                ]
            } ?? .null,
            "pairs": pairs.map(Self.pairs) ?? .null, "bypassed_gates": .array(warnings.map { .string($0) }),
        ]
    }

    private static func pairs(_ pairs: Pairs) -> JSONValue {
        [
            "reference": .string(pairs.reference.rawValue),
            "judged": .array(
                pairs.judged.map { role, judged in
                    .object(
                        [("role", .string(role.rawValue))] + judged.counts.map { ($0.name, .int(Int64($0.count))) })
                }),
        ]
    }

    private func model(_ model: EvaluatedModel) -> JSONValue {
        .object([
            ("role", .string(model.role.rawValue)), ("name", .string(model.name)),
            (
                "figures",
                .object(
                    model.measurements.sorted { $0.key < $1.key }.map { name, measurement in
                        var members = [
                            ("value", Self.number(measurement.estimate)),
                            ("rows", JSONValue.int(Int64(measurement.decidableRows))),
                        ]
                        if let interval = interval(measurement) {
                            members.append(("interval", Self.interval(interval)))
                        }
                        return (name, .object(members))
                    })
            ),
            ("facets", .object(facets(of: model).map { facet in (facet.name, .object(facet.groups.map(Self.group))) })),
        ])
    }

    private func interval(_ measurement: EvaluatedModel.Measurement) -> Interval? {
        guard case .scores(let scores) = measurement else { return nil }
        return scores.tally.interval(confidence: Self.confidence, bootstrap)
    }

    private static func interval(_ interval: Interval) -> JSONValue {
        [
            "lower": .double(interval.lower), "upper": .double(interval.upper),
            "confidence": .double(interval.confidence),
        ]
    }

    private static func number(_ value: Double?) -> JSONValue { value.map { .double($0) } ?? .null }

    // MARK: Facets

    private typealias Group = (value: String, tally: ScoreTally)

    /// The accuracy for each value of each facet.
    private func facets(of model: EvaluatedModel) -> [(name: String, groups: [Group])] {
        guard case .scores(let scores)? = model.measurements[Self.accuracy] else { return [] }
        let byInput = Dictionary(scores.rows.map { ($0.inputID, $0.score) }, uniquingKeysWith: { first, _ in first })
        return rows.facets.map { facet in
            var tallies: [String: ScoreTally] = [:]
            for (id, value) in zip(rows.inputIDs, facet.values) {
                guard let score = byInput[id] ?? nil else { continue }
                tallies[value ?? "", default: ScoreTally()].add(score)
            }
            return (facet.name, tallies.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        }
    }

    private static func group(_ group: Group) -> (String, JSONValue) {
        (group.value, ["value": number(group.tally.mean), "rows": .int(Int64(group.tally.count))])
    }

    private static let accuracy = QualityGate.Metric.testExecAccuracy.name

    // MARK: Comparisons

    private typealias Lead = (other: EvaluatedModel, metric: String, lead: GateComparison.Lead)

    /// How far the student is ahead of each other model, where both have answered the same rows.
    private var leads: [Lead] {
        guard let student = models.first(where: { $0.role == .student }) else { return [] }
        return models.filter { $0.role != .student }.flatMap { other in
            QualityGate.Metric.comparable.compactMap { metric -> Lead? in
                guard case .scores(let ours)? = student.measurements[metric.name],
                    case .scores(let theirs)? = other.measurements[metric.name]
                else { return nil }
                let pairing = Pairing(ours, theirs)
                guard pairing.firstUnpaired == nil, pairing.differences.count > 0 else { return nil }
                return (
                    other, metric.name, GateComparison.Lead(pairing, confidence: Self.confidence, bootstrap)
                )
            }
        }
    }

    private static func lead(_ entry: Lead) -> JSONValue {
        [
            "over": .string(entry.other.role.rawValue), "metric": .string(entry.metric),
            "rows": .int(Int64(entry.lead.rows)), "mean": .double(entry.lead.mean),
            "interval": interval(entry.lead.interval), "wins": .int(Int64(entry.lead.mcNemar.wins)),
            "losses": .int(Int64(entry.lead.mcNemar.losses)), "mcnemar_p": .double(entry.lead.mcNemar.pValue),
        ]
    }

    /// On which rows teacher and student are right and wrong together.
    private var agreement: CohensKappa? {
        guard let student = models.first(where: { $0.role == .student }),
            let teacher = models.first(where: { $0.role == .teacher }),
            case .scores(let ours)? = student.measurements[Self.accuracy],
            case .scores(let theirs)? = teacher.measurements[Self.accuracy]
        else { return nil }
        let byInput = Dictionary(theirs.rows.map { ($0.inputID, $0.score) }, uniquingKeysWith: { first, _ in first })
        var kappa = CohensKappa()
        for row in ours.rows {
            guard let mine = row.score, let other = byInput[row.inputID] ?? nil else { continue }
            kappa.add(mine == 1 ? "ok" : "wrong", other == 1 ? "ok" : "wrong")
        }
        return kappa
    }

    // MARK: For people

    /// A line for each model: `student  smol: test_exec_accuracy 0.4 (0.31 to 0.5, 100 rows)`, and one for each that was
    /// compared with others.
    public var lines: [String] { accuracyLines + pairLines }

    private var pairLines: [String] {
        guard let pairs else { return [] }
        return pairs.judged.filter { $0.role != pairs.reference }.map { role, judged in
            "\(Self.padded(role.rawValue))against the \(pairs.reference.words): \(judged.wins) won, \(judged.ties) tied, "
                + "\(judged.losses) lost, \(judged.undecided) undecided; the judge was asked about \(judged.asked)"
        }
    }

    private var accuracyLines: [String] {
        models.map { model in
            guard let measurement = model.measurements[Self.accuracy] else {
                return "\(Self.padded(model.role.rawValue))\(model.name)"
            }
            return "\(Self.padded(model.role.rawValue))\(model.name): \(Self.accuracy) \(figure(measurement))"
        }
    }

    private static func padded(_ text: String) -> String {
        text + String(repeating: " ", count: max(1, 10 - text.count))
    }

    private func figure(_ measurement: EvaluatedModel.Measurement) -> String {
        guard let value = measurement.estimate else { return "none" }
        let rows = "\(measurement.decidableRows) rows"
        guard let interval = interval(measurement) else { return "\(GateWords.number(value)) (\(rows))" }
        return
            "\(GateWords.number(value)) (\(GateWords.number(interval.lower)) to \(GateWords.number(interval.upper)), \(rows))"
    }

    public var markdown: String {
        var lines = ["# Evaluation of \(runID)", ""]
        lines += warnings.map { "**Warning: \($0)**\n" }
        let names = Set(models.flatMap { $0.measurements.keys }).sorted()
        lines += Self.table(
            ["figure"] + models.map { "\($0.role.rawValue) (\($0.name))" },
            names.map { name in [name] + models.map { $0.measurements[name].map(figure) ?? "" } })
        lines += ["", "Intervals of 95 %; \(rows.inputIDs.count) test rows.", ""]
        if !leads.isEmpty {
            lines += ["## The student's lead", ""]
            lines += Self.table(
                ["over", "metric", "lead", "interval", "only the student", "only the other", "McNemar's p"],
                leads.map { entry in
                    let lead = entry.lead
                    return [
                        entry.other.role.rawValue, entry.metric, GateWords.number(lead.mean),
                        "\(GateWords.number(lead.interval.lower)) to \(GateWords.number(lead.interval.upper))",
                        "\(lead.mcNemar.wins)", "\(lead.mcNemar.losses)",
                        lead.mcNemar.pValue < 0.0001 ? "< 0.0001" : GateWords.number(lead.mcNemar.pValue),
                    ]
                })
            lines.append("")
        }
        if let agreement, let share = agreement.agreement {
            let kappa = agreement.value.map { ", Cohen's kappa \(GateWords.number($0))" } ?? ""
            lines += [
                "Teacher and student agree on the share \(GateWords.number(share)) of \(agreement.count) rows\(kappa).",
                "",
            ]
        }
        if let pairs {
            lines += [
                "## Judged pairs", "",
                "Answers beside those of the \(pairs.reference.words). Without an answer a model loses, answers that look the same "
                    + "tie, and about the others a judge was asked.", "",
            ]
            let heads = pairs.judged.first?.pairs.counts.map(\.name) ?? []
            lines += Self.table(
                ["model"] + heads,
                pairs.judged.map { role, judged in [role.rawValue] + judged.counts.map { "\($0.count)" } })
            lines.append("")
        }
        for (index, facet) in rows.facets.enumerated() {
            let columns = models.map { facets(of: $0) }
            let values = Set(facet.values.map { $0 ?? "" }).sorted()
            lines += ["## By \(facet.name)", ""]
            lines += Self.table(
                [facet.name] + models.map(\.role.rawValue),
                values.map { value in
                    [value]
                        + columns.map { facets in
                            guard index < facets.count,
                                let group = facets[index].groups.first(where: { $0.value == value }),
                                let mean = group.tally.mean
                            else { return "" }
                            return "\(GateWords.number(mean)) (\(group.tally.count))"
                        }
                })
            lines.append("")
        }
        return lines.joined(separator: "\n")
    }

    private static func table(_ head: [String], _ rows: [[String]]) -> [String] {
        let line = { (cells: [String]) in
            "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
        }
        return [line(head), "|" + String(repeating: " --- |", count: head.count)] + rows.map(line)
    }
}
