import ControlPlane
import DataPlane
import TrainingPlane

/// A run that is there: what its record says, while its folder is locked.
struct RecordedRun {
    let directory: RunDirectory
    let runID: String
    let contractHash: String
    /// The name of its graph.
    let name: String
    private let record: JSONValue

    var folder: String { directory.path }
    var evaluationFolder: String { directory.file("evaluation") }
    var trainFolder: String { directory.file("train") }

    /// - Parameter folder: `runs/<run_id>`.
    /// - Throws: ``Failure`` of code `run` when there is no run, it is damaged, or another process works on it.
    init(_ folder: String) throws(Failure) {
        let path = "\(folder)/run.json"
        guard PathKind(path) == .file else {
            throw Failure("run", "there is no run in \(quoted(folder)): it has no run.json; name the folder of a run")
        }
        let text = String(decoding: try readFile(path), as: UTF8.self)
        guard let record = try? JSONParser().parse(text), let runID = record["run_id"]?.string,
            let hash = record["contract_hash"]?.string
        else {
            throw Failure(
                "run", "the record of this run is damaged; delete the folder and start anew", at: Location(file: path))
        }
        // As it was named, if its last part is its name: paths in messages are then those that the user knows.
        var parts = folder.split(separator: "/", omittingEmptySubsequences: false)
        while parts.last?.isEmpty == true { parts.removeLast() }
        if parts.count < 2 || [".", ".."].contains(parts.last) {
            parts = absolutePath(folder, in: currentFolder()).split(separator: "/", omittingEmptySubsequences: false)
        }
        directory = try RunDirectory(
            runs: parts.dropLast().joined(separator: "/"), runID: String(parts.last ?? ""), contractHash: hash)
        self.record = record
        self.runID = runID
        contractHash = hash
        name = record["name"]?.string ?? runID
    }

    /// Where the graph lay when the run began.
    var graphPath: String? { record["graph_path"]?.string }

    /// The gates of the run, as they were when it began.
    ///
    /// - Throws: ``Failure`` of code `gates` when its graph names none, or the file has other values by now.
    func gates() throws -> QualityGates {
        guard let text = record["gates"]?.string else {
            throw Failure(
                "gates", "the graph of the run '\(runID)' names no gates; name their file under 'gates' and run it")
        }
        let path = record["gates_path"]?.string ?? "gates.yaml"
        let gates = try QualityGates.read(try YAMLDocument.parse(Array(text.utf8), path: path))
        if PathKind(path) == .file, try QualityGates.load(path).valuesHash != gates.valuesHash {
            throw Failure(
                "gates",
                "the gates have other values than when the run '\(runID)' began: other values are another run with an "
                    + "evaluation of its own; run the graph again, or restore the values",
                at: Location(file: path))
        }
        return gates
    }

    /// What an export found of the test rows in the training data; nil when nothing was trained, or none was looked for.
    ///
    /// - Throws: ``Failure`` of code `gates` when the export of what was trained is gone.
    func contamination() throws(Failure) -> Contamination? {
        let path = directory.file("export/export.json")
        guard PathKind(path) != nil || PathKind("\(trainFolder)/training.json") != nil else { return nil }
        guard PathKind(path) == .file,
            let json = try? JSONParser().parse(String(decoding: try readFile(path), as: UTF8.self))
        else {
            throw Failure(
                "gates",
                "'\(path)', which says how many test rows are in the training data, is missing or damaged; write it anew "
                    + "with 'fastdistill train \(folder)'")
        }
        guard let found = json["contamination"], let rows = found["test_rows"]?.int,
            let known = found["contaminated_rows"]?.int
        else { return nil }
        return Contamination(testRows: Int(rows), contaminatedRows: Int(known))
    }
}
