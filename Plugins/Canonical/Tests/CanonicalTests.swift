import Foundation
import PluginKit
import Testing

@testable import Canonical

private let folder = URL(filePath: #filePath).deletingLastPathComponent()

private struct Vector: Decodable {
    let `case`: String
    let text: String
    let keepLineBreaks: Bool?
    let canonical: String

    static func all() throws -> [Vector] {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode([Vector].self, from: Data(contentsOf: folder.appending(path: "vectors.json")))
    }
}

/// `python3` of the search path, if there is one.
private let python = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .map { "\($0)/python3" }.first { FileManager.default.isExecutableFile(atPath: $0) }

@Suite("canonical/canonicalize")
struct CanonicalTests {
    private func canonical(_ text: String, keepLineBreaks: Bool = false) throws -> String? {
        let harness = try StepHarness<Canonicalize>(options: ["keep_line_breaks": .bool(keepLineBreaks)])
        guard case .text(let text)? = try harness.run([["text": .text(text)]])[0]["text"] else { return nil }
        return text
    }

    @Test("gives the golden vectors, and each form again for itself")
    func vectors() throws {
        let vectors = try Vector.all()
        #expect(vectors.count >= 25)
        for vector in vectors {
            let form = try canonical(vector.text, keepLineBreaks: vector.keepLineBreaks ?? false)
            // Swift compares text by meaning; here the bytes count.
            #expect(form.map { Array($0.utf8) } == Array(vector.canonical.utf8), "\(vector.case)")
            let again = try form.map { try canonical($0, keepLineBreaks: vector.keepLineBreaks ?? false) } ?? nil
            #expect(again.map { Array($0.utf8) } == Array(vector.canonical.utf8), "\(vector.case), again")
        }
    }

    @Test("agrees with Python's unicodedata", .enabled(if: python != nil, "python3 is not installed"))
    func agreesWithPython() throws {
        let process = Process()
        process.executableURL = URL(filePath: try #require(python))
        process.arguments = [folder.appending(path: "check_vectors.py").path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let printed = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(printed)")
    }

    @Test("takes the short way only for text that is canonical already")
    func plain() {
        func isPlain(_ text: String) -> Bool {
            Array(text.utf8).withUnsafeBytes { CanonicalForm.isPlain($0) }
        }
        #expect(isPlain("") && isPlain("a") && isPlain("How many? ~!"))
        for text in [" ", " a", "a ", "a  b", "a\tb", "a\u{7F}", "ä", "a\nb"] { #expect(!isPlain(text), "\(text)") }
    }

    @Test("runs its examples, and its version is that of the VERSION file")
    func facts() throws {
        try StepHarness<Canonicalize>.runExamples()
        try StepHarness<FirstMessages>.runExamples()
        let version = try String(contentsOf: folder.appending(path: "../VERSION"), encoding: .utf8)
        #expect(plugin.version + "\n" == version)
    }
}
