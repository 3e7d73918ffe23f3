import DataPlane
import Foundation
import Synchronization
import Testing

@Suite struct ReplaceFileTests {
    /// Two processes that replace one file at the same time, as two runs of one graph do with its lock: each finds its own
    /// temporary file, and the file is one of the two texts at any time.
    @Test func twoProcessesMayReplaceOneFile() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "replace-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "file").path
        // What a process of another number leaves when it is killed is not touched.
        try Data("half".utf8).write(to: URL(filePath: path + ".1.tmp"))
        try replaceFile(path, with: "whole")
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "whole")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["file", "file.1.tmp"])
    }
}
