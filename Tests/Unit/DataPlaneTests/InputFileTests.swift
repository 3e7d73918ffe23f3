import Blocking
import Foundation
import Glibc
import Testing

@testable import DataPlane

@Suite("Files are opened without waiting", .blocking)
struct InputFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func message(_ body: () throws -> Void) -> String {
        do { try body() } catch { return FailureRenderer.render(error).replacing(folder.path, with: "DIR") }
        return ""
    }

    /// Nobody writes to it, so that whoever waited for that would do so for ever.
    @Test("A named pipe is refused, and a socket, by what they are")
    func pipes() throws {
        let pipe = folder.file("pipe")
        try #require(mkfifo(pipe, 0o600) == 0)
        let socket = folder.file("socket")
        try bind(socket)
        let readers: [(String) throws -> Void] = [
            { _ = try InputFile($0) }, { _ = try readFile($0) }, { _ = try hashFile($0) },
            { _ = try hashFileOrFolder($0) }, { try forEachLine(of: $0) { _ in } },
        ]
        for read in readers {
            #expect(message { try read(pipe) } == "error: 'DIR/pipe' is a named pipe, not a file")
            #expect(message { try read(socket) } == "error: 'DIR/socket' is a socket, not a file")
        }
    }

    private func bind(_ path: String) throws {
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(result == 0)
    }

    @Test("Devices and pipes without a name are read, unless a regular file is needed")
    func devices() throws {
        #expect(try readFile("/dev/null").isEmpty)
        #expect(
            message { _ = try readFile("/dev/null", allowing: .regularFiles) }
                == "error: '/dev/null' is a device, not a file")
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        defer { close(ends[0]) }
        let path = "/dev/fd/\(ends[0])"
        #expect(
            message { _ = try hashFile(path, allowing: .regularFiles) } == "error: '\(path)' is a pipe, not a file")
        // What is not there yet is waited for, as somebody is writing it.
        let writer = ends[1]
        Thread.detachNewThread {
            usleep(20_000)
            try? writeAll("name: x\n", to: writer, path: "a pipe")
            close(writer)
        }
        #expect(try YAMLDocument.load(path).root.json == ["name": "x"])
    }

    @Test("A configuration may come through a named pipe")
    func configuration() throws {
        let pipe = folder.file("graph.yaml")
        try #require(mkfifo(pipe, 0o600) == 0)
        Thread.detachNewThread {
            let writer = open(pipe, O_WRONLY | O_CLOEXEC)
            try? writeAll("name: x\n", to: writer, path: pipe)
            close(writer)
        }
        #expect(try YAMLDocument.load(pipe).root.json == ["name": "x"])
    }

    @Test("What is in a folder, with all at any depth")
    func contents() throws {
        for name in ["b/c", "a", "left/out"] { try createFolder(folder.file(name)) }
        for name in ["b/c/x", "b/é", "b/z", "left/x"] { _ = try folder.write(name, "") }
        try #require(mkfifo(folder.file("b/pipe"), 0o600) == 0)
        try #require(mkfifo(folder.file("left/pipe"), 0o600) == 0)
        let contents = try FolderContents(folder.path, allowingOthers: true) { $0 == "left" }
        #expect(contents.files == ["b/c/x", "b/z", "b/é"])
        #expect(contents.folders == ["a", "b", "b/c"])
        #expect(
            message { _ = try FolderContents(folder.path) { $0 == "left" } }
                == "error: 'DIR/b/pipe' is a named pipe, not a file")
    }
}
