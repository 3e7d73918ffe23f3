import PluginABI
import Testing

@testable import PluginKit

@Suite("The entry and its functions")
struct EntryTests {
    @Test("the entry states version and spec and stays where it is")
    func entry() {
        let entry = shoutPlugin.entry
        #expect(entry == shoutPlugin.entry)
        #expect(entry.pointee.abi_version == 1)
        #expect(entry.pointee.reserved == 0)
        #expect(String(cString: entry.pointee.spec_json) == shoutPlugin.specJSON)
        #expect(entry.pointee.spec_json_length == UInt64(shoutPlugin.specJSON.utf8.count))
        #expect(entry.pointee.get_interface("fastdistill.map/1") == entry.pointee.get_interface("fastdistill.map/1"))
        #expect(entry.pointee.get_interface("fastdistill.map/2") == nil)
        #expect(entry.pointee.get_interface(nil) == nil)
    }

    @Test("a step that the plugin does not have cannot be created")
    func unknownStep() throws {
        let call = try CallThroughC(shoutPlugin.entry)
        #expect(call.create("lower") == FASTDISTILL_INTERNAL)
        #expect(call.failure.message == "The plugin has no step `lower`.")
        #expect(call.instance == nil)
    }

    @Test("options that are no JSON object are refused")
    func notJSON() throws {
        let call = try CallThroughC(shoutPlugin.entry)
        #expect(call.create("upper", "[]") == FASTDISTILL_INVALID_CONFIG)
        #expect(call.failure.message == "The options are not a JSON object.")
        #expect(call.create("upper", #"{"suffix":}"#) == FASTDISTILL_INVALID_CONFIG)
        #expect(call.failure.message == "The options are not JSON: expected a value at byte 10.")
    }

    @Test("a batch goes through create, bind, run and destroy")
    func wholeLife() throws {
        let call = try CallThroughC(shoutPlugin.entry)
        #expect(call.create("upper", #"{"limit":2}"#) == FASTDISTILL_OK)
        var (bound, reads, adds) = call.bind([
            ColumnType.Field(name: "id", type: .int64, isNullable: false), textColumn,
        ])
        #expect(bound == FASTDISTILL_OK)
        #expect(ColumnType.Field(&reads)?.type.description == "struct<text: utf8>")
        #expect(ColumnType.Field(&adds)?.type.description == "struct<loud: utf8>")
        reads.release(&reads)
        adds.release(&adds)

        var (status, out, rejects) = call.run(batch(["a", "bbb", "c"]))
        #expect(status == FASTDISTILL_OK)
        #expect(out.length == 2 && out.n_children == 2 && out.null_count == 0)
        #expect(out.children[0].map { [ColumnView($0).int64(0), ColumnView($0).int64(1)] } == [0, 2])
        #expect(out.children[1].map { String.read(ColumnView($0), 1) } == "C!")
        #expect(rejects.length == 1 && rejects.n_children == 3)
        #expect(rejects.children[0].map { ColumnView($0).int64(0) } == 1)
        #expect(rejects.children[1].map { String.read(ColumnView($0), 0) } == "too_long")
        #expect(rejects.children[2].map { String.read(ColumnView($0), 0) } == "3 characters")
        out.release(&out)
        rejects.release(&rejects)
        #expect(out.release == nil && rejects.release == nil)
    }

    @Test("a child that the host moved out is not released again")
    func movedChild() throws {
        let call = try CallThroughC(shoutPlugin.entry)
        #expect(call.create("upper") == FASTDISTILL_OK)
        var (_, reads, adds) = call.bind([textColumn])
        reads.release(&reads)
        adds.release(&adds)
        var (_, out, rejects) = call.run(batch(["a"]))
        let place = try #require(out.children[1])
        var moved = place.pointee
        place.pointee.release = nil
        out.release(&out)
        rejects.release(&rejects)
        #expect(withUnsafePointer(to: moved) { String.read(ColumnView($0), 0) } == "A!")
        moved.release(&moved)
        #expect(moved.release == nil)
    }

    @Test("run before bind, and a batch with other columns than were bound, are refused and leave the outputs alone")
    func wrongOrder() throws {
        let call = try CallThroughC(shoutPlugin.entry)
        #expect(call.create("upper") == FASTDISTILL_OK)
        var (status, out, rejects) = call.run(batch(["a"]))
        #expect(status == FASTDISTILL_INTERNAL && out.release == nil && rejects.release == nil)
        #expect(call.failure == StepError(.internal, "The step was run before it was bound."))

        var (_, reads, adds) = call.bind([textColumn])
        reads.release(&reads)
        adds.release(&adds)
        (status, out, rejects) = call.run(exportArray(length: 1, nulls: 0, buffers: [nil], children: []))
        #expect(status == FASTDISTILL_INVALID_INPUT && out.release == nil && rejects.release == nil)
        #expect(call.failure == StepError(.internal, "The batch has 0 columns, but 1 were bound."))
    }

    @Test("a null pointer where the host must give one is an error, not a crash")
    func nullPointers() throws {
        let call = try CallThroughC(shoutPlugin.entry)
        var error = fastdistill_error_v1()
        #expect(call.map.pointee.bind(nil, nil, nil, nil, &error) == FASTDISTILL_INTERNAL)
        #expect(call.map.pointee.run(nil, nil, nil, nil, nil, &error) == FASTDISTILL_INTERNAL)
        call.map.pointee.destroy(nil)
    }

    @Test("a message that is too long is cut between characters")
    func longMessage() {
        var error = fastdistill_error_v1()
        let text = String(repeating: "ä", count: 2000)
        #expect(StepError(.internal, where: text, text, row: 7).report(to: &error) == FASTDISTILL_INTERNAL)
        #expect(error.row == 7)
        let message = withUnsafeBytes(of: error.message) { Array($0.prefix { $0 != 0 }) }
        #expect(message.count == 1022)
        #expect(String(validating: message, as: UTF8.self) != nil)
        #expect(withUnsafeBytes(of: error.where) { $0.prefix { $0 != 0 }.count } == 246)
    }
}
