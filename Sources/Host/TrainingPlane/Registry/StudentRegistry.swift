import CPlatform
import DataPlane
import Glibc

/// The released versions of students: `models/<name>/<version>` (Docs/specs/models.md).
///
/// ```swift
/// let registry = StudentRegistry(folder: "models")
/// let previous = try registry.previous("demo")             // nil for the first version
/// let lock = try registry.lock("demo")                      // nobody else releases meanwhile
/// try registry.promote(Promotion(name: "demo", version: "2", …), under: lock)
/// ```
public struct StudentRegistry: Sendable {
    private let folder: String

    public init(folder: String) { self.folder = folder }

    /// All versions of a student, the first one first.
    ///
    /// - Throws: ``Failure`` of code `registry` for a record that cannot be read.
    public func versions(_ name: String) throws(Failure) -> [StudentVersion] {
        try Self.check(name, "name")
        var versions: [StudentVersion] = []
        for version in try fileNames(in: "\(folder)/\(name)") where Self.isFolderName(version) {
            versions.append(try load(name, version))
        }
        return versions.sorted { $0.sequence < $1.sequence }
    }

    /// What was measured of the version that was released last, as the previous one; nil when there is none.
    ///
    /// - Parameters:
    ///   - origin: what has made the student that is compared with it.
    ///   - reference: the SHA-256 of the answers that this run's models were compared with. A win rate against others says
    ///     nothing beside theirs and is left out.
    /// - Throws: ``Failure`` of code `registry` or `evaluation` when it is there and cannot be read.
    public func previous(
        _ name: String, besides origin: StudentVersion.Origin? = nil, reference: String? = nil
    ) throws(Failure) -> EvaluatedModel? {
        guard let last = try previousVersion(name, besides: origin) else { return nil }
        let evaluation = "\(last.folder)/evaluation"
        guard let record = try EvaluationRecord.load(.student, folder: evaluation, remedy: "restore it") else {
            throw Failure(
                "registry",
                "the version '\(last.version)' of '\(name)' has no record of its evaluation; restore '\(last.folder)'")
        }
        guard try hashFolder(evaluation) == last.evaluationHash else {
            throw Failure(
                "registry", "'\(evaluation)' is not what was released as '\(name) \(last.version)'; restore it")
        }
        var model = record.model
        (model.role, model.name) = (.previous, "\(name) \(last.version)")
        if let reference, record.referenceHash != reference {
            model.measurements[QualityGate.Metric.onlineWinRate.name] = nil
        }
        return model
    }

    /// The version that was released last; nil when there is none.
    ///
    /// - Parameter origin: what has made the student that is compared with it.
    public func previousVersion(
        _ name: String, besides origin: StudentVersion.Origin? = nil
    ) throws(Failure) -> StudentVersion? {
        try versions(name).last { version in !(origin.map(version.isOf) ?? false) }
    }

    /// Keeps others from releasing versions of a student, so that what a release was decided on stays what it is, and removes
    /// what a killed release has left.
    ///
    /// - Throws: ``Failure`` of code `registry` while another process releases one, or when the name is none for a folder.
    public func lock(_ name: String) throws(Failure) -> FolderLock {
        try Self.check(name, "name")
        try createFolder("\(folder)/\(name)")
        guard let lock = try FolderLock("\(folder)/\(name)") else {
            throw Failure("registry", "another process is releasing a version of '\(name)'; wait for it or stop it")
        }
        for rest in try fileNames(in: "\(folder)/\(name)") where rest.hasSuffix(Self.partialSuffix) {
            fdplatform_remove_folder("\(folder)/\(name)/\(rest)")
        }
        return lock
    }

    /// Releases a version: copies the model and its records, all or nothing.
    ///
    /// - Parameter lock: of the student's name.
    /// - Throws: ``Failure`` of code `registry`: the gates were not passed, the version exists, it is no name for a folder,
    ///   the student of the decision was not evaluated.
    @discardableResult
    public func promote(_ promotion: Promotion, under lock: borrowing FolderLock) throws(Failure) -> StudentVersion {
        let (name, version) = (promotion.name, promotion.version)
        try Self.check(version, "version")
        guard promotion.decision.outcome == .passed else {
            throw Failure("registry", "'\(name)' is not released: \(GateWords.summary(promotion.decision))")
        }
        let earlier = try versions(name)
        let target = "\(folder)/\(name)/\(version)"
        guard PathKind(target) == nil else {
            throw Failure(
                "registry", "'\(name)' has a version '\(version)' already; a version never changes, choose another")
        }
        let partial = target + Self.partialSuffix
        try createFolder(partial)
        do throws(Failure) {
            try copy(promotion, to: partial)
            let record = try Self.record(promotion, sequence: (earlier.last?.sequence ?? 0) + 1, folder: partial)
            try replaceFile("\(partial)/record.json", with: record.pretty)
        } catch {
            fdplatform_remove_folder(partial)
            throw error
        }
        guard rename(partial, target) == 0 else { throw .system("rename", partial, errno: errno) }
        try syncFolder(containing: target)
        return try load(name, version)
    }

    private func copy(_ promotion: Promotion, to folder: String) throws(Failure) {
        guard let student = try EvaluationRecord.load(.student, folder: promotion.evaluationFolder) else {
            throw Failure(
                "registry", "there is no record of the student in '\(promotion.evaluationFolder)'; evaluate it first")
        }
        try student.write(folder: "\(folder)/evaluation")
        try replaceFile("\(folder)/decision.json", with: promotion.decision.json.pretty)
        if let training = promotion.trainingRecord { try copyFile(training, to: "\(folder)/training.json") }
        try copyModel(promotion.modelPath, to: "\(folder)/model")
    }

    private static func record(
        _ promotion: Promotion, sequence: Int, folder: String
    ) throws(Failure) -> JSONValue {
        // Of the copy: the model itself may have changed while it was copied.
        let modelHash = try hashModel("\(folder)/model")
        if let evaluated = promotion.modelHash, modelHash != evaluated {
            throw Failure(
                "registry",
                "\(quoted(promotion.modelPath)) is not the model that was evaluated in the run "
                    + "'\(promotion.decision.inputs.runID)': it is another, or has changed since; release the one that was, "
                    + "or evaluate this one")
        }
        return .object([
            ("format", .string(StudentVersion.format)), ("name", .string(promotion.name)),
            ("version", .string(promotion.version)),
            ("sequence", .int(Int64(sequence))), ("run_id", .string(promotion.decision.inputs.runID)),
            ("bypassed", .array(promotion.decision.bypassed.map { .string($0.name) })),
            ("model_sha256", .string(modelHash)),
            ("decision_sha256", .string(try hashFile("\(folder)/decision.json"))),
            ("evaluation_sha256", .string(try hashFolder("\(folder)/evaluation"))),
            (
                "training_sha256",
                promotion.trainingRecord == nil ? .null : .string(try hashFile("\(folder)/training.json"))
            ),
        ])
    }

    private static let partialSuffix = ".partial"
    private static let longestName = 100

    private static func check(_ text: String, _ what: String) throws(Failure) {
        guard !isFolderName(text) else { return }
        throw Failure(
            "registry",
            "\(quoted(text)) is no \(what) for a student; use up to \(longestName) letters, digits, '.', '_' and '-', "
                + "a letter or digit first, and no '\(partialSuffix)' at the end")
    }

    private static func isFolderName(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, text.utf8.count <= longestName, !text.hasSuffix(partialSuffix)
        else { return false }
        func isPlain(_ scalar: Unicode.Scalar) -> Bool {
            ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
        }
        return isPlain(first) && text.unicodeScalars.allSatisfy { isPlain($0) || "._-".unicodeScalars.contains($0) }
    }

    private func load(_ name: String, _ version: String) throws(Failure) -> StudentVersion {
        var loaded = try StudentVersion(folder: "\(folder)/\(name)/\(version)")
        (loaded.name, loaded.version) = (name, version)
        return loaded
    }
}
