/// Reads JSON Lines: one object a line, blank lines between them skipped.
final class JSONLinesReader: RowReader {
    private let lines: LineReader
    private let name: String
    private let description: SourceDescription
    private let parser = JSONParser()

    init(_ file: SourceDescription.File, _ description: SourceDescription) throws(Failure) {
        lines = try LineReader(path: file.path)
        name = file.name
        self.description = description
    }

    func read(into assembler: RowAssembler, maxRows: Int) throws(Failure) -> Bool {
        guard let line = try lines.next() else { return false }
        if !line.isTooLong, line.bytes.allSatisfy(isBlank) { return true }
        let place = "\(name):\(line.number)"
        do {
            let row = try self.row(line)
            let taskID = try id("task_id", description.taskID, row)
            let rowID = try description.rowID.map { name throws(RowFault) in
                try id("row_id", .column(name), row)
            }
            for (column, builder) in zip(description.columns, assembler.columns) {
                JSONValue.append(row[column.field.name], to: builder)
            }
            assembler.closeRow(taskID: taskID, rowID: rowID ?? place, bytes: line.bytes.count)
        } catch {
            assembler.quarantine(
                rowID: place, detail: "line \(line.number): \(error.reason)", bytes: line.bytes.count)
        }
        return true
    }

    /// The object of a line, with all declared columns in it.
    private func row(_ line: LineReader.Line) throws(RowFault) -> JSONValue {
        if line.isTooLong { throw RowFault(reason: "longer than 16 MiB") }
        if !isUTF8(line.bytes) { throw RowFault(reason: "not UTF-8") }
        let value: JSONValue
        do {
            value = try parser.parse(line.bytes, allowsInfinity: true)
        } catch {
            throw RowFault(reason: error.description)
        }
        guard case .object = value else { throw RowFault(reason: "wants an object, found \(value.kind)") }
        for column in description.columns {
            if let reason = JSONValue.mismatch(value[column.field.name], column.field) {
                throw RowFault(reason: reason)
            }
        }
        return value
    }

    private func id(_ what: String, _ origin: SourceDescription.TaskID, _ row: JSONValue) throws(RowFault) -> String {
        switch origin {
        case .constant(let text): return text
        case .column(let name):
            guard let value = row[name] else { throw RowFault(reason: "column '\(name)', the \(what), is missing") }
            guard let id = value.asID else {
                throw RowFault(reason: "column '\(name)', the \(what), wants a text or an integer, found \(value.kind)")
            }
            guard !id.isEmpty else { throw RowFault(reason: "the \(what) is empty") }
            return id
        }
    }
}

/// Why a row is malformed: one clause.
struct RowFault: Error {
    var reason: String
}

/// White space of JSON, so that a line of nothing else is blank.
func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }
