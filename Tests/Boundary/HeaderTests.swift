import Blocking
import Foundation
import Testing

/// The ABI's headers: each compiles alone, in C and in C++, and the layout of version 1 is what it was.
@Suite(.blocking) struct HeaderTests {
    static let languages = [("clang", "c11"), ("clang++", "c++17"), ("clang++", "c++20")]
    static let headers = ["arrow", "entry", "error", "host", "map", "plugin"]

    @Test(arguments: languages, headers)
    func aHeaderCompilesAlone(_ language: (compiler: String, standard: String), _ header: String) throws {
        let folder = try TemporaryFolder()
        let source = "\(folder.path)/alone.\(language.compiler == "clang" ? "c" : "cpp")"
        try "#include \"fastdistill/\(header).h\"\n".write(toFile: source, atomically: true, encoding: .utf8)
        try expectCompiles(source, language)
    }

    @Test(arguments: languages)
    func theLayoutOfVersion1IsPinned(_ language: (compiler: String, standard: String)) throws {
        try expectCompiles("\(Package.root)/Tests/Fixtures/ABI/layout.c", language)
    }

    @Test func noHeaderIsForgotten() throws {
        let folder = "\(Package.root)/Sources/PluginABI/include/fastdistill"
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        #expect(files == Self.headers.map { "\($0).h" })
    }

    private func expectCompiles(_ source: String, _ language: (compiler: String, standard: String)) throws {
        let kind = language.compiler == "clang" ? "c" : "c++"
        let result = try shell([
            language.compiler, "-x", kind, "-std=\(language.standard)", "-Wall", "-Wextra", "-pedantic", "-Werror",
            "-fsyntax-only", "-I\(Package.root)/Sources/PluginABI/include", source,
        ])
        #expect(result.status == 0, "\(result.output)")
    }
}
