import InferencePlane

/// Writes recorded replies to a file that a provider of kind `replay` answers from.
///
/// - Parameter runID: only the replies that this run has used; nil for all.
/// - Returns: how many.
public func exportRecordedReplies(store: String, to output: String, runID: String?) throws -> Int {
    try exportReplies(store: store, to: output, run: runID)
}
