import ControlPlane
import DataPlane
import TrainingPlane

extension RunParts {
    var trainFolder: String { run.trainFolder }
    private var exportFolder: String { run.directory.file("export") }

    /// Exports the kept samples, looks for what would stop a training, and trains, going on where one has stopped.
    ///
    /// - Throws: ``Failure`` of code `training` when the trainer fails; ``Failures`` of the pre-flight.
    func train() throws -> ExitStatus {
        guard let train = graph.plan.train else {
            throw Failure("train", "the graph of the run '\(run.runID)' has no section 'train'")
        }
        for asked in graph.evaluation?.asked ?? [] {
            let status = try askNobody(asked)
            guard status == .done else { return status }
        }
        let export = try export(train)
        let data = "\(exportFolder)/export.json"
        let recorded = try TrainingRecord(folder: trainFolder)
        if let recorded, recorded.isFinished, recorded.dataHash == (try hashFile(data)) {
            try recorded.checkModel()
            try writeOutput("trained already: \(recorded.model ?? "")\n")
            return .done
        }
        if let recorded, recorded.dataHash != (try hashFile(data)) {
            // Checkpoints of other samples are of no use.
            removeFolder(trainFolder)
        }
        try createFolder("\(trainFolder)/output")
        listenForSignals()
        let preflight = try preflight(train)
        if let interrupted { return interrupted }
        try tell(preflight)
        var plan = try plan(train)
        plan.versions = preflight.versions
        try writeOutput("training on \(export.rows[.train, default: 0]) samples; log \(trainFolder)/train.log\n")
        let files = export.files.map { "\(exportFolder)/\($0.path)" }
        let training = try Training.run(plan, data: [data] + files, folder: trainFolder, stop: stop, keeper: .host)
        switch training.outcome {
        case .finished:
            let rate = training.tokensPerSecond.map { ", \(Int($0)) tokens/s" } ?? ""
            try writeOutput("trained: \(plan.model ?? "") (\(training.points.count) points of the loss curve\(rate))\n")
            return .done
        case .interrupted: return interrupted ?? .internalError
        case .failed(let reason), .stalled(let reason), .diverged(let reason):
            throw Failure("training", "the training \(training.outcome.name): \(reason)")
        }
    }

    /// What was trained in this run; nil when nothing was, or not to the end.
    func trainedModel() throws(Failure) -> String? {
        guard let record = try TrainingRecord(folder: trainFolder), record.isFinished else { return nil }
        try record.checkModel()
        return record.model
    }

    private func export(_ train: TrainSection) throws -> DatasetExport {
        let settings = ExportSettings(
            prompt: train.prompt.description, answer: train.answer.description, validationShare: train.validationShare,
            name: graph.plan.name, license: graph.plan.source.license)
        // The folder is this run's: what is there without a record is what is left of an export.
        if PathKind("\(exportFolder)/export.json") == nil { removeFolder(exportFolder) }
        return try DatasetExport.write(
            runDirectory: run.folder, to: exportFolder, settings, testKeys: try graph.evaluation.map(testKeys))
    }

    /// The keys of all test rows that any model is asked.
    private func testKeys(_ evaluation: LoadedEvaluation) throws -> TestKeys {
        var keys = TestKeys(columns: evaluation.contaminationKeys(sharedWith: graph.plan))
        var folders: [String] = []
        for folder in evaluation.asked.map(rowsFolder) where !folders.contains(folder) {
            folders.append(folder)
            for file in try SealedFile.list(runDirectory: folder, stage: "distilled") {
                try keys.add(path: "\(folder)/\(file.path)")
            }
        }
        return keys
    }

    private func preflight(_ train: TrainSection) throws -> Preflight {
        let (python, packages) =
            switch train.trainer {
            case .trl(let python, _): (python as String?, Preflight.trl)
            case .command(let command):
                (command.python, command.packages.filter { $0 != "transformers" } + ["transformers"])
            }
        return try Preflight(
            student: train.student, export: exportFolder, python: python, packages: packages,
            maximumTokens: train.maximumTokens, folder: trainFolder, stop: stop, keeper: .host)
    }

    /// - Throws: ``Failures`` of what stands in the way.
    private func tell(_ preflight: Preflight) throws {
        let sentences = preflight.findings.map { "\($0.level.rawValue)  \($0.check): \($0.message)\n" }
        try writeOutput("before the training:\n" + sentences.map { "  " + $0 }.joined())
        if let first = preflight.rendered.first {
            try writeOutput("  the first sample as the student sees it: \(JSONValue.string(first).compact)\n")
        }
        guard preflight.isReady else {
            throw Failures(
                preflight.findings.filter { $0.level == .failure }.map {
                    Failure("preflight", "\($0.check): \($0.message)")
                })
        }
    }

    private func plan(_ train: TrainSection) throws(Failure) -> TrainerPlan {
        let output = absolutePath("\(trainFolder)/output", in: currentFolder())
        let export = absolutePath(exportFolder, in: currentFolder())
        switch train.trainer {
        case .trl(let python, let arguments):
            return try .trl(
                python: python, model: train.student, data: "\(export)/parquet/prompt_completion", output: output,
                seed: train.seed, arguments: ["--max_length", String(train.maximumTokens)] + arguments)
        case .command(let command):
            let values = [
                "student": train.student, "export": export, "output": output, "seed": String(train.seed),
            ]
            let fill = { filled($0, values) }
            var plan = TrainerPlan(
                name: command.run[0], command: command.run.map(fill), seed: train.seed,
                outputs: command.outputs.map { TrainerPlan.Output(name: $0.name, path: fill($0.path)) })
            (plan.resumeArguments, plan.values) = (command.resume, values)
            plan.checkpoints = command.checkpoints.map(fill)
            plan.countedTokens = command.counts
            plan.model = plan.outputs.first { $0.name == "model" }?.path
            if let log = command.log {
                do throws(Failure) { plan.logPattern = try LogPattern(log.value) } catch {
                    throw log.failure(error.message)
                }
            }
            return plan
        }
    }
}
