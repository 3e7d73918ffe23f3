import Foundation
import Testing

/// A tutorial, as somebody follows it who types what it says.
///
/// ```
/// ### In C                     only for those who follow it in C, until the next heading of this rank or above
/// `parse.c`:                   the block below it is the file
/// `run` of `parse.c` is now:   the block below it takes the place of that function
/// ```console                   commands after `$ `, and what they print; "…" stands for any lines
/// ```
struct Tutorial {
    enum Part: Equatable {
        case file(path: String, text: String)
        case function(path: String, text: String)
        /// `output` is nil where the page shows none.
        case command(String, output: String?)
    }

    private(set) var parts: [Part] = []

    /// - Parameter language: what a heading has to say for its section to count: `In C`.
    init(_ text: String, language: String) throws {
        var isRead = true
        var introduction = ""
        var block: (info: String, lines: [String])?
        for line in text.components(separatedBy: "\n") {
            if let open = block {
                if line != "```" {
                    block?.lines.append(line)
                } else {
                    if isRead { try add(open.lines, info: open.info, introduction: introduction) }
                    (block, introduction) = (nil, "")
                }
            } else if line.hasPrefix("```") {
                block = (String(line.dropFirst(3)), [])
            } else if line.hasPrefix("#") {
                isRead = !line.hasPrefix("### In ") || line == "### " + language
            } else if !line.isEmpty {
                introduction = line
            }
        }
        try #require(block == nil, "a block has no end")
    }

    private mutating func add(_ lines: [String], info: String, introduction: String) throws {
        let text = lines.joined(separator: "\n") + "\n"
        if info == "console" {
            for line in lines {
                if line.hasPrefix("$ ") {
                    parts.append(.command(String(line.dropFirst(2)), output: nil))
                } else if case .command(let command, let output) = parts.last {
                    parts[parts.count - 1] = .command(command, output: (output ?? "") + line + "\n")
                }
            }
        } else if let match = introduction.firstMatch(of: /`\w+` of `([^`]+)` is now:$/) {
            parts.append(.function(path: String(match.1), text: text))
        } else if let match = introduction.firstMatch(of: /`([^`]+)`:$/) {
            parts.append(.file(path: String(match.1), text: text))
        }
    }

    /// One script for a shell: it prints a line before each command, and stops at the first that fails.
    func script(replacing replacements: [String: String]) throws -> String {
        var script = "set -o pipefail\nexec 2>&1\ntrap 'kill $teacher 2>/dev/null; wait' EXIT\n"
        var files: [String: String] = [:]
        var number = 0
        for part in parts {
            switch part {
            case .file(let path, let text):
                files[path] = text
                script += Self.write(path, text)
            case .function(let path, let text):
                files[path] = try Self.replaceFunction(
                    in: #require(files[path], "\(path) was never written"), with: text)
                script += Self.write(path, files[path] ?? "")
            case .command(let command, _):
                script += "echo '\(Self.mark)\(number)'\n\(command)\n"
                script += "status=$?; [ $status = 0 ] || { echo \"status $status\"; exit 1; }\n"
                number += 1
            }
        }
        for (old, new) in replacements { script = script.replacingOccurrences(of: old, with: new) }
        return script
    }

    private static let mark = "=== command "

    private static func write(_ path: String, _ text: String) -> String {
        "mkdir -p \"$(dirname \(path))\"; cat > \(path) <<'END OF FILE'\n\(text)END OF FILE\n"
    }

    /// The function that begins with the same line, up to the bracket at the same indentation.
    private static func replaceFunction(in file: String, with function: String) throws -> String {
        var lines = file.components(separatedBy: "\n")
        let first = try #require(function.components(separatedBy: "\n").first)
        let start = try #require(lines.firstIndex(of: first), "there is no function '\(first)'")
        let end = first.prefix { $0 == " " } + "}"
        let last = try #require(lines[start...].firstIndex(of: String(end)))
        lines.replaceSubrange(start...last, with: function.components(separatedBy: "\n").dropLast())
        return lines.joined(separator: "\n")
    }

    /// What each command printed, beside what the page says that it prints.
    func compare(_ output: String, sourceLocation: SourceLocation = #_sourceLocation) {
        let printed = output.components(separatedBy: Self.mark).dropFirst().map { section in
            section.drop { $0 != "\n" }.dropFirst()
        }
        let commands = parts.compactMap { part in
            if case .command(let text, let shown) = part { (text, shown) } else { nil }
        }
        #expect(printed.count == commands.count, "not all commands were reached", sourceLocation: sourceLocation)
        for ((command, shown), printed) in zip(commands, printed) {
            guard let shown else { continue }
            #expect(
                Self.fits(Self.plain(String(printed)), Self.plain(shown)),
                "\(command)\n--- printed\n\(printed)\n--- the page says\n\(shown)", sourceLocation: sourceLocation)
        }
    }

    /// Without what differs from run to run: hashes of plugins, and speeds.
    private static func plain(_ text: String) -> String {
        text.replacing(#/-[0-9a-f]{12}/#, with: "-HASH").replacing(#/[0-9]+ tokens/s/#, with: "N tokens/s")
            .trimmingCharacters(in: .newlines)
    }

    private static func fits(_ text: String, _ shown: String) -> Bool {
        var rest = text[...]
        let pieces = shown.components(separatedBy: "…")
        for (index, piece) in pieces.enumerated() {
            if index == 0 {
                guard rest.hasPrefix(piece) else { return false }
                rest = rest.dropFirst(piece.count)
            } else if index == pieces.count - 1 {
                return rest.hasSuffix(piece.drop { $0 == "\n" })
            } else {
                guard let place = rest.range(of: piece) else { return false }
                rest = rest[place.upperBound...]
            }
        }
        return rest.isEmpty
    }
}
