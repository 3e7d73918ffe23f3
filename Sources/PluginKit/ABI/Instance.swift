import PluginABI

/// One configured step, as the host holds it.
///
/// Not Sendable: the host calls it from one thread at a time (the ABI's [serial] rule).
final class Instance {
    private var step: any AnyStep
    private let spec: StepSpec
    private let host: Host
    /// The inputs that are bound, by their slots, in the order in which batches bring them; nil before `bind`.
    private var boundSlots: [Int]?
    /// By output, how long its texts were in the last batch: room for the next.
    private var bytesPerText: [Int]

    /// Makes and opens a step with the options of a graph.
    init(_ type: any AnyStep.Type, configuration: [String: Value], host: Host) throws(StepError) {
        var declaration = Declaration(of: type, configuration: configuration)
        do {
            step = try type.init(&declaration)
        } catch {
            // A wrong option may well be why `init` failed with what stood in for it.
            throw declaration.wrongOption ?? StepError(anything: error)
        }
        if let wrong = declaration.wrongOption { throw wrong }
        let names = declaration.spec.options.map(\.name)
        if let unknown = configuration.keys.filter({ !names.contains($0) }).min() {
            let known = names.isEmpty ? "it has none" : "it has " + names.map { "`\($0)`" }.joined(separator: ", ")
            throw .option(unknown, "Step `\(type.id)` has no option `\(unknown)`; \(known).")
        }
        spec = declaration.spec
        bytesPerText = Array(repeating: 32, count: spec.adds.count)
        self.host = host
        do {
            try step.open()
        } catch {
            throw StepError(anything: error)
        }
    }

    /// Takes the columns that the graph offers; gives those the step reads and those it adds.
    func bind(_ input: UnsafePointer<ArrowSchema>) throws(StepError) -> (
        reads: [ColumnType.Field], adds: [ColumnType.Field]
    ) {
        guard let batch = ColumnType.Field(input), case .structure(let offered) = batch.type else {
            throw StepError(.invalidInput, "The input schema is not a struct of columns with known types.")
        }
        var slots: [Int] = []
        var reads: [ColumnType.Field] = []
        for (slot, wanted) in spec.reads.enumerated() {
            guard let column = offered.first(where: { $0.name == wanted.name }) else {
                guard wanted.isOptional else {
                    throw StepError(
                        .invalidInput, where: wanted.name,
                        "Column `\(wanted.name)` (\(wanted.type)) is missing; bind one to it with `in`.")
                }
                continue
            }
            guard column.type.fits(wanted.type) else {
                throw StepError(
                    .invalidInput, where: wanted.name,
                    "Column `\(wanted.name)` must be \(wanted.type), but is \(column.type).")
            }
            guard wanted.isNullable || !column.isNullable else {
                throw StepError(
                    .invalidInput, where: wanted.name,
                    "Column `\(wanted.name)` can be null, but the step needs a value in every row.")
            }
            slots.append(slot)
            reads.append(column)
        }
        if spec.readsMore != nil,
            let unused = offered.first(where: { column in !spec.reads.contains { $0.name == column.name } })
        {
            throw StepError(
                .invalidInput, where: unused.name,
                "Nothing in the options has a use for the column `\(unused.name)`; leave it out of `in`, or name it there."
            )
        }
        for (slot, column) in spec.reads.enumerated() { column.binding.isBound = slots.contains(slot) }
        boundSlots = slots
        return (reads, spec.adds.map(\.field))
    }

    /// Processes a batch; gives the rows made and the rows rejected.
    func run(
        _ input: UnsafePointer<ArrowArray>, call: UnsafePointer<fastdistill_call_v1>?
    ) throws(StepError) -> (out: ArrowArray, rejects: ArrowArray) {
        guard let boundSlots else { throw StepError(.internal, "The step was run before it was bound.") }
        guard input.pointee.n_children == boundSlots.count else {
            throw StepError(
                .invalidInput,
                "The batch has \(input.pointee.n_children) columns, but \(boundSlots.count) were bound.")
        }
        var columns = [ColumnView?](repeating: nil, count: spec.reads.count)
        for (position, slot) in boundSlots.enumerated() {
            guard let column = input.pointee.children?[position] else {
                throw StepError(.invalidInput, where: spec.reads[slot].name, "The batch lacks a column.")
            }
            // A slice of a larger batch does not begin at row 0 of its columns.
            columns[slot] = ColumnView(column, firstRow: Int(input.pointee.offset))
        }
        let batch = Batch(
            rows: Int(input.pointee.length), inputs: columns, spec: spec, bytesPerText: bytesPerText,
            context: Context(call, host: host))
        try step.process(batch)
        return try batch.finish(bytesPerText: &bytesPerText)
    }
}

extension StepError {
    /// What a step threw, as what the host can be told.
    init(anything error: any Error) {
        self = error as? StepError ?? StepError(.internal, "\(error)")
    }
}
