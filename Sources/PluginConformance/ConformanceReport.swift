import PluginKit

/// What the conformance kit says of a plugin.
public struct ConformanceReport: Sendable {
    /// What became of one rule, for one step where it is tried on each.
    public struct Result: Sendable, Equatable {
        public enum Outcome: String, Sendable {
            case pass, fail, crashed, skipped, warning
        }

        /// Its id: `data.offset`.
        public let rule: String
        /// Nil for a rule about the whole plugin.
        public let step: String?
        public let outcome: Outcome
        /// What was seen; empty for a pass.
        public let seen: String
        /// What to do about it; empty for a pass.
        public let remedy: String
    }

    /// The plugin's id and version; nil where it does not say what it is.
    public let plugin: String?
    public let version: String?
    public let seed: UInt32
    /// In the order of the rules, and of the steps in the plugin's spec.
    public let results: [Result]

    /// The rules that failed or crashed: none for a plugin that conforms.
    public var failures: [Result] { results.filter { $0.outcome == .fail || $0.outcome == .crashed } }

    /// The rules that the ABI recommends and the plugin does not keep.
    public var warnings: [Result] { results.filter { $0.outcome == .warning } }

    struct Unreadable: Error {}

    init(json: Value) throws(Unreadable) {
        guard case .object(let members) = json, members["fastdistill_conformance"] == 1,
            case .list(let results)? = members["results"], case .integer(let seed)? = members["seed"]
        else { throw Unreadable() }
        plugin = members["plugin"]?.asText
        version = members["version"]?.asText
        self.seed = UInt32(truncatingIfNeeded: seed)
        self.results = try results.map { value throws(Unreadable) in try Result(json: value) }
    }
}

extension ConformanceReport.Result {
    fileprivate init(json: Value) throws(ConformanceReport.Unreadable) {
        guard case .object(let members) = json, let rule = members["rule"]?.asText,
            let outcome = members["result"]?.asText.flatMap(Outcome.init(rawValue:))
        else { throw ConformanceReport.Unreadable() }
        self.rule = rule
        step = members["step"]?.asText
        self.outcome = outcome
        seen = members["seen"]?.asText ?? ""
        remedy = members["remedy"]?.asText ?? ""
    }
}

extension ConformanceReport: CustomStringConvertible {
    /// All that did not pass, and the counts.
    public var description: String {
        let problems = (failures + warnings).map { result in
            "\(result.outcome.rawValue) \(result)\n    seen: \(result.seen)\n    do:   \(result.remedy)\n"
        }
        let passed = results.count { $0.outcome == .pass }
        let name = plugin.map { "\($0) \(version ?? "")" } ?? "the plugin"
        return problems.joined()
            + "\(name): \(passed) of \(results.count) rules passed, \(failures.count) failed or crashed, "
            + "\(warnings.count) with a warning"
    }
}

extension ConformanceReport.Result: CustomStringConvertible {
    /// `data.offset, step 'upper'`.
    public var description: String { rule + (step.map { ", step '\($0)'" } ?? "") }
}

extension Value {
    fileprivate var asText: String? { if case .text(let text) = self { text } else { nil } }
}
