import DataPlane

/// Writes artifacts on a thread of its own, in the order it is told.
final class StorageThread: Sendable {
    private enum Job: Sendable {
        case append(stage: String, shard: Int, RecordBatch, settled: Int64)
        case abandon(shard: Int)
        case seal(shard: Int, Books)
        case end
    }

    private let jobs = Mailbox<Job>()
    private let thread: ServiceThread

    /// - Parameter writeBooks: writes what belongs to a shard besides its stages, before the manifests that complete it.
    init(
        store: ArtifactStore, mailbox: Mailbox<EngineMessage>,
        writeBooks: @escaping @Sendable (Int, Books) throws(Failure) -> Void
    ) {
        let jobs = self.jobs
        thread = ServiceThread(name: "storage") {
            while true {
                for job in jobs.receive() {
                    do throws(Failure) {
                        switch job {
                        case .append(let stage, let shard, let batch, let settled):
                            try store.append(stage: stage, shard: shard, batch: batch, settled: settled)
                            mailbox.send(.stored)
                        case .abandon(let shard): store.abandon(shard: shard)
                        case .seal(let shard, let books):
                            try writeBooks(shard, books)
                            try store.seal(shard: shard)
                            mailbox.send(.sealed(shard: shard))
                        case .end: return
                        }
                    } catch {
                        mailbox.send(.storageFailed(error))
                        return
                    }
                }
            }
        }
    }

    /// - Parameter settled: with these rows, all rows before this ordinal are there.
    func append(stage: String, shard: Int, _ batch: RecordBatch, settled: Int64) {
        jobs.send(.append(stage: stage, shard: shard, batch, settled: settled))
    }

    /// Forgets the rows of a shard that cannot be sealed.
    func abandon(shard: Int) { jobs.send(.abandon(shard: shard)) }

    func seal(shard: Int, books: Books) { jobs.send(.seal(shard: shard, books)) }

    func stop() {
        jobs.send(.end)
        thread.join()
    }
}
