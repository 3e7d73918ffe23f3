import DataPlane
import Foundation
import Glibc

/// The same rows as JSON lines over two pipes to a child process, and the answers back into columns.
///
/// One thread writes and one reads, so that nobody waits for a batch to come back; pipes of 1 MiB. The host escapes texts
/// byte by byte into one buffer a batch, and reads each line with the parser that reads JSONL sources (simdjson).
struct JSONWork {
    let child: [String]
    let columns: Int
    let batchRows: Int

    func measure(_ settings: Settings) throws -> Figure {
        let (process, toChild, fromChild) = try start()
        defer {
            close(toChild)
            process.waitUntilExit()
            close(fromChild)
        }
        let batch = Texts.batch(rows: batchRows, columns: columns)
        let count = max(settings.jsonRows / columns / batchRows, 2)
        let reader = LineColumns(descriptor: fromChild, columns: columns)
        return try Figure.measure(
            repetitions: settings.repetitions, rows: count * batchRows, tree: ProcessTree()
        ) {
            let writer = ServiceThread(name: "json-writer") {
                let lines = JSONLines(columns: columns)
                for _ in 0..<count { lines.write(batch, to: toChild) }
            }
            for _ in 0..<count { try reader.read(rows: batchRows) }
            writer.join()
        }
    }

    /// F_SETPIPE_SZ, which Glibc does not import.
    private static let setPipeSize: Int32 = 1031

    private func start() throws -> (Process, toChild: Int32, fromChild: Int32) {
        let (input, output) = (Pipe(), Pipe())
        let process = Process()
        process.executableURL = URL(filePath: child[0])
        process.arguments = Array(child.dropFirst()) + ["\(columns)"]
        process.standardInput = input
        process.standardOutput = output
        for pipe in [input, output] {
            _ = fcntl(pipe.fileHandleForReading.fileDescriptor, Self.setPipeSize, Int32(1) << 20)
        }
        try process.run()
        let toChild = dup(input.fileHandleForWriting.fileDescriptor)
        let fromChild = dup(output.fileHandleForReading.fileDescriptor)
        try input.fileHandleForWriting.close()
        return (process, toChild, fromChild)
    }
}

/// Writes the rows of a batch as JSON lines.
private final class JSONLines {
    private let keys: [[UInt8]]
    private var bytes: [UInt8] = []

    init(columns: Int) {
        keys = (0..<columns).map { Array("\($0 == 0 ? "{" : ",")\"t\($0)\":\"".utf8) }
    }

    func write(_ batch: RecordBatch, to descriptor: Int32) {
        bytes.removeAll(keepingCapacity: true)
        for row in 0..<batch.rowCount {
            for (key, column) in zip(keys, batch.columns) {
                bytes += key
                append(column.bytes(row))
                bytes.append(UInt8(ascii: "\""))
            }
            bytes.append(UInt8(ascii: "}"))
            bytes.append(UInt8(ascii: "\n"))
        }
        bytes.withUnsafeBytes { all in
            var sent = 0
            while sent < all.count {
                let count = Glibc.write(descriptor, all.baseAddress.map { $0 + sent }, all.count - sent)
                guard count > 0 else { fatalError("the child does not read") }
                sent += count
            }
        }
    }

    /// The bytes between the quotes.
    private func append(_ text: UnsafeRawBufferPointer) {
        var start = 0
        for (index, byte) in text.enumerated()
        where byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
            bytes += text[start..<index]
            let digits = String(byte, radix: 16)
            bytes += Array("\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8)
            start = index + 1
        }
        bytes += text[start...]
    }
}

/// Reads JSON lines into columns c0, c1, …
private final class LineColumns {
    private let descriptor: Int32
    private let names: [String]
    private let parser = JSONParser()
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
    private var start = 0
    private var end = 0

    init(descriptor: Int32, columns: Int) {
        self.descriptor = descriptor
        names = (0..<columns).map { "c\($0)" }
    }

    deinit { buffer.deallocate() }

    func read(rows: Int) throws {
        let builders = names.map { _ in ColumnBuilder(.utf8) }
        for _ in 0..<rows {
            let row = try parser.parse(try line())
            for (name, builder) in zip(names, builders) {
                guard let text = row[name]?.string else { throw Failure("benchmark", "there is no \(name)") }
                builder.append(text)
            }
        }
        guard builders.allSatisfy({ $0.finish().length == rows }) else {
            throw Failure("benchmark", "rows are missing")
        }
    }

    private func line() throws -> UnsafeRawBufferPointer {
        while true {
            let rest = UnsafeRawBufferPointer(rebasing: buffer[start..<end])
            if let first = rest.baseAddress, let newline = memchr(first, 0x0A, rest.count) {
                let length = UnsafeRawPointer(newline) - first
                start += length + 1
                return UnsafeRawBufferPointer(rebasing: rest[..<length])
            }
            buffer.copyMemory(from: rest)
            (start, end) = (0, rest.count)
            let count = Glibc.read(descriptor, buffer.baseAddress.map { $0 + end }, buffer.count - end)
            guard count > 0 else { throw Failure("benchmark", "the child has ended") }
            end += count
        }
    }
}
