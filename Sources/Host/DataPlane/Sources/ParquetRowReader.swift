/// Reads the declared columns of a Parquet file, by name.
final class ParquetRowReader: RowReader {
    private let reader: ParquetReader
    private let name: String
    private let description: SourceDescription
    private var pending: RecordBatch?
    private var position = 0
    private var rowNumber = 0

    /// - Throws: ``Failure``: unreadable, a declared column is missing or of another type.
    init(_ file: SourceDescription.File, _ description: SourceDescription) throws(Failure) {
        reader = try ParquetReader(path: file.path, batchRows: 256)
        name = file.name
        self.description = description
        let names = reader.schema.fields.map(\.name)
        func find(_ column: String) throws(Failure) -> Field {
            guard let index = reader.schema.index(of: column) else {
                throw Failure(
                    "source",
                    "'\(file.name)' has no column '\(column)'; \(ConfigReader.suggestion(for: column, among: names))",
                    at: Location(file: file.name))
            }
            return reader.schema.fields[index]
        }
        for column in description.columns {
            let found = try find(column.field.name)
            guard found.type.holds(column.field.type) else {
                throw Failure(
                    "source",
                    "column '\(found.name)' of '\(file.name)' is \(found.type), declared is \(column.field.type)",
                    at: Location(file: file.name))
            }
        }
        var ids: [(String, String)] = []
        if case .column(let column) = description.taskID { ids.append(("task_id", column)) }
        if let column = description.rowID { ids.append(("row_id", column)) }
        for (what, column) in ids {
            let type = try find(column).type
            guard type == .utf8 || type == .int64 else {
                throw Failure(
                    "source",
                    "column '\(column)' of '\(file.name)', the \(what), is \(type): it has to be utf8 or int64",
                    at: Location(file: file.name))
            }
        }
    }

    func read(into assembler: RowAssembler, maxRows: Int) throws(Failure) -> Bool {
        if position == pending?.rowCount ?? 0 {
            pending = try reader.next()
            position = 0
        }
        guard let batch = pending else { return false }
        let columns = description.columns.map { column in
            batch.column(column.field.name).map { $0.viewed(as: column.field.type) }
        }
        let end = min(position + maxRows, batch.rowCount)
        for row in position..<end { append(row, of: batch, columns, to: assembler) }
        position = end
        return true
    }

    private func append(_ row: Int, of batch: RecordBatch, _ columns: [Column?], to assembler: RowAssembler) {
        rowNumber += 1
        let place = "\(name):\(rowNumber)"
        do throws(RowFault) {
            for (declared, column) in zip(description.columns, columns) {
                if let path = column?.forbiddenNull(row, declared.field) {
                    throw RowFault(reason: "column '\(path)' is null")
                }
            }
            var taskID = ""
            switch description.taskID {
            case .constant(let text): taskID = text
            case .column(let name): taskID = try id("task_id", name, row, batch)
            }
            let rowID = try description.rowID.map { name throws(RowFault) in try id("row_id", name, row, batch) }
            var bytes = 0
            for (builder, column) in zip(assembler.columns, columns) {
                guard let column else { continue }
                builder.append(from: column, row: row)
                bytes += column.range(row).count + 8
            }
            assembler.closeRow(taskID: taskID, rowID: rowID ?? place, bytes: bytes)
        } catch {
            assembler.quarantine(rowID: place, detail: "row \(rowNumber): \(error.reason)", bytes: 0)
        }
    }

    private func id(_ what: String, _ name: String, _ row: Int, _ batch: RecordBatch) throws(RowFault) -> String {
        guard let id = batch.column(name)?.json(row).asID else {
            throw RowFault(reason: "column '\(name)', the \(what), is null")
        }
        guard !id.isEmpty else { throw RowFault(reason: "the \(what) is empty") }
        return id
    }
}

extension DataType {
    /// Whether a column of this type can be read as one of `other`: integers as floats, members by name, nulls by row.
    fileprivate func holds(_ other: DataType) -> Bool {
        switch (self, other) {
        case (.list(let mine), .list(let its)): mine.type.holds(its.type)
        case (.structure(let mine), .structure(let its)):
            its.allSatisfy { field in mine.contains { $0.name == field.name && $0.type.holds(field.type) } }
        case (.int64, .float64): true
        default: self == other
        }
    }
}

extension Column {
    /// The same rows as another type that this one holds.
    fileprivate func viewed(as other: DataType) -> Column {
        let members: [Column]
        switch (type, other) {
        case (.int64, .float64):
            let builder = ColumnBuilder(.float64)
            for row in 0..<length {
                if isNull(row) { builder.appendNull() } else { builder.append(Double(int64(row))) }
            }
            return builder.finish()
        case (.list, .list(let element)): members = [children[0].viewed(as: element.type)]
        case (.structure, .structure(let fields)):
            members = fields.compactMap { field in child(field.name)?.viewed(as: field.type) }
        default: return self
        }
        return Column(
            type: other, length: length, nullCount: nullCount, validity: validity, offsets: offsets, children: members)
    }

    /// The path of a null that `field` does not allow in a row; nil when there is none.
    fileprivate func forbiddenNull(_ row: Int, _ field: Field) -> String? {
        if isNull(row) { return field.nullable ? nil : field.name }
        switch field.type {
        case .list(let element):
            for (index, position) in range(row).enumerated() {
                let place = Field("\(field.name)[\(index)]", element.type, nullable: element.nullable)
                if let path = children[0].forbiddenNull(position, place) { return path }
            }
        case .structure(let fields):
            for (member, column) in zip(fields, children) {
                let place = Field("\(field.name).\(member.name)", member.type, nullable: member.nullable)
                if let path = column.forbiddenNull(row, place) { return path }
            }
        default: break
        }
        return nil
    }
}
