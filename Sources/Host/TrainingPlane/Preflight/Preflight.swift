import DataPlane
import Glibc

/// Everything that can be found out about a training before it begins, in seconds.
///
/// ```swift
/// let preflight = try Preflight(student: "student", export: "export", python: "python3", folder: "runs/demo-1/train")
/// for finding in preflight.findings { print(finding.level.rawValue, finding.message) }
/// preflight.rendered.first   // the first sample as the student will see it
/// ```
public struct Preflight: Sendable {
    public private(set) var findings: [PreflightFinding] = []
    /// The first samples, rendered by the student's chat template.
    public private(set) var rendered: [String] = []
    /// Versions of the trainer's packages, for the record of the training.
    public private(set) var versions: [String: String] = [:]

    /// What TRL needs.
    public static let trl = ["trl", "transformers", "torch"]

    /// Whether nothing stands in the way.
    public var isReady: Bool { !findings.contains { $0.level == .failure } }

    /// - Parameters:
    ///   - student: a folder of transformers, or a GGUF file.
    ///   - export: the folder of an export.
    ///   - python: the interpreter of the trainer; nil for another trainer, which is not asked anything.
    ///   - packages: what the trainer needs in it; with transformers, which renders the samples.
    ///   - maximumTokens: longer samples are cut by the trainer.
    ///   - trainsAllParameters: false for an adapter such as LoRA.
    ///   - folder: where checkpoints will be written; exists.
    ///   - stop: what an interruption sets; what was found until then is not whole.
    ///   - keeper: lets what is asked end with the host, however that ends.
    /// - Throws: ``Failure`` when files of the export cannot be read. What is wrong with the training is a finding.
    public init(
        student path: String, export: String, python: String?, packages: [String] = Self.trl,
        maximumTokens: Int = 1024, trainsAllParameters: Bool = true, folder: String,
        stop: TrainingStop = TrainingStop(), keeper: ChildKeeper? = nil
    ) throws(Failure) {
        let samples = "\(export)/chat/train.jsonl"
        guard PathKind(samples) == .file else {
            note("data", .failure, "there is no '\(samples)'; export the kept samples first")
            return
        }
        let student: StudentFiles
        do {
            student = try StudentFiles(path)
        } catch {
            note("student", .failure, error.message)
            return
        }
        note("student", .ok, "the student at '\(path)' can be read\(Self.size(student.parameters))")
        if !student.hasChatTemplate {
            note(
                "template", .failure,
                "the student has no chat template; give it one (chat_template.jinja), or train on another form of sample"
            )
        }
        if let context = student.contextTokens, context < maximumTokens {
            note(
                "length", .failure,
                "the student's context has \(context) tokens, fewer than the limit of \(maximumTokens); lower the limit"
            )
        }
        try checkSpecialTokens(student.specialTokens, samples)
        checkResources(student, trainsAllParameters, folder)
        if let python { ask(python, packages, student, samples, maximumTokens, folder, stop, keeper) }
    }

    private mutating func note(_ check: String, _ level: PreflightFinding.Level, _ message: String) {
        findings.append(PreflightFinding(check, level, message))
    }

    private static func size(_ parameters: Int?) -> String {
        switch parameters {
        case nil: ""
        case let count? where count >= 1_000_000: ": \(count / 1_000_000) million parameters"
        case let count?: ": \(count) parameters"
        }
    }

    /// A special token in a text ends a turn or begins one where nobody wanted it.
    private mutating func checkSpecialTokens(_ tokens: [String], _ samples: String) throws(Failure) {
        // As they stand in JSON.
        let escaped = tokens.map { (token: $0, bytes: Array(JSONValue.string($0).compact.utf8.dropFirst().dropLast())) }
        var count = 0
        var found: [String] = []
        try forEachLine(of: samples) { line in
            let text = String(decoding: line, as: UTF8.self)
            let here = escaped.filter { text.contains(String(decoding: $0.bytes, as: UTF8.self)) }.map(\.token)
            if !here.isEmpty { count += 1 }
            for token in here where !found.contains(token) { found.append(token) }
        }
        if count > 0 {
            note(
                "special_tokens", .failure,
                "\(count == 1 ? "a sample contains" : "\(count) samples contain") special tokens of the student "
                    + "(\(found.prefix(5).map { quoted($0) }.joined(separator: ", "))); reject such rows in the graph")
        } else {
            note("special_tokens", .ok, "no sample contains one of the student's \(tokens.count) special tokens")
        }
    }

    private mutating func checkResources(_ student: StudentFiles, _ trainsAllParameters: Bool, _ folder: String) {
        guard let parameters = student.parameters else {
            note("memory", .warning, "the size of the student is not known, so memory and disk were not checked")
            return
        }
        for finding in ResourceEstimate(parameters: parameters, trainsAllParameters: trainsAllParameters)
            .findings(
                memoryBytes: ResourceEstimate.availableMemoryBytes(), diskBytes: ResourceEstimate.freeBytes(folder))
        {
            findings.append(finding)
        }
    }

    private mutating func ask(
        _ python: String, _ packages: [String], _ student: StudentFiles, _ samples: String, _ maximumTokens: Int,
        _ folder: String, _ stop: TrainingStop, _ keeper: ChildKeeper?
    ) {
        let probe: TrainerProbe
        do throws(Failure) {
            probe = try TrainerProbe(
                python: python, packages: packages, student: student, samples: samples, maximumTokens: maximumTokens,
                folder: folder, stop: stop, keeper: keeper)
        } catch {
            note("trainer", .failure, error.message)
            return
        }
        (versions, rendered) = (probe.versions, probe.rendered)
        guard probe.missing.isEmpty else {
            let words = [python, "-m", "pip", "install"] + probe.missing
            note(
                "trainer", .failure,
                "'\(python)' lacks \(probe.missing.joined(separator: " ")); install with: "
                    + words.map(shellWord).joined(separator: " "))
            return
        }
        if let broken = probe.broken {
            note("trainer", .failure, "'\(python)' cannot import \(broken); install it anew, or import it by hand")
            return
        }
        let list = versions.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        note("trainer", .ok, "'\(python)' has \(list)")
        if let trouble = probe.trouble {
            note(
                "template", .failure,
                "the student's tokenizer cannot render the samples; try it by hand: \(trouble)")
            return
        }
        note("template", .ok, "the chat template renders the samples; the longest has \(probe.longestTokens) tokens")
        guard probe.tooLongCount > 0 else { return }
        note(
            "length", probe.tooLongCount == probe.sampleCount ? .failure : .warning,
            "\(probe.tooLongCount) of \(probe.sampleCount) samples have more than \(maximumTokens) tokens and would be cut; "
                + "raise the limit, or reject them in the graph")
    }
}
