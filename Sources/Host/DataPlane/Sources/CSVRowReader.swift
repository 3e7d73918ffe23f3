/// Reads CSV with a header row into the declared columns, by name.
final class CSVRowReader: RowReader {
    private let records: CSVRecordReader
    private let name: String
    private let description: SourceDescription
    private let parser = JSONParser()
    private let fieldCount: Int
    /// Where each declared column stands in a record.
    private let positions: [Int]
    private let taskIDPosition: Int?
    private let rowIDPosition: Int?

    /// - Throws: ``Failure``: unreadable, no header, a declared column is missing in it or stands there twice.
    init(_ file: SourceDescription.File, _ description: SourceDescription) throws(Failure) {
        records = try CSVRecordReader(path: file.path)
        name = file.name
        self.description = description
        guard let header = try records.next(), header.fault == nil else {
            throw Failure(
                "source", "'\(file.name)' has no header row: its first line names the columns",
                at: Location(file: file.name, line: 1))
        }
        fieldCount = header.count
        let names = (0..<header.count).map { String(decoding: header.field($0).bytes, as: UTF8.self) }
        func position(_ column: String) throws(Failure) -> Int {
            guard let first = names.firstIndex(of: column) else {
                throw Failure(
                    "source",
                    "'\(file.name)' has no column '\(column)'; \(ConfigReader.suggestion(for: column, among: names))",
                    at: Location(file: file.name, line: header.line))
            }
            guard names.lastIndex(of: column) == first else {
                throw Failure(
                    "source", "'\(file.name)' has two columns '\(column)': rename one",
                    at: Location(file: file.name, line: header.line))
            }
            return first
        }
        var positions: [Int] = []
        for column in description.columns { positions.append(try position(column.field.name)) }
        self.positions = positions
        if case .column(let column) = description.taskID {
            taskIDPosition = try position(column)
        } else {
            taskIDPosition = nil
        }
        if let column = description.rowID { rowIDPosition = try position(column) } else { rowIDPosition = nil }
    }

    func read(into assembler: RowAssembler, maxRows: Int) throws(Failure) -> Bool {
        guard let record = try records.next() else { return false }
        let place = "\(name):\(record.line)"
        do {
            let values = try self.values(record)
            let taskID = try id("task_id", taskIDPosition, record)
            let rowID = try id("row_id", rowIDPosition, record)
            for (value, builder) in zip(values, assembler.columns) { JSONValue.append(value, to: builder) }
            var constant = ""
            if case .constant(let text) = description.taskID { constant = text }
            assembler.closeRow(taskID: taskID ?? constant, rowID: rowID ?? place, bytes: record.bytes.count)
        } catch {
            assembler.quarantine(
                rowID: place, detail: "line \(record.line): \(error.reason)", bytes: record.bytes.count)
        }
        return true
    }

    private func values(_ record: CSVRecordReader.Record) throws(RowFault) -> [JSONValue] {
        if let fault = record.fault { throw RowFault(reason: fault) }
        guard record.count == fieldCount else {
            throw RowFault(reason: "\(record.count) fields, the header has \(fieldCount)")
        }
        guard record.bytes.withUnsafeBytes(isUTF8) else { throw RowFault(reason: "not UTF-8") }
        var values: [JSONValue] = []
        for (column, position) in zip(description.columns, positions) {
            let value = try self.value(record.field(position), column.field)
            if let reason = JSONValue.mismatch(value, column.field) { throw RowFault(reason: reason) }
            values.append(value)
        }
        return values
    }

    /// A field as a value of a column's type.
    ///
    /// An empty field without quotes is null where the column may be null.
    private func value(_ field: (bytes: ArraySlice<UInt8>, isQuoted: Bool), _ column: Field) throws(RowFault)
        -> JSONValue
    {
        if field.bytes.isEmpty, !field.isQuoted, column.nullable { return .null }
        let text = String(decoding: field.bytes, as: UTF8.self)
        let value: JSONValue?
        switch column.type {
        case .utf8, .binary: value = .string(text)
        case .bool: value = text == "true" ? true : text == "false" ? false : nil
        case .int64: value = Int64(text).map { .int($0) }
        case .float64: value = isDecimal(field.bytes) ? Double(text).flatMap { $0.isFinite ? .double($0) : nil } : nil
        case .list, .structure:
            do {
                value = try field.bytes.withUnsafeBytes { bytes throws(JSONSyntaxError) in
                    try parser.parse(bytes, allowsInfinity: true)
                }
            } catch {
                throw RowFault(
                    reason: "column '\(column.name)' wants \(column.type) as JSON, found text that is \(error)")
            }
        }
        guard let value else {
            let found = field.bytes.isEmpty ? "an empty field" : "other text"
            throw RowFault(reason: "column '\(column.name)' wants \(column.type), found \(found)")
        }
        return value
    }

    private func id(_ what: String, _ position: Int?, _ record: CSVRecordReader.Record) throws(RowFault) -> String? {
        guard let position else { return nil }
        let bytes = record.field(position).bytes
        if bytes.isEmpty { throw RowFault(reason: "the \(what) is empty") }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Digits, signs, a point, an exponent: no names, no hexadecimal numbers, which `Double` would also read.
private func isDecimal(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.allSatisfy { (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }
}
