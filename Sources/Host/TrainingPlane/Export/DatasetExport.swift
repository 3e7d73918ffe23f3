import DataPlane
import Glibc

/// Writes the kept samples of a run as data that trainers read (Docs/specs/export.md).
///
/// ```swift
/// let settings = ExportSettings(prompt: "prompt.messages", answer: "teacher.text", name: "demo")
/// let export = try DatasetExport.write(runDirectory: "runs/demo-1", to: "runs/demo-1/export", settings)
/// export.rows[.train]   // 1900
/// ```
///
/// Samples stream through: memory depends on the size of a row, not on their number.
public struct DatasetExport: Sendable {
    /// One written file.
    public struct File: Sendable, Equatable {
        /// Relative to the folder of the export.
        public var path: String
        public var sha256: String
        public var rowCount: Int
    }

    public let settings: ExportSettings
    /// Samples of each split.
    public internal(set) var rows: [ExportSplit: Int] = [:]
    public internal(set) var files: [File] = []
    /// The artifacts it was made of, relative to the run, with their SHA-256.
    public internal(set) var sources: [File] = []
    /// Whether test rows were looked for, and in which columns.
    public internal(set) var testKeys: TestKeys?

    /// - Parameters:
    ///   - runDirectory: a run with the artifact `distilled`.
    ///   - folder: created; an earlier export there is replaced, anything else is refused.
    ///   - testKeys: the rows that no sample may share a contamination key with.
    /// - Throws: ``Failure`` of code `contamination` when test inputs leak, with the rows by name; of code `column` for
    ///   columns that do not fit; of code `export` for rows without prompt or answer, nothing to train on, and a folder
    ///   that holds something else. Nothing that looks like an export is left then.
    public static func write(
        runDirectory: String, to folder: String, _ settings: ExportSettings, testKeys: TestKeys? = nil
    ) throws(Failure) -> DatasetExport {
        try prepare(folder)
        var export = DatasetExport(settings: settings)
        export.testKeys = testKeys
        do throws(Failure) {
            try export.writeSamples(runDirectory, folder)
            try export.writeDescriptions(folder)
        } catch {
            remove(folder)
            throw error
        }
        return export
    }

    private init(settings: ExportSettings) {
        precondition(
            settings.validationShare >= 0 && settings.testShare >= 0
                && settings.validationShare + settings.testShare < 1)
        self.settings = settings
    }

    private mutating func writeSamples(_ runDirectory: String, _ folder: String) throws(Failure) {
        var writers: [ExportSplit: [SplitWriter]] = [:]
        var leaks = Leaks()
        for file in try SealedFile.list(runDirectory: runDirectory, stage: "distilled") {
            let path = "\(runDirectory)/\(file.path)"
            sources.append(File(path: file.path, sha256: try hashFile(path), rowCount: file.rowCount))
            let reader = try SampleReader(path: path, file: file.path, settings: settings)
            while let (batch, samples) = try reader.next() {
                if let known = try testKeys?.lookUp(batch, file: file.path), !known.isEmpty {
                    leaks.add(known.map { samples[$0] })
                }
                for sample in samples { try write(sample, to: &writers, folder) }
            }
        }
        try leaks.check()
        guard rows[.train, default: 0] > 0 else {
            let count = rows.values.reduce(0, +)
            throw Failure(
                "export",
                count == 0
                    ? "the run '\(runDirectory)' has kept no samples, so there is nothing to export"
                    : "none of the \(count) samples is left to train on; choose smaller shares for validation and test")
        }
        for split in ExportSplit.allCases {
            for writer in writers[split] ?? [] {
                try writer.finish()
                for file in writer.files {
                    let hash = try hashFile("\(folder)/\(file)")
                    files.append(File(path: file, sha256: hash, rowCount: rows[split, default: 0]))
                }
            }
        }
    }

    /// A split without samples gets no files, which loaders would stumble over.
    private mutating func write(
        _ sample: Sample, to writers: inout [ExportSplit: [SplitWriter]], _ folder: String
    ) throws(Failure) {
        let split = ExportSplit.of(
            inputID: sample.inputID, validationShare: settings.validationShare, testShare: settings.testShare)
        if writers[split] == nil {
            var opened: [SplitWriter] = []
            for form in SplitWriter.Form.allCases { opened.append(try SplitWriter(form, split, folder: folder)) }
            writers[split] = opened
        }
        for writer in writers[split] ?? [] { try writer.append(sample) }
        rows[split, default: 0] += 1
    }
}

/// Rows that would leak test inputs.
private struct Leaks {
    private static let shownRows = 10
    private var count = 0
    private var names: [String] = []

    mutating func add(_ samples: [Sample]) {
        count += samples.count
        names += samples.prefix(max(0, Self.shownRows - names.count)).map(\.rowID)
    }

    func check() throws(Failure) {
        guard count > 0 else { return }
        let rest = count > names.count ? " and \(count - names.count) more" : ""
        throw Failure(
            "contamination",
            "\(count == 1 ? "a row" : "\(count) rows") of the training data \(count == 1 ? "has" : "have") the "
                + "contamination key of a test row: \(names.map { quoted($0) }.joined(separator: ", "))\(rest); "
                + "take them out of the source, or out of the test set")
    }
}
