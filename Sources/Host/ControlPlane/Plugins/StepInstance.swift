import DataPlane
import PluginABI

/// An instance of a step in this process, from `create` to `destroy`. Its calls do not overlap.
final class StepInstance {
    private let map: MapInterface
    private let services: HostServices
    private let handle: OpaquePointer

    init(_ map: MapInterface, step: String, config: String, services: HostServices) throws(StepError) {
        var handle: OpaquePointer?
        var error = fastdistill_error_v1()
        error.row = -1
        let status = map.create(step, config, UInt64(config.utf8.count), services.host, &handle, &error)
        guard status == FASTDISTILL_OK else { throw StepError(status, &error) }
        guard let handle else {
            throw StepError(kind: .fault, place: "", message: "'create' succeeded without an instance")
        }
        self.map = map
        self.services = services
        self.handle = handle
    }

    deinit { map.destroy(handle) }

    /// What the step wants to see and will return, as it says it: nothing is checked but that it can be read.
    func bind(offered: [Field]) throws(StepError) -> (reads: [Field], adds: [Field]) {
        var input = ArrowSchema()
        var reads = ArrowSchema()
        var adds = ArrowSchema()
        var error = fastdistill_error_v1()
        error.row = -1
        Schema(offered).export(to: &input)
        defer { withUnsafeMutablePointer(to: &input) { $0.release() } }
        let status = map.bind(handle, &input, &reads, &adds, &error)
        guard status == FASTDISTILL_OK else { throw StepError(status, &error) }
        let readResult = Result { () throws(ArrowFault) in try Schema(adopting: &reads).fields }
        let addResult = Result { () throws(ArrowFault) in try Schema(adopting: &adds).fields }
        do {
            return (try readResult.get(), try addResult.get())
        } catch {
            throw StepError(kind: .fault, place: "", message: "'bind' returned a schema that is not sound: \(error)")
        }
    }

    /// Runs a batch. On success `out` and `rejects` are whatever the step filled them with.
    func run(
        _ call: inout fastdistill_call_v1, input: UnsafePointer<ArrowArray>, out: UnsafeMutablePointer<ArrowArray>,
        rejects: UnsafeMutablePointer<ArrowArray>
    ) throws(StepError) {
        var error = fastdistill_error_v1()
        error.row = -1
        let status = map.run(handle, &call, input, out, rejects, &error)
        guard status == FASTDISTILL_OK else { throw StepError(status, &error) }
    }
}
