import ControlPlane
import DataPlane

/// What `fastdistill plugins check` does, and how it says what it found.
public struct PluginCheck {
    public let report: ConformanceReport

    /// Tries the rules of the conformance kit on a plugin file.
    ///
    /// - Parameters:
    ///   - only: ids of rules, groups, or either with `:step`; empty for all.
    ///   - with: values of options, each as `NAME=VALUE`.
    ///   - rowsPath: a JSONL file of input rows to take values from.
    ///   - seed: of the generated rows and of the calls.
    /// - Throws: ``Failure`` of code `usage`.
    public init(
        file: String, only: [String], with: [String], rowsPath: String?, seed: UInt32, isInProcess: Bool
    ) throws {
        var request = ConformanceRequest(path: absolutePath(file, in: currentFolder()))
        request.only = only
        request.seed = seed
        request.isInProcess = isInProcess
        for pair in with {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw Failure("usage", "--with takes NAME=VALUE, not \(quoted(pair))")
            }
            request.with[parts[0]] = parts[1]
        }
        if let rowsPath { request.rows = try Self.rows(rowsPath) }
        report = try Conformance.check(request)
    }

    /// The rows of a file: the first thousand, as long as they are small enough to be told to every rule.
    private static func rows(_ path: String) throws(Failure) -> [JSONValue] {
        let bytes: [UInt8]
        do throws(Failure) {
            bytes = try readFile(path)
        } catch {
            throw Failure("usage", error.message)
        }
        var rows: [JSONValue] = []
        var byteCount = 0
        for (index, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
            byteCount += line.count
            if rows.count == 1000 || byteCount > 4 << 20 { break }
            let value = line.withUnsafeBytes { try? JSONParser().parse($0) }
            guard let value, value.object != nil else {
                throw Failure(
                    "usage", "the line is not a JSON object: --rows takes one object a line",
                    at: Location(file: path, line: index + 1))
            }
            rows.append(value)
        }
        return rows
    }

    /// The seed that counts when none is given.
    public static var defaultSeed: UInt32 { ConformanceRequest.defaultSeed }

    /// All rules as tables in Markdown.
    public static var rulesPage: String { Conformance.rulesPage }

    /// The report for programs.
    public var json: String { report.json.pretty }

    /// The report for people: counts, and all that did not pass.
    ///
    /// - Parameter isVerbose: lists what passed, too.
    public func text(isVerbose: Bool) -> String {
        var lines = [headline, ""]
        for (group, results) in groups { lines.append("  \(padded(group, 10)) \(counts(results))") }
        lines.append("")
        if isVerbose {
            lines += report.results.filter { $0.outcome == .pass }.map { "pass      \(place($0))" } + [""]
        }
        let problems = report.results.filter { $0.outcome != .pass && $0.outcome != .skipped }
        for result in problems { lines += section(result) }
        if !problems.isEmpty { lines.append("") }
        let skips = skipLines
        lines += skips.isEmpty ? [] : skips + [""]
        lines.append(counts(report.results) + (report.isConforming ? "" : ": the plugin does not conform"))
        return lines.joined(separator: "\n") + "\n"
    }

    private var headline: String {
        let name = report.id.map { "\($0) \(report.version ?? "")" } ?? "no description"
        return "\(name) (\(report.path)), seed \(report.seed)"
    }

    private var groups: [(String, [ConformanceResult])] {
        var groups: [(String, [ConformanceResult])] = []
        for result in report.results {
            if groups.last?.0 != result.group { groups.append((result.group, [])) }
            groups[groups.count - 1].1.append(result)
        }
        return groups
    }

    private func counts(_ results: [ConformanceResult]) -> String {
        let words: [(ConformanceResult.Outcome, String)] = [
            (.pass, "passed"), (.fail, "failed"), (.crashed, "crashed"), (.warning, "with a warning"),
            (.skipped, "skipped"),
        ]
        let parts = words.compactMap { outcome, word in
            let count = results.count { $0.outcome == outcome }
            return count > 0 || outcome == .pass ? "\(count) \(word)" : nil
        }
        return parts.joined(separator: ", ")
    }

    private func section(_ result: ConformanceResult) -> [String] {
        let seen = result.seen.split(separator: "\n", omittingEmptySubsequences: false)
        return ["\(padded(result.outcome.rawValue, 9)) \(place(result))"]
            + seen.enumerated().map { index, line in (index == 0 ? "    seen: " : "          ") + line }
            + ["    do:   \(result.remedy)"]
    }

    /// What was skipped for one reason on one step is one line.
    private var skipLines: [String] {
        var reasons: [(step: String?, seen: String, rules: [String])] = []
        for result in report.results where result.outcome == .skipped {
            if let index = reasons.firstIndex(where: { $0.step == result.step && $0.seen == result.seen }) {
                reasons[index].rules.append(result.rule)
            } else {
                reasons.append((result.step, result.seen, [result.rule]))
            }
        }
        return reasons.map { reason in
            let rules = reason.rules.count > 3 ? "\(reason.rules.count) rules" : reason.rules.joined(separator: ", ")
            return "skipped   \(rules)\(reason.step.map { ", step '\($0)'" } ?? ""): \(reason.seen)"
        }
    }

    private func place(_ result: ConformanceResult) -> String {
        result.rule + (result.step.map { ", step '\($0)'" } ?? "")
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(width - text.utf8.count, 0))
    }
}
