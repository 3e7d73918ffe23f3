import DataPlane

/// One source row's whole story: what it was, what became of each of its candidates and why, what was asked for it.
///
/// ```swift
/// for story in try RowStory.find("honey-002", run: "runs/demo-1") { print(story.text(full: false)) }
/// ```
public struct RowStory {
    /// What a stage says of a row: leaf column to value, those only that no earlier stage has told.
    struct Chapter {
        var stage: String
        var candidates: [(candidate: Int64, values: [(name: String, value: JSONValue)])] = []
    }

    /// How a row ended.
    struct End {
        var candidate: Int64
        var outcome: String
        var members: [String: String] = [:]
    }

    let place: RowFinder.Place
    /// `task_id`, `input_id` and so on, where the row has them.
    private(set) var ids: [(name: String, value: String)] = []
    private(set) var chapters: [Chapter] = []
    private(set) var ends: [End] = []
    private(set) var hardCodes: [String] = []
    private(set) var requests: [JSONValue] = []
    private(set) var requestCount = 0
    /// Rows with the same input: the first is the original if this one is a duplicate.
    private(set) var original: String?
    private(set) var duplicates: [String] = []
    private(set) var duplicateCount = 0

    /// Events and duplicates that are told one by one.
    private static let most = 20
    private static let host = [
        "task_id", "row_id", "ordinal", "candidate", "schema_hash", "input_id", "sample_id",
    ]

    /// The stories of the source rows that an id means: several only where several have the same `row_id`.
    ///
    /// - Parameters:
    ///   - id: a row_id, an input_id or a sample_id, or at least 8 digits of the beginning of one of the latter.
    ///   - run: the folder of a run.
    /// - Throws: ``Failure`` of code `usage` when there is no such run or row, or the id is not enough.
    /// - Complexity: O(rows); memory is bounded by the rows of one sample.
    public static func find(_ id: String, run path: String) throws(Failure) -> [RowStory] {
        let run = try RunFiles(path)
        var finder = RowFinder(run, id: id)
        var stories: [RowStory] = []
        for place in try finder.find().prefix(RowFinder.mostRows) { stories.append(try RowStory(place, run)) }
        return stories
    }

    private init(_ place: RowFinder.Place, _ run: RunFiles) throws(Failure) {
        self.place = place
        var known: [Int64: [String: JSONValue]] = [:]
        var story = (ids: [String: String](), ends: [End](), hard: [String]())
        for stage in run.stages.names {
            var chapter = Chapter(stage: stage)
            // What was told of candidate 0 before was told of all.
            let before = known[0] ?? [:]
            try run.stages.forEachBatch(of: stage, shard: place.shard) { batch throws(Failure) in
                guard let ordinals = batch.column("ordinal") else { return }
                let leaves = Leaves(batch.schema)
                for row in 0..<batch.rowCount where ordinals.int64(row) == place.ordinal {
                    for name in Self.host where story.ids[name] == nil {
                        story.ids[name] = batch.column(name).flatMap { $0.type == .utf8 ? $0.optionalString(row) : nil }
                    }
                    let candidate = batch.column("candidate")?.int64(row) ?? 0
                    if stage == "rejected" {
                        story.ends.append(Self.end(batch, row, candidate))
                        continue
                    }
                    var values: [(String, JSONValue)] = []
                    leaves.forEach(of: batch, row) { leaf, column in
                        if Self.host.contains(leaf.path) { return }
                        let value = column?.json(row) ?? .null
                        if leaf.path == "hard.code" { story.hard.append(value.string ?? "") }
                        if stage == "hard_samples" || (known[candidate]?[leaf.path] ?? before[leaf.path]) == value {
                            return
                        }
                        known[candidate, default: [:]][leaf.path] = value
                        values.append((leaf.path, value))
                    }
                    if stage == "distilled" { story.ends.append(End(candidate: candidate, outcome: "kept")) }
                    chapter.candidates.append((candidate, values))
                }
            }
            if chapter.candidates.contains(where: { !$0.values.isEmpty }) { chapters.append(chapter) }
        }
        ids = Self.host.compactMap { name in story.ids[name].map { (name, $0) } }
        ends = story.ends.sorted { $0.candidate < $1.candidate }
        hardCodes = story.hard
        if let input = story.ids["input_id"] { try findDuplicates(of: input, run) }
        // Nothing was asked for a duplicate; what was asked for its original has the same sample_id.
        if let sample = story.ids["sample_id"], original == nil { try findRequests(of: sample, run) }
    }

    private static func end(_ batch: RecordBatch, _ row: Int, _ candidate: Int64) -> End {
        var end = End(candidate: candidate, outcome: batch.column("outcome")?.string(row) ?? "")
        for name in ["node", "code", "detail", "evidence", "duplicate_of", "plugin", "plugin_version"] {
            end.members[name] = batch.column(name)?.optionalString(row)
        }
        return end
    }

    private mutating func findDuplicates(of input: String, _ run: RunFiles) throws(Failure) {
        let isDuplicate = ends.contains { $0.outcome == Outcome.duplicate.name }
        var found = (original: String?.none, names: [String](), count: 0)
        for stage in isDuplicate ? ["distilled", "rejected"] : ["rejected"] {
            try run.stages.forEachBatch(of: stage) { batch throws(Failure) in
                guard let inputs = batch.column("input_id"), let rowIDs = batch.column("row_id"),
                    let ordinals = batch.column("ordinal")
                else { return }
                let outcomes = batch.column("outcome")
                for row in 0..<batch.rowCount where inputs.bytes(row).elementsEqual(input.utf8) {
                    if ordinals.int64(row) == place.ordinal { continue }
                    if outcomes?.string(row) == Outcome.duplicate.name {
                        found.count += 1
                        if found.names.count < Self.most { found.names.append(rowIDs.string(row)) }
                    } else {
                        found.original = rowIDs.string(row)
                    }
                }
            }
        }
        (original, duplicates, duplicateCount) = (isDuplicate ? found.original : nil, found.names, found.count)
    }

    private mutating func findRequests(of sample: String, _ run: RunFiles) throws(Failure) {
        guard PathKind(run.path + "/events.jsonl") == .file else { return }
        let parser = JSONParser()
        var found: (events: [JSONValue], count: Int) = ([], 0)
        let wanted = Array("\"sample_id\":\"\(sample)\"".utf8)
        try forEachLine(of: run.path + "/events.jsonl") { line in
            guard line.contains(wanted), let event = line.withUnsafeBytes({ try? parser.parse($0) }) else { return }
            found.count += 1
            if found.events.count < Self.most { found.events.append(event) }
        }
        (requests, requestCount) = found
    }
}
