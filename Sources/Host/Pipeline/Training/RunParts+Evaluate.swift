import ControlPlane
import DataPlane
import TrainingPlane

extension RunParts {
    private var folder: String { run.directory.file("evaluate") }
    private typealias Asked = LoadedEvaluation.Asked

    /// Asks every model the same rows and keeps what they scored.
    ///
    /// - Returns: `done`, or how the first part ended that has not finished.
    func evaluate() throws -> ExitStatus {
        guard let evaluation = graph.evaluation else {
            throw Failure("evaluation", "the graph of the run '\(run.runID)' has no section 'evaluate'")
        }
        let feedback = try evaluation.section.feedback.map { path throws(Failure) in try FeedbackLog(path: path) }
        var models: [EvaluatedModel] = []
        var shownRows: TestRows?
        for asked in evaluation.asked {
            var name = asked.name
            if case .previous? = asked.model.served {
                guard let version = try registry.previousVersion(student, besides: run.runID) else { continue }
                name = asked.model.name ?? "\(student) \(version.version)"
            }
            let status = try askNobody(asked)
            guard status == .done else { return status }
            let facets = asked.graph.plan.beforeAsking.columns(tagged: .facet).map(\.description)
            let rows = try TestRows(runDirectory: rowsFolder(asked), facets: facets)
            let answered = try ask(asked)
            guard answered == .done else { return answered }
            guard let role = ModelRole(rawValue: asked.model.role) else { preconditionFailure("a role of the graph") }
            let answers = try ModelAnswers(
                runDirectory: modelFolder(asked), verdict: evaluation.section.verdict.value.description,
                executable: evaluation.section.executable?.value.description)
            var measurements = try answers.measurements(on: rows)
            measurements.merge(
                try AnswerCosts(events: modelFolder(asked) + "/events.jsonl", role: evaluation.role).measurements
            ) { $1 }
            if let rate = try feedback?.winRate(role) {
                measurements[QualityGate.Metric.onlineWinRate.name] = .scores(rate)
            }
            models.append(EvaluatedModel(role: role, name: name, measurements: measurements))
            if role == .student || shownRows == nil { shownRows = rows }
        }
        if evaluation.takesPreviousFromRegistry, let previous = try registry.previous(student, besides: run.runID) {
            models.append(previous)
        }
        guard let shownRows else { return .done }
        try write(models, shownRows, evaluation)
        return .done
    }

    private func write(_ models: [EvaluatedModel], _ rows: TestRows, _ evaluation: LoadedEvaluation) throws {
        // A model that is no longer evaluated leaves no record that a gate could read.
        removeFolder(run.evaluationFolder)
        let order = ModelRole.allCases
        let models = models.sorted { (order.firstIndex(of: $0.role) ?? 0) < (order.firstIndex(of: $1.role) ?? 0) }
        for model in models {
            let contract = evaluation.asked.first { $0.model.role == model.role.rawValue }
            let details: JSONValue = [
                "contract_hash": .string(run.contractHash),
                "graph": contract.map { .string($0.graph.plan.name) } ?? .null,
                "verdict": .string(evaluation.section.verdict.value.description),
            ]
            try EvaluationRecord(model: model, details: details).write(folder: run.evaluationFolder)
        }
        let report = EvaluationReport(
            runID: run.runID, models: models, rows: rows,
            warnings: try RecordedDecision.bypassWarnings(runDirectory: run.folder))
        try createFolder(run.directory.file("reports"))
        try replaceFile(run.directory.file("reports/evaluation.json"), with: report.json.pretty)
        try replaceFile(run.directory.file("reports/evaluation.md"), with: report.markdown)
        let lines =
            ["evaluated on \(rows.inputIDs.count) rows"] + report.lines.map { "  " + $0 }
            + ["  report    \(run.directory.file("reports/evaluation.md"))"]
        try writeOutput(lines.joined(separator: "\n") + "\n")
    }

    // MARK: The runs of an evaluation

    private func modelFolder(_ asked: Asked) -> String { "\(folder)/\(asked.model.role)" }

    /// A graph of its own has rows of its own.
    private func rowsName(_ asked: Asked) -> String { asked.model.graph == nil ? "rows" : "rows-\(asked.model.role)" }

    func rowsFolder(_ asked: LoadedEvaluation.Asked) -> String { "\(folder)/\(rowsName(asked))" }

    /// The test rows, as they are before anybody is asked.
    func askNobody(_ asked: LoadedEvaluation.Asked) throws -> ExitStatus {
        var rows = asked.graph
        rows.plan = rows.plan.beforeAsking
        rows.providers = nil
        return try part(rows, rowsName(asked))
    }

    private func ask(_ asked: Asked) throws -> ExitStatus {
        var graph = asked.graph
        var server: ModelServer?
        if let provider = asked.served, let path = try servedPath(asked) {
            let hash = try hashFileOrFolder(path)
            server = try serve(path, asked.model.role)
            guard let index = graph.providers?.providers.firstIndex(where: { $0.id == provider }) else {
                preconditionFailure("the provider was found before")
            }
            graph.providers?.providers[index].move(to: server?.url ?? "", revision: hash)
        }
        // It lives as long as it is asked.
        return try withExtendedLifetime(server) { try part(graph, asked.model.role) }
    }

    private func servedPath(_ asked: Asked) throws -> String? {
        switch asked.model.served {
        case nil: return nil
        case .path(let path): return path
        case .untrained: return graph.plan.train?.student
        case .previous: return try registry.previousVersion(student, besides: run.runID)?.modelPath
        case .trained:
            guard let model = trainedModel else {
                throw Failure(
                    "evaluation",
                    "the student of the run '\(run.runID)' has not been trained; train it with 'fastdistill train \(run.folder)'"
                )
            }
            return model
        }
    }

    private func serve(_ model: String, _ role: String) throws -> ModelServer {
        guard let section = graph.plan.serve else { preconditionFailure("checked with the graph") }
        listenForSignals()
        return try ModelServer(
            command: section.command, url: section.url, ready: section.ready,
            model: absolutePath(model, in: currentFolder()), log: run.directory.file("serve/\(role).log"),
            deadlineMilliseconds: section.deadlineMilliseconds, keeper: .host,
            isCancelled: { interrupted != nil })
    }

    /// Runs a graph into a folder of its own; one of another contract there is replaced.
    private func part(_ graph: LoadedGraph, _ name: String) throws -> ExitStatus {
        if let interrupted { return interrupted }
        var part = DistillationOptions(
            graphPath: graph.path, runsDirectory: folder, runID: name,
            repliesPath: options.repliesPath ?? graph.providers?.repliesPath
                ?? "\(options.runsDirectory)/replies.sqlite",
            lock: options.lock, isQuiet: true, pluginPaths: options.pluginPaths)
        part.part = DistillationOptions.Part(runID: run.runID, commandLine: options.commandLine)
        RunDirectory.discard(runs: folder, runID: name, unlessContract: try graph.contract().hash)
        defer { listenForSignals() }
        return try Distillation(part).run(graph)
    }
}
