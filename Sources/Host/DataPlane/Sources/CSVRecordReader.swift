/// Takes CSV apart into records (RFC 4180): comma, double quotes, quotes in quotes doubled, line ends inside quotes.
///
/// Line ends are `\n` or `\r\n`. Blank lines between records are skipped.
final class CSVRecordReader {
    struct Record {
        /// The 1-based line on which it starts.
        var line: Int
        /// The unquoted contents of all fields, one behind the other.
        var bytes: [UInt8] = []
        /// Where each field ends in `bytes`, and whether it was quoted.
        var ends: [(end: Int, isQuoted: Bool)] = []
        /// What is wrong with it, if anything is.
        var fault: String?

        var count: Int { ends.count }

        func field(_ index: Int) -> (bytes: ArraySlice<UInt8>, isQuoted: Bool) {
            (bytes[(index == 0 ? 0 : ends[index - 1].end)..<ends[index].end], ends[index].isQuoted)
        }
    }

    private enum State { case fieldStart, unquoted, quoted, quoteInQuoted }

    private let lines: LineReader

    init(path: String) throws(Failure) { lines = try LineReader(path: path) }

    /// The next record; nil at the end of the file.
    func next() throws(Failure) -> Record? {
        var record: Record?
        var state = State.fieldStart
        while let line = try lines.next() {
            var current = record ?? Record(line: line.number)
            if line.isTooLong || current.bytes.count + line.bytes.count > LineReader.lineLimit {
                current.fault = "longer than 16 MiB"
                current.bytes = []
                return current
            }
            if state == .quoted {
                current.bytes.append(0x0A)
            } else if line.bytes.allSatisfy(isBlank) {
                continue
            }
            scan(line.bytes, &state, &current)
            if state != .quoted { return current }
            record = current
        }
        record?.fault = "a quoted field is not closed before the end of the file"
        return record
    }

    /// Reads one line; a field that is still quoted at its end goes on with the next line.
    private func scan(_ line: UnsafeRawBufferPointer, _ state: inout State, _ record: inout Record) {
        for (index, byte) in line.enumerated() {
            let isLineEnd = byte == 0x0D && index == line.count - 1
            switch (state, byte) {
            case (.quoted, UInt8(ascii: "\"")): state = .quoteInQuoted
            case (.quoted, _): record.bytes.append(byte)
            case (.quoteInQuoted, UInt8(ascii: "\"")):
                record.bytes.append(byte)
                state = .quoted
            case (.fieldStart, UInt8(ascii: "\"")): state = .quoted
            case (_, UInt8(ascii: ",")):
                record.ends.append((record.bytes.count, state == .quoteInQuoted))
                state = .fieldStart
            case _ where isLineEnd: break
            case (.quoteInQuoted, _):
                record.fault = record.fault ?? "text stands behind the closing quote of field \(record.count + 1)"
            case (_, UInt8(ascii: "\"")):
                record.fault = record.fault ?? "a quote stands inside field \(record.count + 1), which is not quoted"
            default:
                record.bytes.append(byte)
                state = .unquoted
            }
        }
        if state != .quoted { record.ends.append((record.bytes.count, state == .quoteInQuoted)) }
    }
}
