import DataPlane
import Glibc
import PluginABI

/// One instance of a step, called as the ABI says and without any help: what a call does wrong shows.
final class Probe {
    let host: ProbeHost
    private let map: MapInterface
    private let handle: OpaquePointer

    private init(_ map: MapInterface, _ handle: OpaquePointer, _ host: ProbeHost) {
        self.map = map
        self.handle = handle
        self.host = host
    }

    deinit { map.destroy(handle) }

    /// What `create` did.
    struct Created {
        var report: CallReport
        /// Nil where it gave none; where it gave one although it failed, that is only noted.
        var probe: Probe?
        /// Whether `*out` holds something after a failure.
        var leftSomething = false
    }

    /// What is unusual about the texts that `create` is given.
    enum Arguments {
        case plain
        /// Bytes that are no NUL follow the config.
        case unterminated
        /// They are overwritten once the call has returned.
        case overwritten
    }

    static func create(
        _ map: MapInterface, step: String, config: String, host: ProbeHost, arguments: Arguments
    ) -> Created {
        let stepText = ArgumentText(step, after: "")
        let configText = ArgumentText(config, after: arguments == .unterminated ? "}]\"x" : "")
        var handle: OpaquePointer?
        var error = CallReport.emptyError
        let status = map.create(
            stepText.start, configText.start, UInt64(config.utf8.count), host.pointer, &handle, &error)
        let report = CallReport(status, &error)
        if arguments == .overwritten {
            stepText.overwrite()
            configText.overwrite()
        }
        guard report.isOK else { return Created(report: report, leftSomething: handle != nil) }
        // Plugins that keep a pointer to them are found by the rule that overwrites them; elsewhere they may be lucky.
        let probe = handle.map { Probe(map, $0, host) }
        probe?.arguments = [stepText, configText]
        return Created(report: report, probe: probe)
    }

    private var arguments: [ArgumentText] = []

    /// What `bind` did.
    struct Bound {
        var report: CallReport
        var reads: SchemaSlot
        var adds: SchemaSlot
        var hasReleasedInput: Bool
    }

    func bind(_ offered: [Field]) -> Bound {
        let input = SchemaSlot()
        Schema(offered).export(to: input.pointer)
        let (reads, adds) = (SchemaSlot(), SchemaSlot())
        var error = CallReport.emptyError
        let status = map.bind(handle, input.pointer, reads.pointer, adds.pointer, &error)
        return Bound(
            report: CallReport(status, &error), reads: reads, adds: adds,
            hasReleasedInput: input.pointer.pointee.release == nil)
    }

    /// What `run` did.
    struct Ran {
        var report: CallReport
        var out: ArraySlot
        var rejects: ArraySlot
    }

    func run(_ input: InputArray, _ facts: CallFacts) -> Ran {
        let (out, rejects) = (ArraySlot(), ArraySlot())
        var error = CallReport.emptyError
        let status = facts.withCall { call in
            map.run(handle, call, input.pointer, out.pointer, rejects.pointer, &error)
        }
        return Ran(report: CallReport(status, &error), out: out, rejects: rejects)
    }
}

/// A text handed to a plugin, in memory of its own.
private final class ArgumentText {
    let start: UnsafeMutablePointer<CChar>
    private let count: Int

    /// - Parameter after: what stands between it and a NUL.
    init(_ text: String, after: String) {
        let bytes = Array(text.utf8) + Array(after.utf8) + [0]
        count = text.utf8.count
        start = .allocate(capacity: bytes.count)
        for (index, byte) in bytes.enumerated() { (start + index).initialize(to: CChar(bitPattern: byte)) }
    }

    deinit { start.deallocate() }

    func overwrite() { memset(start, 0x23, count) }
}
