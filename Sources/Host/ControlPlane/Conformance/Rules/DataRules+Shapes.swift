import DataPlane

extension DataRules {
    /// Rules about batches of every size, shape and content.
    static let shapes: [ConformanceRule] = [
        flavour("no_rows", "A batch without rows gives one without rows.", remedy: "Allocate for no rows, too.", 0),
        flavour("one_row", "A batch of one row is worked on.", remedy: "Do not count on a second row.", 1),
        .step(
            .data, "all_null", .must, "Null wherever a column may be null is worked on.",
            remedy: "Ask the validity bitmap before you read a value; a missing bitmap means that all are valid."
        ) { trial throws(Finding) in
            guard trial.mayBeNull else { throw .skip("no column that the step reads may be null") }
            try works(trial, trial.samples.batch(StepTrial.plainRowCount, .null))
        },
        shape(
            "offset", "A batch that begins behind the start of its columns (its `offset`) gives the same answers.",
            remedy: "Add `input->offset` and the column's own offset to every row number.", InputShape(offset: 3)),
        shape(
            "sliced_children", "Columns and their children that begin behind the start of their buffers do so, too.",
            remedy: "Add each array's own `offset` where you read its buffers, also in lists and structs.",
            InputShape(childOffset: 5)),
        shape(
            "bitmaps", "A bitmap in which all rows are valid, and a null count of -1 (not counted), change nothing.",
            remedy: "Ask the bitmap for each row; do not take a bitmap, or a null count that is not 0, for nulls.",
            InputShape(hasBitmaps: true, leavesNullsUncounted: true)),
        .step(
            .data, "null_slots", .must, "What lies in a buffer where a value is null does not matter.",
            remedy: "Ask the validity bitmap before you read a value, whatever lies there."
        ) { trial throws(Finding) in
            guard trial.mayBeNull else { throw .skip("no column that the step reads may be null") }
            try sameInShape(trial, InputShape(fillsNulls: true))
        },
        flavour(
            "long_text", "Texts of 1 MiB are worked on.", remedy: "Allocate by the length of the text.", 4, .longText),
        flavour(
            "unicode", "Emoji, combining characters, control characters and NUL are worked on.",
            remedy: "Use lengths, not NULs; never cut a text inside a character.", 128, .unicode),
        .step(
            .data, "numbers", .must, "The ends of the number types, infinities and not-a-number are worked on.",
            remedy: "Compute without overflow; make a fact of a number that the step cannot use, or reject the row."
        ) { trial throws(Finding) in
            guard trial.offered.contains(where: { $0.type.holdsNumbers }) else {
                throw .skip("no column that the step reads holds numbers")
            }
            try works(trial, trial.samples.batch(StepTrial.plainRowCount, .extremeNumbers))
        },
        flavour("many_rows", "A batch of 4,096 rows is worked on.", remedy: "Allocate by `input->length`.", 4096),
    ]

    private static func works(_ trial: StepTrial, _ rows: RecordBatch) throws(Finding) {
        let session = try trial.session()
        _ = try session.baseline(trial.plainRows())
        _ = try trial.session().output(rows)
    }

    private static func flavour(
        _ name: String, _ demand: String, remedy: String, _ count: Int, _ flavour: SampleFlavour = .plain
    ) -> ConformanceRule {
        .step(.data, name, .must, demand, remedy: remedy) { trial throws(Finding) in
            try works(trial, trial.samples.batch(count, flavour, salt: 2))
        }
    }

    private static func shape(
        _ name: String, _ demand: String, remedy: String, _ shape: InputShape
    ) -> ConformanceRule {
        .step(.data, name, .must, demand, remedy: remedy) { trial throws(Finding) in
            guard !trial.offered.isEmpty else { throw .skip("the step reads no column") }
            try sameInShape(trial, shape)
        }
    }

    private static func sameInShape(_ trial: StepTrial, _ shape: InputShape) throws(Finding) {
        let rows = trial.plainRows()
        let plain = try trial.session().baseline(rows)
        try expectSame(
            plain, try trial.session().output(rows, shape: shape), rowCount: rows.rowCount,
            "for the same rows in another shape")
    }
}

extension StepTrial {
    fileprivate var mayBeNull: Bool { offered.contains { $0.nullable || $0.type.holdsNulls } }
}

extension DataType {
    /// Whether an element or member of it may be null.
    fileprivate var holdsNulls: Bool {
        switch self {
        case .list(let element): element.nullable || element.type.holdsNulls
        case .structure(let fields): fields.contains { $0.nullable || $0.type.holdsNulls }
        default: false
        }
    }

    fileprivate var holdsNumbers: Bool {
        switch self {
        case .int64, .float64: true
        case .list(let element): element.type.holdsNumbers
        case .structure(let fields): fields.contains { $0.type.holdsNumbers }
        default: false
        }
    }
}
