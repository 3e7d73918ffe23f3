/// A name that a library exports.
struct ELFSymbol: Equatable {
    var name: String
    /// Weak names, as C++ makes of templates, give way to others; the rest bind those who look for them.
    var isWeak: Bool
}

/// Reads the dynamic symbol table of a 64-bit ELF file (System V ABI, chapters 4 and 5, draft of 10 June 2013).
enum ELFSymbols {
    /// What GNU linkers put into every library.
    private static let linkerNames: Set = ["_init", "_fini", "__bss_start", "_edata", "_end", "_etext", "edata", "end"]

    /// The names that are defined in the file and visible outside; nil where there is no such table.
    static func exported(_ file: [UInt8]) -> [ELFSymbol]? {
        file.withUnsafeBytes { bytes in
            guard bytes.count > 64, bytes[4] == 2, bytes[5] == 1 else { return nil }
            let reader = Reader(bytes: bytes)
            guard let table = reader.section(ofType: 11), let names = reader.section(at: table.link) else { return nil }
            return reader.symbols(table, names)
        }
    }

    private struct Section {
        var type: UInt32
        var range: Range<Int>
        var link: Int
    }

    private struct Reader {
        let bytes: UnsafeRawBufferPointer

        func number<Number: FixedWidthInteger>(_ offset: Int, _ type: Number.Type) -> Int {
            guard offset >= 0, offset + MemoryLayout<Number>.size <= bytes.count else { return 0 }
            return Int(truncatingIfNeeded: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
        }

        private var sectionCount: Int { number(0x3C, UInt16.self) }

        func section(at index: Int) -> Section? {
            guard index < sectionCount else { return nil }
            let header = number(0x28, UInt64.self) + index * number(0x3A, UInt16.self)
            let start = number(header + 0x18, UInt64.self)
            let size = number(header + 0x20, UInt64.self)
            guard start >= 0, size >= 0, start <= bytes.count, size <= bytes.count - start else { return nil }
            return Section(
                type: UInt32(truncatingIfNeeded: number(header + 4, UInt32.self)), range: start..<start + size,
                link: number(header + 0x28, UInt32.self))
        }

        func section(ofType type: UInt32) -> Section? {
            (0..<sectionCount).lazy.compactMap { section(at: $0) }.first { $0.type == type }
        }

        func symbols(_ table: Section, _ names: Section) -> [ELFSymbol] {
            stride(from: table.range.lowerBound, to: table.range.upperBound - 23, by: 24).compactMap { symbol in
                let info = number(symbol + 4, UInt8.self)
                let visibility = number(symbol + 5, UInt8.self) & 3
                let section = number(symbol + 6, UInt16.self)
                // Defined in a section of the file, not local, and neither internal nor hidden.
                guard section != 0, section < 0xFF00, info >> 4 != 0, visibility == 0 || visibility == 3 else {
                    return nil
                }
                let start = names.range.lowerBound + number(symbol, UInt32.self)
                guard start < names.range.upperBound else { return nil }
                let name = String(decoding: bytes[start..<names.range.upperBound].prefix { $0 != 0 }, as: UTF8.self)
                return linkerNames.contains(name) ? nil : ELFSymbol(name: name, isWeak: info >> 4 == 2)
            }
        }
    }
}
