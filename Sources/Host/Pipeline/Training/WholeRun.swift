import ControlPlane
import DataPlane
import TrainingPlane

/// Everything that a graph names: data, training, evaluation, gates.
public struct WholeRun {
    private var options: DistillationOptions

    public init(_ options: DistillationOptions) { self.options = options }

    /// Runs the graph, or goes on with the run where it stopped.
    ///
    /// - Returns: how the first part ended that has not finished, or what the gates decided.
    /// - Throws: ``Failure`` or ``Failures``; what was finished before stays.
    public func run() throws -> ExitStatus {
        boundHeap()
        Interruption.listen()
        let graph = try LoadedGraph(
            path: options.graphPath, pluginPaths: options.pluginPaths, providersPath: options.providersPath,
            lock: options.lock)
        for part in graph.evaluation?.graphs ?? [] { try Distillation(options).lockPlugins(of: part) }
        try graph.evaluation?.tryOutSteps()
        try RunParts.checkInputs(graph, options)
        let status = try Distillation(options).run(graph)
        guard status == .done, graph.plan.train != nil || graph.evaluation != nil else { return status }
        let contract = try graph.contract()
        let runID = options.runID ?? Contract.runID(name: graph.plan.name, hash: contract.hash)
        let parts = RunParts(try RecordedRun("\(options.runsDirectory)/\(runID)"), graph, options)
        return try parts.all()
    }

    /// One part of a run that is there.
    public enum Part: Sendable { case train, evaluate }

    /// Does one part of a run, by its graph.
    ///
    /// - Parameter folder: `runs/<run_id>`.
    /// - Throws: ``Failure`` of code `run` when the graph is gone or makes another run by now.
    public static func run(
        _ part: Part, of folder: String, _ options: (inout DistillationOptions) -> Void
    ) throws -> ExitStatus {
        boundHeap()
        Interruption.listen()
        let run = try RecordedRun(folder)
        guard let path = run.graphPath, PathKind(path) == .file else {
            throw Failure(
                "run",
                "the graph of the run '\(run.runID)' is not where it was, at '\(run.graphPath ?? "")'; put it back")
        }
        var settings = DistillationOptions(graphPath: path, runsDirectory: parentFolder(of: run.folder))
        options(&settings)
        let graph = try LoadedGraph(
            path: path, pluginPaths: settings.pluginPaths, providersPath: settings.providersPath)
        guard try graph.contract().hash == run.contractHash else {
            throw Failure(
                "run",
                "the graph, its plugins or its data have changed since the run '\(run.runID)' began; run the graph, which "
                    + "makes another run of it")
        }
        try RunParts.checkInputs(graph, settings)
        let parts = RunParts(run, graph, settings)
        switch part {
        case .train: return try parts.train()
        case .evaluate: return try parts.evaluate()
        }
    }
}
