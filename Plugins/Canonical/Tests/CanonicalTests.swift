import Blocking
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

@Suite("canonical/canonicalize", .blocking)
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

    private static func simple(_ text: String, keepLineBreaks: Bool = false) -> String? {
        Array(text.utf8).withUnsafeBytes { CanonicalForm.simple($0, keepingLineBreaks: keepLineBreaks) }
            .map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("takes the short way only for characters that NFC leaves alone")
    func stableCharacters() {
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value), CanonicalForm.isStable(scalar) else { continue }
            // Neither alone nor after a letter that composes with much.
            for text in [String(scalar), "e" + String(scalar)] where scalar.properties.generalCategory != .unassigned {
                #expect(
                    scalar.properties.canonicalCombiningClass == .notReordered
                        && Array(text.precomposedStringWithCanonicalMapping.utf8) == Array(text.utf8),
                    "U+\(String(value, radix: 16))")
            }
        }
        for text in ["e\u{301}", "\u{1100}\u{1161}", "か\u{3099}", "\u{212B}", "\u{37E}"] {
            #expect(Self.simple(text) == nil)
        }
    }

    @Test("takes a text as it is if that is plain and its form already", arguments: [1, 2] as [UInt64])
    func plainTexts(seed: UInt64) {
        let letters = ["a", "Z", "~", "!", "b", " ", " ", "\n", "\u{1F}", "\u{7F}", "é"]
        var state = seed
        var plain = 0
        for round in 0..<4000 {
            var text = ""
            for _ in 0..<round % 70 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                // Mostly letters, so that long texts are plain too.
                let letter = Int(state >> 33) % 100
                text += letter < letters.count ? letters[letter] : "x"
            }
            let isPlain = Array(text.utf8).withUnsafeBytes { CanonicalForm.isPlain($0) }
            plain += isPlain ? 1 : 0
            let isForm = [false, true].allSatisfy { keeps in
                Array(CanonicalForm.of(text, keepingLineBreaks: keeps).utf8) == Array(text.utf8)
            }
            #expect(isPlain == (isForm && text.utf8.allSatisfy { 0x20...0x7E ~= $0 }), "seed \(seed): \(text)")
        }
        #expect(plain > 500)
    }

    @Test("gives the same form both ways", arguments: [1, 2] as [UInt64])
    func bothWays(seed: UInt64) {
        let letters = [
            "a", "Z", "~", " ", "\t", "\r", "\n", "\u{85}", "\u{A0}", "é", "ß", "\u{AD}", "ж", "—", "“", "\u{2028}",
            "\u{200B}", "\u{200D}", "\u{2060}", "漢", "한", "、", "\u{3000}", "！", "\u{0}", "\u{7F}",
        ]
        var state = seed
        var simple = 0
        for _ in 0..<2000 {
            var text = ""
            for _ in 0..<12 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text += letters[Int(state >> 33) % letters.count]
            }
            for keeps in [false, true] {
                guard let form = Self.simple(text, keepLineBreaks: keeps) else { continue }
                simple += 1
                #expect(
                    Array(form.utf8) == Array(CanonicalForm.of(text, keepingLineBreaks: keeps).utf8),
                    "seed \(seed): \(text)")
            }
        }
        #expect(simple == 4000)
    }

    @Test("runs its examples, and its version is that of the VERSION file")
    func facts() throws {
        try StepHarness<Canonicalize>.runExamples()
        try StepHarness<FirstMessages>.runExamples()
        let version = try String(contentsOf: folder.appending(path: "../VERSION"), encoding: .utf8)
        #expect(plugin.version + "\n" == version)
    }
}
