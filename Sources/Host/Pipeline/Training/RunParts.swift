import ControlPlane
import DataPlane
import Synchronization
import TrainingPlane

extension ChildKeeper {
    /// By this program.
    static let host = ChildKeeper(executable: PluginHost.ownExecutable)
}

/// What comes after the data of a run: training, evaluation, gates.
struct RunParts {
    let run: RecordedRun
    let graph: LoadedGraph
    let options: DistillationOptions
    let stop = TrainingStop()
    private let signal = StopSignal()

    init(_ run: RecordedRun, _ graph: LoadedGraph, _ options: DistillationOptions) {
        self.run = run
        self.graph = graph
        self.options = options
    }

    var registry: StudentRegistry { Self.registry(options) }
    /// The name of the student in the registry.
    var student: String { Self.student(graph, options) }

    private static func registry(_ options: DistillationOptions) -> StudentRegistry {
        StudentRegistry(folder: options.models)
    }

    private static func student(_ graph: LoadedGraph, _ options: DistillationOptions) -> String {
        options.student ?? graph.plan.name
    }

    /// Looks at everything that an evaluation reads, before anything is paid for.
    static func checkInputs(_ graph: LoadedGraph, _ options: DistillationOptions) throws {
        try graph.evaluation?.checkInputs(registry(options), student: student(graph, options))
    }

    /// All of them, one after the other.
    func all() throws -> ExitStatus {
        if graph.plan.train != nil {
            let status = try train()
            guard status == .done else { return status }
        }
        guard graph.evaluation != nil else { return .done }
        let status = try evaluate()
        guard status == .done, graph.gates != nil else { return status }
        return try RunGates(run, models: options.models, student: options.student).decideAgain()
    }

    /// From now on a signal stops what is under way.
    func listenForSignals() {
        let (stop, signal) = (stop, signal)
        Interruption.watch(saying: "what is done is kept, and the same command goes on with it") { number in
            signal.number.store(number, ordering: .releasing)
            stop.request()
        }
    }

    /// The status once a signal has come.
    var interrupted: ExitStatus? {
        let number = signal.number.load(ordering: .acquiring)
        return number == 0 ? nil : .interrupted(signal: number)
    }

    private final class StopSignal: Sendable {
        let number = Atomic<Int32>(0)
    }
}
