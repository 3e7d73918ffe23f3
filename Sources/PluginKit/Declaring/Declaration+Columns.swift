extension Declaration {
    /// Declares a column that the step reads. `Input<T?>` takes columns that can be null, `Input<T>` does not.
    public mutating func reads<T>(_ name: String, tags: [Tag] = [], doc: String) -> Input<T> {
        spec.reads.append(
            ColumnSpec(name: name, type: T.columnType, isNullable: T.isNullable, doc: doc, tags: tags))
        return Input(slot: spec.reads.count - 1)
    }

    /// Declares a column that the step reads if the graph has it; it may be null.
    public mutating func readsOptional<T>(_ name: String, tags: [Tag] = [], doc: String) -> OptionalInput<T> {
        let column = ColumnSpec(
            name: name, type: T.columnType, isNullable: true, doc: doc, isOptional: true, tags: tags)
        spec.reads.append(column)
        return OptionalInput(slot: spec.reads.count - 1, binding: column.binding)
    }

    /// Declares that the step reads further columns, under names that the `in` of a node gives them.
    ///
    /// Which they are follows from the options: what they name is declared with ``reads(_:tags:doc:)`` as well, which the host
    /// never sees. A column that the node names and the step does not declare is an error, and so is the other way round.
    ///
    ///     declare.readsMore(String?.self, doc: "What stands for {name}.")
    ///     names = Template(declare.requiredOption("template", doc: "…")).names
    ///     inputs = names.map { declare.reads($0, doc: "") }
    ///
    /// - Parameter type: of all of them; `String?` takes columns that can be null, `String` does not.
    public mutating func readsMore<T: ColumnValue>(_ type: T.Type, doc: String) {
        spec.readsMore = MoreColumns(type: T.columnType, isNullable: T.isNullable, doc: doc)
    }

    /// Declares a column that the step adds. `Output<T?>` can be null and is null if it is not set.
    ///
    /// The host checks the constraints on every batch; a value that breaks one is a fault of the plugin.
    ///
    /// - Parameters:
    ///   - tags: what the host may do with the column.
    ///   - options: the only texts it can have.
    ///   - minimum: the smallest number.
    ///   - maximum: the greatest number.
    ///   - minLength: the shortest text in UTF-8 bytes, or the fewest elements of a list.
    ///   - maxLength: the longest text in UTF-8 bytes, or the most elements of a list.
    ///   - pattern: a POSIX extended regular expression that matches somewhere in the text.
    ///   - doc: one sentence for the reference.
    public mutating func adds<T>(
        _ name: String, tags: [Tag] = [], options: [String]? = nil, minimum: Double? = nil, maximum: Double? = nil,
        minLength: Int? = nil, maxLength: Int? = nil, pattern: String? = nil, doc: String
    ) -> Output<T> {
        var constraints: [String: Value] = [:]
        constraints["options"] = options.map { .list($0.map { .text($0) }) }
        constraints["minimum"] = minimum.map(Declaration.number)
        constraints["maximum"] = maximum.map(Declaration.number)
        constraints["min_length"] = minLength.map { .integer(Int64($0)) }
        constraints["max_length"] = maxLength.map { .integer(Int64($0)) }
        constraints["pattern"] = pattern.map { .text($0) }
        spec.adds.append(
            ColumnSpec(
                name: name, type: T.columnType, isNullable: T.isNullable, doc: doc, tags: tags,
                constraints: constraints))
        return Output(slot: spec.adds.count - 1)
    }

    /// Whole numbers are written without a fraction, as a person would.
    private static func number(_ value: Double) -> Value {
        Int64(exactly: value).map { .integer($0) } ?? .number(value)
    }
}
