import Foundation
import Testing

@testable import DataPlane

@Suite("Files and folders are hashed")
final class FileHashTests {
    private static let expected = "c2245b57204f347d9fc2b890c21ed0316efaeb685c5e200611dd01c0aad86fa1"

    let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "fdhash-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: "\(folder)/a/b", withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func write(_ name: String, _ text: String) throws {
        try text.write(toFile: "\(folder)/\(name)", atomically: false, encoding: .utf8)
    }

    @Test("A file's hash is that of its bytes, whatever its size", arguments: [0, 3, 65_536, 65_537, 200_000])
    func file(size: Int) throws {
        let text = String(repeating: "x", count: size)
        try write("f", text)
        #expect(try hashFile("\(folder)/f") == sha256Hex(of: text))
    }

    /// By Python, as Docs/specs/identity.md says:
    /// `for path in sorted(files): for field in (path, sha256(bytes)): hash.update(len(field).to_bytes(8, "little") + field)`
    @Test("A folder's hash covers names and bytes of its files, in order of the bytes of their paths")
    func golden() throws {
        try write("a/b/x.txt", "one")
        try write("a.txt", "two")
        try write("a/é.txt", "three")
        try write("a/z.txt", "")
        #expect(try hashFolder(folder) == Self.expected)
        #expect(try hashFileOrFolder(folder) == Self.expected)
        try write("a/z.txt", "!")
        #expect(try hashFolder(folder) != Self.expected)
    }

    @Test("Empty folders do not count; a moved file does")
    func names() throws {
        #expect(try hashFolder(folder) == sha256Hex(of: ""))
        try write("a/x", "1")
        let before = try hashFolder(folder)
        try FileManager.default.moveItem(atPath: "\(folder)/a/x", toPath: "\(folder)/a/b/x")
        #expect(try hashFolder(folder) != before)
    }

    @Test("A link counts as what it leads to")
    func links() throws {
        try write("a/x", "1")
        let before = try hashFolder("\(folder)/a")
        try FileManager.default.createDirectory(atPath: "\(folder)/c/b", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: "\(folder)/c/x", withDestinationPath: "\(folder)/a/x")
        #expect(try hashFolder("\(folder)/c") == before)
    }

    private func message(_ body: () throws -> Void) -> String {
        do { try body() } catch { return FailureRenderer.render(error).replacing(folder, with: "DIR") }
        return ""
    }

    @Test("What cannot be hashed is named")
    func failures() throws {
        #expect(
            message { _ = try hashFile("\(folder)/no") } == "error: cannot open 'DIR/no': No such file or directory")
        #expect(message { _ = try hashFile(folder) } == "error: cannot read 'DIR': Is a directory")
        try FileManager.default.createSymbolicLink(atPath: "\(folder)/a/up", withDestinationPath: folder)
        #expect(
            message { _ = try hashFolder(folder) } == "error: cannot go through 'DIR': the link 'a/up' leads back up")
        try FileManager.default.removeItem(atPath: "\(folder)/a/up")
        try FileManager.default.createSymbolicLink(atPath: "\(folder)/a/gone", withDestinationPath: "nowhere")
        #expect(
            message { _ = try hashFolder(folder) } == "error: cannot look at 'DIR/a/gone': No such file or directory")
    }

    @Test("Paths become absolute")
    func paths() {
        #expect(absolutePath("data/./x.jsonl", in: "/home/me") == "/home/me/data/x.jsonl")
        #expect(absolutePath("/abs//x", in: "/home/me") == "/abs/x")
        #expect(absolutePath("../x", in: "/home/me/") == "/home/me/../x")
        #expect(parentFolder(of: "/home/me/x.yaml") == "/home/me")
        #expect(parentFolder(of: "x.yaml") == currentFolder())
        #expect(parentFolder(of: "/x.yaml") == "")
    }

    @Test("What a path leads to")
    func kinds() throws {
        try write("f", "")
        #expect(PathKind("\(folder)/f") == .file)
        #expect(PathKind(folder) == .folder)
        #expect(PathKind("/dev/null") == .other)
        #expect(PathKind("\(folder)/none") == nil)
        #expect(PathKind("\(folder)/f\0") == nil)
    }
}
