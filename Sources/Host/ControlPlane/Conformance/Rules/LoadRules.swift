import CPlatform
import DataPlane
import Glibc
import PluginABI

/// Rules about the library: what the host needs before it makes an instance.
enum LoadRules {
    static let all: [ConformanceRule] = [
        .plugin(
            .load, "opens", .must, "The dynamic loader opens the library and binds every symbol at once.",
            remedy: "Link every library that it uses, and with -Wl,-z,now, so that the linker's checks are the host's."
        ) { trial throws(Finding) in
            try refused(trial, [.missingLibrary, .undefinedSymbol, .unloadable])
        },
        .plugin(
            .load, "entry_only", .must, "It exports `fastdistill_plugin_v1` and nothing else.",
            remedy: "Build with -fvisibility=hidden, or link with a version script that names the entry only.",
            entryOnly),
        .plugin(
            .load, "entry_idempotent", .must,
            "The entry, its spec and its interfaces are the same at every call, on every thread.",
            remedy: "Return the address of one static struct.", entryIdempotent),
        .plugin(
            .load, "abi_version", .must, "The entry has the ABI version of this host, and 0 in `reserved`.",
            remedy: "Fill `abi_version` with FASTDISTILL_ABI_VERSION of the headers of this host."
        ) { trial throws(Finding) in
            try refused(trial, [.abiVersion])
            let entry = try trial.entry()
            if entry.reserved != 0 { throw .fault("'reserved' is \(entry.reserved)") }
        },
        .plugin(
            .load, "interface", .must, "It offers `fastdistill.map/1` with all four functions.",
            remedy: "Return a struct with `create`, `bind`, `run` and `destroy` for FASTDISTILL_MAP_V1."
        ) { trial throws(Finding) in try refused(trial, [.missingInterface]) },
        .plugin(
            .load, "unknown_interface", .must, "`get_interface` returns NULL for an id that it does not know.",
            remedy: "Compare the whole id, and return NULL at the end.", unknownInterface),
        .plugin(
            .load, "spec", .must, "The spec is one JSON object that keeps to the grammar.",
            remedy: "See Docs/specs/abi.md for the members that a spec can have."
        ) { trial throws(Finding) in try refused(trial, [.badSpec]) },
        .plugin(
            .load, "toolchain", .must,
            "A library that shares the host's Swift runtime was built with the host's toolchain.",
            remedy: "Build it with the toolchain of the host, or with -static-stdlib."
        ) { trial throws(Finding) in try refused(trial, [.toolchain]) },
        .plugin(
            .load, "described_in_time", .should, "It is loaded and says what it is within 100 ms.",
            remedy: "Move work out of constructors and the entry, into `create`.", attempts: 3, describedInTime),
        .step(
            .load, "examples", .must, "The examples of the spec give the outputs that stand there.",
            remedy: "Correct the example, or the step.", ExampleRule.run),
    ]

    /// The reasons for which the host refuses a file, in the order in which it looks.
    private static let stages: [[PluginRefusal.Reason]] = [
        [.missingLibrary, .undefinedSymbol, .unloadable], [.missingEntry], [.abiVersion], [.missingInterface],
        [.badSpec],
        [.toolchain],
    ]

    /// Demands that the host does not refuse the file for some reasons.
    private static func refused(_ trial: LibraryTrial, _ reasons: [PluginRefusal.Reason]) throws(Finding) {
        guard let refusal = trial.refusal() else { return }
        if reasons.contains(refusal.reason) { throw .fault(refusal.message) }
        let place = { (reason: PluginRefusal.Reason) in stages.firstIndex { $0.contains(reason) } ?? 0 }
        if place(refusal.reason) < place(reasons[0]) {
            throw .skip("the host did not get that far: \(refusal.message)")
        }
    }

    private static func entryOnly(_ trial: LibraryTrial) throws(Finding) {
        let others = try trial.otherExports()
        let strong = others.filter { !$0.isWeak }
        if !strong.isEmpty { throw .fault("it also exports \(list(strong))") }
        if !others.isEmpty { throw .warning("it also exports weak symbols, as C++ makes them: \(list(others))") }
    }

    private static func list(_ symbols: [ELFSymbol]) -> String {
        let shown = symbols.prefix(3).map { "'\($0.name)'" }.joined(separator: ", ")
        return symbols.count > 3 ? "\(shown) and \(symbols.count - 3) more" : shown
    }

    private static func entryIdempotent(_ trial: LibraryTrial) throws(Finding) {
        let function = try trial.entryFunction()
        let calls = Calls(function)
        let first = calls.answers()
        let thread = ServiceThread(name: "entry") { calls.elsewhere = calls.answers() }
        thread.join()
        for (index, what) in ["the entry", "the text of the spec", "the interface"].enumerated()
        where first[index] != calls.answers()[index] || first[index] != calls.elsewhere[index] {
            throw .fault("\(what) is another one at another call")
        }
    }

    /// Addresses of what the entry gives. Unchecked because a second thread writes `elsewhere`; it is joined first.
    private final class Calls: @unchecked Sendable {
        let function: LibraryTrial.EntryFunction
        var elsewhere: [UInt] = []

        init(_ function: @escaping LibraryTrial.EntryFunction) { self.function = function }

        func answers() -> [UInt] {
            let entry = function()
            return [
                UInt(bitPattern: entry), UInt(bitPattern: entry?.pointee.spec_json),
                UInt(bitPattern: entry?.pointee.get_interface?(FASTDISTILL_MAP_V1)),
            ]
        }
    }

    private static func unknownInterface(_ trial: LibraryTrial) throws(Finding) {
        guard let lookUp = try trial.entry().get_interface else { throw .skip("there is no 'get_interface'") }
        for id in ["fastdistill.map/2", "fastdistill.map/10", "fastdistill.map/", "fastdistill.map", "", "x"]
        where lookUp(id) != nil {
            throw .fault("it returns an interface for '\(id)'")
        }
    }

    private static func describedInTime(_ trial: LibraryTrial) throws(Finding) {
        guard trial.isOwnProcess else { throw .skip("the plugin has been loaded before in this process") }
        let start = OwnTime()
        _ = trial.refusal()
        let milliseconds = start.elapsedMilliseconds
        if milliseconds >= 100 { throw .fault("it took more than 100 ms") }
    }
}

/// The time that this thread takes for itself: without the time in which it was ready and the processors were taken.
private struct OwnTime {
    private let start = monotonicNanoseconds()
    private let startDelay = Self.delay

    var elapsedMilliseconds: UInt64 {
        let passed = monotonicNanoseconds() - start
        return (passed - min(passed, Self.delay - startDelay)) / 1_000_000
    }

    /// Nanoseconds on a run queue (Documentation/scheduler/sched-stats.rst); 0 where the kernel does not count them.
    private static var delay: UInt64 {
        let bytes = (try? readFile("/proc/thread-self/schedstat")) ?? []
        let words = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        return words.count > 1 ? UInt64(words[1]) ?? 0 : 0
    }
}
