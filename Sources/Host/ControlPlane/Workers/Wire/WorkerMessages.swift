import DataPlane

/// What a worker needs to make its instance: the payload of ``Frame/Kind/open``.
struct OpenOrder: Sendable {
    var path: String
    var sha256: String
    var step: String
    /// A JSON object.
    var config: String
    var offered: [Field]
    var runID: String
    var nodeID: String
    /// How much more memory than at its start the worker may have; 0 for no limit.
    var memoryLimitBytes: Int

    var json: JSONValue {
        [
            "path": .string(path), "sha256": .string(sha256), "step": .string(step), "config": .string(config),
            "offered": SchemaWire.json(offered), "run": .string(runID), "node": .string(nodeID),
            "memory": .int(Int64(memoryLimitBytes)),
        ]
    }

    init(
        path: String, sha256: String, step: String, config: String, offered: [Field], runID: String, nodeID: String,
        memoryLimitBytes: Int
    ) {
        self.path = path
        self.sha256 = sha256
        self.step = step
        self.config = config
        self.offered = offered
        self.runID = runID
        self.nodeID = nodeID
        self.memoryLimitBytes = memoryLimitBytes
    }

    init?(_ json: JSONValue) {
        guard let path = json["path"]?.string, let sha256 = json["sha256"]?.string, let step = json["step"]?.string,
            let config = json["config"]?.string, let runID = json["run"]?.string, let nodeID = json["node"]?.string,
            let memory = json["memory"]?.int, let offered = try? SchemaWire.fields(json["offered"])
        else { return nil }
        self.init(
            path: path, sha256: sha256, step: step, config: config, offered: offered, runID: runID, nodeID: nodeID,
            memoryLimitBytes: Int(memory))
    }
}

/// A batch to run: the payload of ``Frame/Kind/run``. The batch itself lies in the input area.
struct RunOrder {
    /// Counts the batches given to this worker.
    var sequence: UInt64
    var inputBytes: Int
    var number: UInt64
    var seed: UInt64
    var deadlineNanoseconds: UInt64
    var attempt: UInt32

    var frame: Frame {
        Frame(.run, words: [sequence, UInt64(inputBytes), number, seed, deadlineNanoseconds, UInt64(attempt)])
    }

    init(
        sequence: UInt64, inputBytes: Int, number: UInt64, seed: UInt64, deadlineNanoseconds: UInt64, attempt: UInt32
    ) {
        self.sequence = sequence
        self.inputBytes = inputBytes
        self.number = number
        self.seed = seed
        self.deadlineNanoseconds = deadlineNanoseconds
        self.attempt = attempt
    }

    init?(_ frame: Frame) {
        guard let words = frame.words(6) else { return nil }
        self.init(
            sequence: words[0], inputBytes: Int(words[1]), number: words[2], seed: words[3],
            deadlineNanoseconds: words[4], attempt: UInt32(truncatingIfNeeded: words[5]))
    }
}

/// Why a worker could not do what it was told, without dying: the payload of ``Frame/Kind/failed``.
enum WorkerFault: Sendable {
    case refusal(PluginRefusal)
    case create(StepError)
    case bind(StepError)
    case run(StepError)

    var json: JSONValue {
        switch self {
        case .refusal(let refusal):
            ["refusal": .string(refusal.reason.rawValue), "message": .string(refusal.message)]
        case .create(let error): Self.json("create", error)
        case .bind(let error): Self.json("bind", error)
        case .run(let error): Self.json("run", error)
        }
    }

    private static func json(_ stage: String, _ error: StepError) -> JSONValue {
        [
            "stage": .string(stage), "kind": .int(Int64(error.kind.rawValue)), "row": .int(Int64(error.row ?? -1)),
            "where": .string(error.place), "message": .string(error.message),
        ]
    }

    init?(_ json: JSONValue) {
        guard let message = json["message"]?.string else { return nil }
        if let reason = json["refusal"]?.string.flatMap(PluginRefusal.Reason.init(rawValue:)) {
            self = .refusal(PluginRefusal(reason, message))
            return
        }
        let kind = json["kind"]?.int.flatMap { StepError.Kind(rawValue: UInt32(truncatingIfNeeded: $0)) }
        let row = json["row"]?.int.flatMap { $0 >= 0 ? Int($0) : nil }
        let error = StepError(kind: kind ?? .fault, row: row, place: json["where"]?.string ?? "", message: message)
        switch json["stage"]?.string {
        case "create": self = .create(error)
        case "bind": self = .bind(error)
        case "run": self = .run(error)
        default: return nil
        }
    }
}
