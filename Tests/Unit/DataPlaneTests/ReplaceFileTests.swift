import DataPlane
import Foundation
import Synchronization
import Testing

@Suite struct ReplaceFileTests {
    /// As runs of one graph do with its lock, and processes are no more apart than threads are here: each opens the file anew.
    @Test func manyMayReplaceOneFileAtTheSameTime() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "replace-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "file").path
        // What a killed process has left of its temporary file is longer than what is written.
        try Data(repeating: 0x78, count: 1 << 20).write(to: URL(filePath: path + ".tmp"))
        let texts = (0..<4).map { String(repeating: "\($0)", count: 100_000) }
        let faults = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 4) { writer in
            for _ in 0..<20 {
                do {
                    try replaceFile(path, with: texts[writer])
                    let found = try String(contentsOfFile: path, encoding: .utf8)
                    if !texts.contains(found) { faults.withLock { $0.append("half a file of \(found.count) bytes") } }
                } catch {
                    faults.withLock { $0.append("\(error)") }
                }
            }
        }
        #expect(faults.withLock { $0 } == [])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["file"])
    }
}
