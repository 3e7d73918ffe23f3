import DataPlane
import Synchronization

/// Reads the source on a thread of its own, one batch ahead of the engine.
final class SourceFeeder: Sendable {
    private let requests = Mailbox<Bool>()
    private let thread: ServiceThread

    /// - Parameters:
    ///   - makeReader: called on the feeder's thread, since a reader belongs to one thread.
    ///   - batchRows: rows of a batch; a batch never crosses a shard's border.
    init(
        makeReader: @escaping @Sendable () throws(Failure) -> SourceReader, batchRows: Int, shardRows: Int,
        mailbox: Mailbox<EngineMessage>
    ) {
        let requests = self.requests
        thread = ServiceThread(name: "source") {
            do throws(Failure) {
                let reader = try makeReader()
                var ordinal = 0
                while requests.receive().allSatisfy({ $0 }) {
                    let rows = min(batchRows, shardRows - ordinal % shardRows)
                    guard let batch = try reader.next(maxRows: rows) else { break }
                    ordinal = Int(batch.firstOrdinal) + batch.batch.rowCount + batch.quarantined.count
                    mailbox.send(.source(batch))
                }
                mailbox.send(.sourceEnded)
            } catch {
                mailbox.send(.sourceFailed(error))
            }
        }
    }

    /// Asks for another batch.
    func requestNext() { requests.send(true) }

    /// Ends the thread; batches already read may still arrive.
    func stop() {
        requests.send(false)
        thread.join()
    }
}
