import PluginABI

/// Runs a step in a unit test, through the same C functions that the host calls, without a host and without a library.
///
///     let harness = try StepHarness<Shout>(options: ["suffix": "?"])
///     #expect(try harness.run([["text": "hi"]]) == [.added(["loud": "HI?"])])
public final class StepHarness<S: AnyStep> {
    private let spec: StepSpec
    private let instance: OpaquePointer
    private let boundColumns: [ColumnSpec]

    /// Makes an instance and binds it.
    ///
    /// - Parameters:
    ///   - options: as in `with:`; what is left out has its default.
    ///   - bound: the optional columns that are bound; all of them by default.
    /// - Throws: `StepError` as the host would get it.
    public init(options: [String: Value] = [:], bound: [String]? = nil) throws(StepError) {
        instance = try StepHarness.create(options)
        spec = try StepHarness.describe(with: options)
        boundColumns = spec.reads.filter { !$0.isOptional || bound?.contains($0.name) ?? true }
        var reads = ArrowSchema()
        var adds = ArrowSchema()
        var schema = exportSchema(of: boundColumns.map(\.field))
        defer {
            schema.release(&schema)
            reads.release?(&reads)
            adds.release?(&adds)
        }
        var error = fastdistill_error_v1()
        let status = mapInterface.pointee.bind(instance, &schema, &reads, &adds, &error)
        guard status == FASTDISTILL_OK else {
            throw StepError(status, error)
        }
    }

    deinit {
        mapInterface.pointee.destroy(instance)
    }

    /// - Parameter options: nil for what the plugin says of the step, whatever its options are.
    private static func describe(with options: [String: Value]? = nil) throws(StepError) -> StepSpec {
        var declaration = Declaration(of: S.self, configuration: options)
        do {
            _ = try S(&declaration)
        } catch {
            throw StepError(anything: error)
        }
        return declaration.spec
    }

    private static func create(_ options: [String: Value]) throws(StepError) -> OpaquePointer {
        var text = JSONWriter.text(of: .object(options))
        var instance: OpaquePointer?
        var error = fastdistill_error_v1()
        let status = text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                PluginKit.create(S.self, $0.baseAddress, UInt64($0.count), nil, &instance, &error)
            }
        }
        guard status == FASTDISTILL_OK, let instance else { throw StepError(status, error) }
        return instance
    }

    /// Processes rows as one batch; gives a result for each.
    ///
    /// - Parameters:
    ///   - rows: the columns by name. A nullable column may be left out.
    ///   - seed: the seed of the batch.
    /// - Throws: `StepError` as the host would get it, or if the rows do not fit the step's inputs.
    public func run(_ rows: [[String: Value]], seed: UInt64 = 0) throws(StepError) -> [HarnessResult] {
        var input = try batch(of: rows)
        defer { input.release(&input) }
        var call = fastdistill_call_v1()
        call.seed = seed
        var out = ArrowArray()
        var rejects = ArrowArray()
        var error = fastdistill_error_v1()
        let status = mapInterface.pointee.run(instance, &call, &input, &out, &rejects, &error)
        guard status == FASTDISTILL_OK else { throw StepError(status, error) }
        defer {
            out.release(&out)
            rejects.release(&rejects)
        }
        return results(of: rows.count, out: out, rejects: rejects)
    }

    private func batch(of rows: [[String: Value]]) throws(StepError) -> ArrowArray {
        for (index, row) in rows.enumerated() {
            if let unknown = row.keys.filter({ name in !boundColumns.contains { $0.name == name } }).min() {
                throw StepError(
                    .invalidInput, where: unknown, "The test's row has a column `\(unknown)` that is not bound.",
                    row: index)
            }
        }
        let builders = boundColumns.map { ColumnBuilder($0.type, isNullable: $0.isNullable, capacity: rows.count) }
        for (builder, column) in zip(builders, boundColumns) {
            for (index, row) in rows.enumerated() {
                do {
                    try (row[column.name] ?? .null).append(to: builder)
                } catch {
                    throw StepError(.invalidInput, where: column.name, error.message, row: index)
                }
            }
        }
        return exportArray(length: rows.count, nulls: 0, buffers: [nil], children: builders.map { $0.finish() })
    }

    private func results(of count: Int, out: ArrowArray, rejects: ArrowArray) -> [HarnessResult] {
        var made = [[[String: Value]]](repeating: [], count: count)
        var rejected = [HarnessResult?](repeating: nil, count: count)
        func column(_ array: ArrowArray, _ index: Int) -> ColumnView? {
            array.children?[index].map { ColumnView($0) }
        }
        for row in 0..<Int(out.length) {
            guard let parent = column(out, 0)?.int64(row) else { continue }
            var columns: [String: Value] = [:]
            for (index, added) in spec.adds.enumerated() {
                columns[added.name] = column(out, index + 1).map { Value($0, row, added.field) }
            }
            made[Int(parent)].append(columns)
        }
        for row in 0..<Int(rejects.length) {
            guard let parent = column(rejects, 0), let code = column(rejects, 1), let detail = column(rejects, 2) else {
                continue
            }
            rejected[Int(parent.int64(row))] = .rejected(
                code: String.read(code, row), detail: String?.read(detail, row))
        }
        return zip(made, rejected).map { rows, rejected in
            if let rejected { return rejected }
            return S.cardinality == .one ? .added(rows.first ?? [:]) : .expanded(rows)
        }
    }

    /// Runs the examples that the step declares.
    ///
    /// - Throws: `StepError` that says which example differs, with what was expected and what came.
    public static func runExamples() throws(StepError) {
        for (index, example) in try describe().examples.enumerated() {
            let optional = try describe().reads.filter(\.isOptional).map(\.name)
            let harness = try StepHarness(
                options: example.options,
                bound: optional.filter { name in example.input.contains { $0[name] != nil } })
            var made: [Value] = []
            for result in try harness.run(example.input) {
                switch result {
                case .added(let row): made.append(.object(row))
                case .expanded(let rows): made += rows.map { .object($0) }
                case .rejected: break
                }
            }
            let expected: [Value] = example.output.map { .object($0) }
            guard made == expected else {
                throw StepError(
                    .internal,
                    "Example \(index + 1) of step `\(S.id)` should give \(JSONWriter.text(of: .list(expected))), "
                        + "but gives \(JSONWriter.text(of: .list(made))).")
            }
        }
    }
}

extension StepHarness where S: GroupedStep {
    /// Processes samples as one batch; gives the results of each sample's rows.
    ///
    ///     let harness = try StepHarness<Vote>()
    ///     let results = try harness.run(samples: [[["answer": "a"], ["answer": "a"]], [["answer": "b"]]])
    ///     #expect(results == [[.added(["votes": 2]), .added(["votes": 2])], [.added(["votes": 1])]])
    ///
    /// - Parameters:
    ///   - samples: the rows of each; their `ordinal` is set here.
    ///   - seed: the seed of the batch.
    public func run(samples: [[[String: Value]]], seed: UInt64 = 0) throws(StepError) -> [[HarnessResult]] {
        var rows: [[String: Value]] = []
        for (ordinal, sample) in samples.enumerated() {
            rows += sample.map { $0.merging([Declaration.ordinal: .integer(Int64(ordinal))]) { _, new in new } }
        }
        var results = try run(rows, seed: seed)[...]
        return samples.map { sample in
            defer { results = results.dropFirst(sample.count) }
            return Array(results.prefix(sample.count))
        }
    }
}

extension StepError {
    /// What the host gets when a call fails.
    fileprivate init(_ status: fastdistill_status, _ error: fastdistill_error_v1) {
        let kind: Kind =
            switch status {
            case FASTDISTILL_INVALID_CONFIG: .invalidConfig
            case FASTDISTILL_INVALID_INPUT: .invalidInput
            case FASTDISTILL_RESOURCE_FAILED: .resourceFailed
            case FASTDISTILL_CANCELLED: .cancelled
            default: .internal
            }
        self.init(
            kind, where: withUnsafeBytes(of: error.where, StepError.text),
            withUnsafeBytes(of: error.message, StepError.text), row: error.row < 0 ? nil : Int(error.row))
    }

    private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
}
