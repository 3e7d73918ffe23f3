import DataPlane
import Glibc
import Reports

/// The story of a row, or of the several rows with one `row_id`.
///
/// - Throws: ``Failure`` when there is no such run or row.
public func storyText(run: String, id: String, full: Bool) throws -> String {
    let stories = try RowStory.find(id, run: run)
    let head = stories.count > 1 ? "\(stories.count) source rows have the row_id '\(id)'\n\n" : ""
    let bypasses = try RecordedDecision.bypassWarnings(runDirectory: run).map { "\n\nwarning: \($0)" }
    return head + stories.map { $0.text(full: full) }.joined(separator: "\n\n") + bypasses.joined()
}

/// What differs between two runs, as lines or as JSON.
///
/// - Parameter limit: examples of each kind.
/// - Throws: ``Failure`` when one of them is no run.
public func differenceText(_ first: String, _ second: String, limit: Int, json: Bool) throws -> String {
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    let difference = try RunDifference(first, second, limit: limit, scratchFolder: folder)
    let bypasses = [
        ("A", try RecordedDecision.bypassWarnings(runDirectory: first)),
        ("B", try RecordedDecision.bypassWarnings(runDirectory: second)),
    ]
    if json {
        let members = bypasses.map { side, sentences in (side, JSONValue.array(sentences.map { .string($0) })) }
        return JSONValue.object((difference.json.object ?? []) + [(BypassNotice.member, .object(members))]).pretty
    }
    let warnings = bypasses.flatMap { side, sentences in sentences.map { "warning: in \(side) \($0)\n" } }
    return difference.text + "\n" + warnings.joined()
}
