import DataPlane

/// What a finished or running run has left in its folder, for whoever looks into it.
struct RunFiles {
    let path: String
    let stages: SealedStages

    /// - Throws: ``Failure`` of code `usage` when there is no run.
    init(_ path: String) throws(Failure) {
        guard PathKind(path) == .folder, PathKind(path + "/run.json") == .file else {
            throw Failure(
                "usage", "'\(path)' is not the folder of a run; name one, such as runs/<run_id>",
                at: Location(file: path))
        }
        self.path = path
        stages = try SealedStages(runDirectory: path)
    }

    /// The ids of the nodes, the source first; empty when the record cannot be read.
    var nodes: [String] {
        let contract = json("run.json")?["contract"]
        return ["source"] + (contract?["nodes"]?.array ?? []).compactMap { $0["id"]?.string }
    }

    /// Source rows that are read and not sealed, as of the last report; nil when the run has not written any.
    var unsealedRows: Int? {
        guard let report = json("reports/quality.json"), let read = report["source_rows"]?.int else { return nil }
        var sealed: Int64 = 0
        for name in (try? fileNames(in: path + "/books")) ?? [] {
            sealed += json("books/" + name)?["run"]?["in"]?.int ?? 0
        }
        return Int(max(0, read - sealed))
    }

    private func json(_ name: String) -> JSONValue? {
        guard let bytes = try? readFile("\(path)/\(name)") else { return nil }
        return try? JSONParser().parse(String(decoding: bytes, as: UTF8.self))
    }
}
