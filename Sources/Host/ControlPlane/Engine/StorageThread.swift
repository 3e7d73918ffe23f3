import DataPlane

/// Writes artifacts on a thread of its own, in the order it is told.
final class StorageThread: Sendable {
    private enum Job: Sendable {
        case append(stage: String, shard: Int, RecordBatch)
        case seal(shard: Int, Books)
        case end
    }

    private let jobs = Mailbox<Job>()
    private let thread: ServiceThread

    /// - Parameter seal: writes what belongs to a shard besides its stages, before the manifests that complete it.
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
                        case .append(let stage, let shard, let batch):
                            try store.append(stage: stage, shard: shard, batch: batch)
                            mailbox.send(.stored)
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

    func append(stage: String, shard: Int, _ batch: RecordBatch) {
        jobs.send(.append(stage: stage, shard: shard, batch))
    }

    func seal(shard: Int, books: Books) { jobs.send(.seal(shard: shard, books)) }

    func stop() {
        jobs.send(.end)
        thread.join()
    }
}
