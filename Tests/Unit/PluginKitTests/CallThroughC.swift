import PluginABI
import Testing

@testable import PluginKit

/// Calls a step as the host does: from `entry`, with C strings and Arrow structs.
final class CallThroughC {
    let map: UnsafePointer<fastdistill_map_v1>
    private(set) var instance: OpaquePointer?
    private(set) var error = fastdistill_error_v1()

    init(_ entry: UnsafePointer<fastdistill_plugin_entry_v1>) throws {
        let interface = entry.pointee.get_interface(FASTDISTILL_MAP_V1)
        map = try #require(interface).assumingMemoryBound(to: fastdistill_map_v1.self)
    }

    deinit {
        if let instance { map.pointee.destroy(instance) }
    }

    func create(
        _ step: String, _ config: String = "{}", host: UnsafePointer<fastdistill_host_v1>? = nil
    ) -> fastdistill_status {
        map.pointee.create(step, config, UInt64(config.utf8.count), host, &instance, &error)
    }

    func bind(_ offered: [ColumnType.Field]) -> (fastdistill_status, reads: ArrowSchema, adds: ArrowSchema) {
        var schema = exportSchema(of: offered)
        defer { schema.release(&schema) }
        var reads = ArrowSchema()
        var adds = ArrowSchema()
        let status = map.pointee.bind(instance, &schema, &reads, &adds, &error)
        return (status, reads, adds)
    }

    func run(_ input: ArrowArray) -> (fastdistill_status, out: ArrowArray, rejects: ArrowArray) {
        var input = input
        var out = ArrowArray()
        var rejects = ArrowArray()
        var call = fastdistill_call_v1()
        let status = map.pointee.run(instance, &call, &input, &out, &rejects, &error)
        input.release(&input)
        return (status, out, rejects)
    }

    /// The last error as the host reads it.
    var failure: StepError {
        let place = withUnsafeBytes(of: error.where) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        let message = withUnsafeBytes(of: error.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        return StepError(.internal, where: place, message, row: error.row < 0 ? nil : Int(error.row))
    }
}

/// A batch with one column of texts.
func batch(_ texts: [String]) -> ArrowArray {
    let column = ColumnBuilder(.utf8, isNullable: false, capacity: 0)
    for text in texts { column.append(text) }
    return exportArray(length: texts.count, nulls: 0, buffers: [nil], children: [column.finish()])
}

let textColumn = ColumnType.Field(name: "text", type: .utf8, isNullable: false)

let shoutPlugin = Plugin(id: "shout", version: "1.0.0", summary: "Shouts.", steps: [Shout.self])
