import DataPlane
import Glibc

/// What the header of a dynamic library says, without loading it.
///
/// Read by the System V ABI, chapters 4 and 5 (elf(5)), with 64-bit little-endian fields, as on every Linux that Swift runs
/// on.
struct LibraryFile {
    /// The processor it is made for: `e_machine`.
    let machine: UInt16
    /// Names of the libraries it needs: `DT_NEEDED`.
    private(set) var needed: [String] = []
    /// Where it looks for them, as written: `DT_RUNPATH` or `DT_RPATH`, taken apart at the colons.
    private(set) var runPath: [String] = []

    /// - Throws: ``PluginRefusal``: unreadable, no library, for another kind of machine, or shorter than it says.
    init(_ path: String) throws(PluginRefusal) {
        do {
            let file = try InputFile(path)
            let size = try file.byteCount()
            let bytes = try file.read(at: 0, count: min(size, Header.byteCount))
            guard bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46]) else {
                throw PluginRefusal(.notALibrary, "it is not a dynamic library: it does not begin as an ELF file does")
            }
            guard bytes.count == Header.byteCount else { throw Self.cutOff(size, of: Header.byteCount) }
            let header = Header(bytes)
            machine = header.machine
            guard header.is64BitLittleEndian else { throw Self.foreign(machine) }
            guard header.isLibrary else {
                throw PluginRefusal(
                    .notALibrary, "it is not a dynamic library but another kind of ELF file; link it with -shared")
            }
            guard header.end <= size else { throw Self.cutOff(size, of: header.end) }
            let table = try file.read(at: header.segmentStart, count: header.segmentCount * Segment.byteCount)
            let segments = (0..<header.segmentCount).map { Segment(table, $0 * Segment.byteCount) }
            if let end = segments.filter(\.isLoaded).map(\.fileEnd).max(), end > size {
                throw Self.cutOff(size, of: end)
            }
            try readDynamic(file, segments, size)
        } catch let refusal as PluginRefusal {
            throw refusal
        } catch {
            throw PluginRefusal(.unreadable, (error as? Failure)?.message ?? "\(error)")
        }
    }

    /// The needed libraries that lie where the `$ORIGIN` of its run path leads to.
    ///
    /// - Parameter folder: where the file lies.
    func librariesBesideIt(in folder: String) -> [String] {
        let folders = runPath.compactMap { entry -> String? in
            for word in ["$ORIGIN", "${ORIGIN}"] where entry.hasPrefix(word) {
                return folder + entry.dropFirst(word.count)
            }
            return nil
        }
        return needed.compactMap { name in folders.map { "\($0)/\(name)" }.first { PathKind($0) == .file } }
    }

    /// - Throws: when it is made for another machine than this program.
    func checkMachine() throws(PluginRefusal) {
        if let own = try? LibraryFile(PluginHost.ownExecutable).machine, machine != own { throw Self.foreign(machine) }
    }
}

// MARK: Refusals

extension LibraryFile {
    private static func cutOff(_ size: Int, of whole: Int) -> PluginRefusal {
        PluginRefusal(
            .cutOff,
            "it is cut off: it has \(size) bytes of at least \(whole); copy or build it again, and wait for the end")
    }

    private static func foreign(_ machine: UInt16) -> PluginRefusal {
        var names = utsname()
        uname(&names)
        let own = withUnsafeBytes(of: names.machine) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        return PluginRefusal(
            .machine,
            "it is built for \(machineName(machine)), and this program runs on \(own); build it for this machine, or "
                + "install the release for it")
    }

    /// The names that `uname -m` gives, for the numbers of the ELF registry.
    private static func machineName(_ number: UInt16) -> String {
        let names: [UInt16: String] = [
            3: "32-bit x86", 8: "MIPS", 21: "ppc64", 22: "s390x", 40: "32-bit ARM", 62: "x86_64", 183: "aarch64",
            243: "riscv64", 258: "loongarch64",
        ]
        return names[number] ?? "the machine with ELF number \(number)"
    }
}

// MARK: The format

extension LibraryFile {
    /// `Elf64_Ehdr`.
    private struct Header {
        static let byteCount = 64
        let is64BitLittleEndian: Bool
        let isLibrary: Bool
        let machine: UInt16
        let segmentStart: Int
        let segmentCount: Int
        /// Where the last of its tables ends; a linker writes it last.
        let end: Int

        init(_ bytes: [UInt8]) {
            is64BitLittleEndian = bytes[4] == 2 && bytes[5] == 1
            isLibrary = bytes.number(16, as: UInt16.self) == 3
            machine = bytes.number(18, as: UInt16.self)
            segmentStart = Int(clamping: bytes.number(32, as: UInt64.self))
            segmentCount = Int(bytes.number(56, as: UInt16.self))
            let sections = Int(bytes.number(58, as: UInt16.self)) * Int(bytes.number(60, as: UInt16.self))
            let sectionStart = Int(clamping: bytes.number(40, as: UInt64.self))
            end = max(
                sectionStart.addingClamped(sections), segmentStart.addingClamped(segmentCount * Segment.byteCount))
        }
    }

    /// `Elf64_Phdr`.
    private struct Segment {
        static let byteCount = 56
        let type: UInt32
        let fileStart: Int
        let address: Int
        let fileSize: Int

        init(_ bytes: [UInt8], _ start: Int) {
            type = bytes.number(start, as: UInt32.self)
            fileStart = Int(clamping: bytes.number(start + 8, as: UInt64.self))
            address = Int(clamping: bytes.number(start + 16, as: UInt64.self))
            fileSize = Int(clamping: bytes.number(start + 32, as: UInt64.self))
        }

        var isLoaded: Bool { type == 1 }
        var isDynamic: Bool { type == 2 }
        var fileEnd: Int { fileStart.addingClamped(fileSize) }
    }

    /// The dynamic section's words for needed libraries and run paths: pairs of a tag and a place in a table of strings.
    private mutating func readDynamic(_ file: borrowing InputFile, _ segments: [Segment], _ size: Int) throws(Failure) {
        guard let dynamic = segments.first(where: \.isDynamic), dynamic.fileEnd <= size, dynamic.fileSize <= 1 << 20
        else { return }
        let bytes = try file.read(at: dynamic.fileStart, count: dynamic.fileSize)
        let entries = stride(from: 0, to: bytes.count - 15, by: 16).map { start in
            (tag: bytes.number(start, as: UInt64.self), value: Int(clamping: bytes.number(start + 8, as: UInt64.self)))
        }.prefix { $0.tag != 0 }
        guard let address = entries.first(where: { $0.tag == 5 })?.value,
            let length = entries.first(where: { $0.tag == 10 })?.value,
            let home = segments.first(where: {
                $0.isLoaded && $0.address <= address && address - $0.address < $0.fileSize
            })
        else { return }
        let start = home.fileStart.addingClamped(address - home.address)
        guard start.addingClamped(length) <= size else { return }
        for (tag, place) in entries where [1, 15, 29].contains(tag) && place < length {
            let text = try file.read(at: start + place, count: min(length - place, 4096)).prefix { $0 != 0 }
            if tag == 1 {
                needed.append(String(decoding: text, as: UTF8.self))
            } else {
                runPath += text.split(separator: UInt8(ascii: ":")).map { String(decoding: $0, as: UTF8.self) }
            }
        }
    }
}

extension [UInt8] {
    /// A little-endian number at a place inside.
    fileprivate func number<Number: FixedWidthInteger>(_ start: Int, as type: Number.Type) -> Number {
        withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(fromByteOffset: start, as: type)) }
    }
}
