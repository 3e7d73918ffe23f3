import DataPlane

/// A column of the type that JSON values are given for; for tests.
func column(_ type: DataType, _ rows: [JSONValue]) -> Column {
    let builder = ColumnBuilder(type)
    for row in rows { append(row, to: builder) }
    return builder.finish()
}

func batch(_ columns: [(String, [JSONValue])]) throws -> RecordBatch {
    let fields = try columns.map { try Field(parsing: $0.0) }
    return RecordBatch(
        schema: Schema(fields), columns: zip(fields, columns).map { column($0.type, $1.1) },
        rowCount: columns.first?.1.count ?? 0)
}

private func append(_ value: JSONValue, to builder: ColumnBuilder) {
    switch (builder.type, value) {
    case (_, .null): builder.appendNull()
    case (.bool, .bool(let value)): builder.append(value)
    case (.int64, .int(let value)): builder.append(value)
    case (.float64, _): builder.append(value.double ?? .nan)
    case (.utf8, .string(let text)): builder.append(text)
    case (.binary, .string(let text)): Array(text.utf8).withUnsafeBytes { builder.append(bytes: $0) }
    case (.list, .array(let elements)):
        for element in elements { append(element, to: builder.children[0]) }
        builder.appendValid()
    case (.structure(let fields), .object):
        for (field, child) in zip(fields, builder.children) { append(value[field.name] ?? .null, to: child) }
        builder.appendValid()
    default: preconditionFailure("\(value.kind) is no \(builder.type)")
    }
}

extension RecordBatch {
    /// All rows as JSON, for comparing.
    var rows: [JSONValue] {
        (0..<rowCount).map { row in .object(zip(schema.fields, columns).map { ($0.name, $1.json(row)) }) }
    }
}

/// A small generator of numbers that a seed determines (SplitMix64, https://prng.di.unimi.it/splitmix64.c).
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
