import PluginABI

/// The facts of a call, and its only randomness.
struct CallFacts {
    var runID = "conformance"
    var nodeID = "node"
    var batch: UInt64 = 0
    var seed: UInt64
    var deadlineNanoseconds: UInt64 = 0
    var attempt: UInt32 = 0

    func withCall<Result>(_ body: (UnsafePointer<fastdistill_call_v1>) -> Result) -> Result {
        runID.withCString { runID in
            nodeID.withCString { nodeID in
                let call = fastdistill_call_v1(
                    run_id: runID, node_id: nodeID, batch: batch, seed: seed,
                    deadline_nanoseconds: deadlineNanoseconds, attempt: attempt, reserved: 0)
                return withUnsafePointer(to: call, body)
            }
        }
    }
}
