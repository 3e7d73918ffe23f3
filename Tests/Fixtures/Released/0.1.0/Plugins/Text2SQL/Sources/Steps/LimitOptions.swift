import CSQLite
import PluginKit

/// The options that bound what a statement may do, the same for all steps that run one.
struct LimitOptions {
    let limits: Limits
    private let memory: Int

    init(_ declare: inout Declaration) {
        let defaults = Limits()
        var limits = Limits()
        limits.vmSteps = declare.option(
            "max_vm_steps", default: defaults.vmSteps, in: 1_000...100_000_000_000,
            doc: "Instructions of SQLite's virtual machine that one statement may take; some 50 million are a second.")
        limits.rows = declare.option(
            "max_rows", default: defaults.rows, in: 1...10_000_000, doc: "Rows that a result may have.")
        limits.cells = declare.option(
            "max_cells", default: defaults.cells, in: 1...100_000_000,
            doc: "Values that a result may have, rows times columns.")
        limits.bytes = declare.option(
            "max_bytes", default: defaults.bytes, in: 1...1 << 30,
            doc: "Bytes that all texts and blobs of a result may have together.")
        memory = declare.option(
            "max_memory_mib", default: 1024, in: 16...1 << 20,
            doc: "Memory that SQLite may take in the whole process, in MiB; a backstop that none of the other limits "
                + "should let a statement reach.")
        self.limits = limits
    }

    /// Makes the memory limit hold, for everything in the process that uses SQLite.
    func apply() {
        sqlite3_hard_heap_limit64(Int64(memory) << 20)
    }
}
