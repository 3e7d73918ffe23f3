import DataPlane

/// What the engine's thread is told by the others.
enum EngineMessage: Sendable {
    case source(SourceBatch)
    case sourceEnded
    case sourceFailed(Failure)
    case node(Int, NodeMessage)
    case stored
    case sealed(shard: Int)
    case storageFailed(Failure)
    case stop(signal: Int32)
}
