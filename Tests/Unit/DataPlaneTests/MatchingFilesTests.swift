import DataPlane
import Foundation
import Testing

@Suite("Patterns of files")
struct MatchingFilesTests {
    @Test("name files, not folders, sorted by their bytes, and take the folder as it is called")
    func matching() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(
            atPath: folder.file("a [1]/folder.jsonl"), withIntermediateDirectories: true)
        for name in ["a [1]/b-2.jsonl", "a [1]/b-10.jsonl", "a [1]/B.jsonl", "a [1]/\u{E9}.jsonl", "a [1]/b.jsonl.bak"]
        {
            _ = try folder.write(name, "")
        }
        _ = try folder.write("a [1]/folder.jsonl/inside.jsonl", "")
        let start = folder.file("a [1]")
        #expect(
            files(matching: "*.jsonl", in: start)
                == ["B.jsonl", "b-10.jsonl", "b-2.jsonl", "\u{E9}.jsonl"].map {
                    "\(start)/\($0)"
                })
        #expect(files(matching: "b-?.jsonl", in: start) == ["\(start)/b-2.jsonl"])
        #expect(files(matching: "b-[0-9]*", in: start) == ["\(start)/b-10.jsonl", "\(start)/b-2.jsonl"])
        #expect(files(matching: "*/inside.jsonl", in: start) == ["\(start)/folder.jsonl/inside.jsonl"])
        #expect(files(matching: "x*", in: start).isEmpty)
        #expect(isPattern("a*") && isPattern("a?") && isPattern("[a]") && !isPattern("a]{b}"))
    }
}
