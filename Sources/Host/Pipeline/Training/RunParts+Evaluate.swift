import ControlPlane
import DataPlane
import TrainingPlane

extension RunParts {
    var folder: String { run.directory.file("evaluate") }
    private typealias Asked = LoadedEvaluation.Asked

    /// Asks every model the same rows and keeps what they scored.
    ///
    /// - Returns: `done`, or how the first part ended that has not finished.
    func evaluate() throws -> ExitStatus {
        guard let evaluation = graph.evaluation else {
            throw Failure("evaluation", "the graph of the run '\(run.runID)' has no section 'evaluate'")
        }
        let feedback = try evaluation.section.feedback.map { path throws(Failure) in try FeedbackLog(path: path) }
        var answered: [Answered] = []
        for asked in evaluation.asked {
            var name = asked.name
            if case .previous? = asked.model.served {
                guard let version = try registry.previousVersion(student, besides: try origin()) else { continue }
                name = asked.model.name ?? "\(student) \(version.version)"
            }
            let status = try askNobody(asked)
            guard status == .done else { return status }
            let facets = asked.graph.plan.beforeAsking.columns(tagged: .facet).map(\.description)
            let rows = try TestRows(runDirectory: rowsFolder(asked), facets: facets)
            let (asking, modelHash) = try ask(asked)
            guard asking == .done else { return asking }
            guard let role = ModelRole(rawValue: asked.model.role) else { preconditionFailure("a role of the graph") }
            let answers = try ModelAnswers(
                runDirectory: modelFolder(asked), verdict: evaluation.section.verdict.value.description,
                executable: evaluation.section.executable?.value.description)
            var measurements = try answers.measurements(on: rows)
            measurements.merge(
                try AnswerCosts(events: modelFolder(asked) + "/events.jsonl", role: evaluation.role).measurements
            ) { $1 }
            measurements[RefusedRows.rate] = try refused(asked, name, rows)
            if let rate = try feedback?.winRate(role) {
                measurements[QualityGate.Metric.onlineWinRate.name] = .scores(rate)
            }
            let model = EvaluatedModel(role: role, name: name, measurements: measurements)
            answered.append(Answered(asked: asked, model: model, modelHash: modelHash, rows: rows))
        }
        let reference = try reference(evaluation, among: answered.map(\.asked))
        if let reference {
            for index in answered.indices {
                let (status, pairs) = try compare(
                    answered[index].asked, with: reference, on: answered[index].rows, evaluation)
                guard status == .done else { return status }
                answered[index].pairs = pairs
            }
        }
        let order = ModelRole.allCases
        answered.sort { (order.firstIndex(of: $0.model.role) ?? 0) < (order.firstIndex(of: $1.model.role) ?? 0) }
        try write(answered, reference, evaluation)
        return .done
    }

    /// Says what a provider has refused; a model that was not heard at all cannot be compared with.
    private func refused(_ asked: Asked, _ name: String, _ rows: TestRows) throws -> EvaluatedModel.Measurement {
        let role = graph.evaluation?.role
        let nodes = asked.graph.plan.nodes.filter { $0.verb.role == role }.map(\.id)
        let refused = try RefusedRows(runDirectory: modelFolder(asked), nodes: nodes)
        let total = rows.inputIDs.count
        guard refused.count < total else {
            throw Failure(
                "evaluation",
                "the \(asked.model.role) \(quoted(name)) has answered nothing: its provider refused all \(total) rows, the first "
                    + "with \(refused.firstDetail ?? ""); mend the provider, or leave the model out")
        }
        if refused.count > 0 {
            writeError(
                "warning: the provider of the \(asked.model.role) \(quoted(name)) refused \(refused.count) of \(total) rows, which "
                    + "count as wrong\n")
        }
        return refused.measurement(of: total)
    }

    /// A model that was asked, and what it has answered.
    private struct Answered {
        var asked: Asked
        var model: EvaluatedModel
        /// Of what was served for it.
        var modelHash: String?
        var rows: TestRows
        var pairs: JudgedPairs? {
            didSet {
                if let pairs { model.measurements[QualityGate.Metric.onlineWinRate.name] = .scores(pairs.scores) }
            }
        }

        /// What of it the record keeps besides.
        func details(_ run: RecordedRun, _ verdict: JSONValue, _ reference: Reference?) -> JSONValue {
            var details: [(String, JSONValue)] = [
                ("contract_hash", .string(run.contractHash)), ("graph", .string(asked.graph.plan.name)),
                ("verdict", verdict), ("served", asked.model.served.map { .string($0.name) } ?? .null),
                ("model_sha256", modelHash.map { .string($0) } ?? .null),
            ]
            if let pairs, let reference {
                details.append(("pairs", pairs.json(reference: reference.role, hash: reference.hash)))
            }
            return .object(details)
        }
    }

    /// - Parameter answered: in the order of their roles, of which the previous version's is the last.
    private func write(_ answered: [Answered], _ reference: Reference?, _ evaluation: LoadedEvaluation) throws {
        guard let shown = answered.first(where: { $0.model.role == .student }) ?? answered.first else { return }
        // A model that is no longer evaluated leaves no record that a gate could read.
        removeFolder(run.evaluationFolder)
        let verdict = JSONValue.string(evaluation.section.verdict.value.description)
        for answer in answered {
            try EvaluationRecord(model: answer.model, details: answer.details(run, verdict, reference)).write(
                folder: run.evaluationFolder)
        }
        // The version before is not kept here: which one that is, the registry says when the gates are decided.
        var models = answered.map(\.model)
        if evaluation.takesPreviousFromRegistry,
            let previous = try registry.previous(student, besides: try origin(), reference: reference?.hash)
        {
            models.append(previous)
        }
        let rows = shown.rows
        let report = EvaluationReport(
            runID: run.runID, models: models, rows: rows,
            warnings: try RecordedDecision.bypassWarnings(runDirectory: run.folder),
            pairs: reference.map { reference in
                EvaluationReport.Pairs(
                    reference: reference.role,
                    judged: answered.compactMap { model in model.pairs.map { (model.model.role, $0) } })
            })
        try createFolder(run.directory.file("reports"))
        try replaceFile(run.directory.file("reports/evaluation.json"), with: report.json.pretty)
        try replaceFile(run.directory.file("reports/evaluation.md"), with: report.markdown)
        let lines =
            ["evaluated on \(rows.inputIDs.count) rows"] + report.lines.map { "  " + $0 }
            + ["  report    \(run.directory.file("reports/evaluation.md"))"]
        try writeOutput(lines.joined(separator: "\n") + "\n")
    }

    // MARK: The runs of an evaluation

    func modelFolder(_ asked: LoadedEvaluation.Asked) -> String { "\(folder)/\(asked.model.role)" }

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

    /// - Returns: how its run ended, and the hash of what was served.
    private func ask(_ asked: Asked) throws -> (status: ExitStatus, modelHash: String?) {
        var graph = asked.graph
        var server: ModelServer?
        var modelHash: String?
        if let provider = asked.served, let path = try servedPath(asked) {
            let hash = try hashModel(path)
            modelHash = hash
            do {
                server = try serve(path, asked.model.role)
            } catch {
                if let interrupted { return (interrupted, nil) }
                throw error
            }
            guard let index = graph.providers?.providers.firstIndex(where: { $0.id == provider }) else {
                preconditionFailure("the provider was found before")
            }
            graph.providers?.providers[index].move(to: server?.url ?? "", revision: revision(of: hash))
        }
        let status = try part(graph, asked.model.role) { server?.hasEnded ?? false }
        if status != .done { try server?.checkLives() }
        return (status, modelHash)
    }

    /// Answers depend on the model and on how it is served.
    private func revision(of modelHash: String) -> String {
        "\(modelHash) served by \(sha256Hex(of: (graph.plan.serve?.json ?? .null).canonical))"
    }

    /// Of the student that is evaluated.
    private func origin() throws -> StudentVersion.Origin {
        let student = graph.evaluation?.section.models.first { $0.role == ModelRole.student.rawValue }
        let hash: String? =
            switch student?.served {
            case .trained: try TrainingRecord(folder: trainFolder)?.modelHash
            case .untrained: try graph.plan.train.map { train throws(Failure) in try hashModel(train.student) }
            case .path(let path): try hashModel(path)
            case .previous, nil: nil
            }
        return StudentVersion.Origin(runID: run.runID, modelHash: hash)
    }

    private func servedPath(_ asked: Asked) throws -> String? {
        switch asked.model.served {
        case nil: return nil
        case .path(let path): return path
        case .untrained: return graph.plan.train?.student
        case .previous:
            let version = try registry.previousVersion(student, besides: try origin())
            try version?.checkModel()
            return version?.modelPath
        case .trained:
            guard let model = try trainedModel() else {
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
    func part(
        _ graph: LoadedGraph, _ name: String, until isHopeless: @escaping () -> Bool = { false }
    ) throws -> ExitStatus {
        if let interrupted { return interrupted }
        var part = DistillationOptions(
            graphPath: graph.path, runsDirectory: folder, runID: name,
            repliesPath: options.repliesPath ?? graph.providers?.repliesPath
                ?? "\(options.runsDirectory)/replies.sqlite",
            lock: options.lock, isQuiet: true, pluginPaths: options.pluginPaths)
        part.part = DistillationOptions.Part(runID: run.runID, commandLine: options.commandLine)
        RunDirectory.discard(runs: folder, runID: name, unlessContract: try graph.contract().hash)
        defer { listenForSignals() }
        return try Distillation(part).run(graph, until: isHopeless)
    }
}
