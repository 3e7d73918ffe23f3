import DataPlane
import Reports
import TrainingPlane

/// The decision of its gates that stands in a run.
struct RecordedDecision {
    let json: JSONValue

    /// - Returns: nil when none has been made.
    /// - Throws: ``Failure`` of code `gates` when it is damaged.
    init?(runDirectory: String) throws(Failure) {
        let path = GateDecision.path(runDirectory: runDirectory)
        guard PathKind(path) != nil else { return nil }
        guard let json = try? JSONParser().parse(String(decoding: try readFile(path), as: UTF8.self)),
            json["format"]?.string == GateDecision.format
        else {
            throw Failure(
                "gates", "'\(path)' is not a record of a gate decision; move it away and decide again",
                at: Location(file: path))
        }
        self.json = json
    }

    var hasPassed: Bool { json["outcome"]?.string == GateOutcome.passed.rawValue }
    /// In a sentence.
    var summary: String { json["summary"]?.string ?? "" }

    /// All that were given, also those that were not needed.
    var bypasses: [GateBypass] {
        (json["gates"]?.array ?? []).compactMap { gate in
            guard let name = gate["name"]?.string, let reason = gate["bypass"]?.string else { return nil }
            return GateBypass(name: name, reason: reason)
        }
    }

    /// A sentence for each gate that did not pass and did not stop the student: every report of the run has them.
    var bypassWarnings: [String] {
        let names = json["bypassed"]?.array?.compactMap(\.string) ?? []
        return bypasses.filter { names.contains($0.name) }.map { bypass in
            "the gate '\(bypass.name)' was bypassed: \(bypass.reason)"
        }
    }

    static func bypassWarnings(runDirectory: String) throws(Failure) -> [String] {
        try RecordedDecision(runDirectory: runDirectory)?.bypassWarnings ?? []
    }

    /// Has the reports that were written before the decision tell of its bypasses, and no longer of those before it.
    ///
    /// - Throws: ``Failure`` when a report cannot be read or written.
    static func tellBypasses(runDirectory: String) throws(Failure) {
        let sentences = try bypassWarnings(runDirectory: runDirectory)
        for name in ["quality", "timing", "evaluation"] {
            let (page, report) = ("\(runDirectory)/reports/\(name).md", "\(runDirectory)/reports/\(name).json")
            if PathKind(page) == .file {
                let text = String(decoding: try readFile(page), as: UTF8.self)
                try replaceFile(page, with: BypassNotice.replace(in: text, with: sentences))
            }
            // One that is damaged is written anew by the next start of the run.
            if PathKind(report) == .file,
                let json = try? JSONParser().parse(String(decoding: try readFile(report), as: UTF8.self))
            {
                try replaceFile(report, with: BypassNotice.replace(in: json, with: sentences).pretty)
            }
        }
    }
}
