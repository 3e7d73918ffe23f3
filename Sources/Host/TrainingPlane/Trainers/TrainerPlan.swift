import CPlatform
import DataPlane
import Glibc

/// How a trainer is started, and where its results are.
public struct TrainerPlan: Sendable {
    /// A file or folder that has to be there when the trainer has finished.
    public struct Output: Sendable, Equatable {
        public var name: String
        public var path: String

        public init(name: String, path: String) {
            self.name = name
            self.path = path
        }
    }

    /// For messages and the record: `trl`, `mlx-lm`.
    public var name: String
    /// The program, as a path or a name on the PATH, and its arguments.
    public var command: [String]
    /// What is added to the arguments to go on from the last checkpoint; `{checkpoint}` stands for its folder, and the names
    /// of ``values`` for theirs.
    public var resumeArguments: [String] = []
    public var values: [String: String] = [:]
    /// Added to the environment of the host.
    public var environment: [String: String] = [:]
    public var seed: Int
    /// Where checkpoints with `trainer_state.json` appear; nil when the trainer writes none.
    public var checkpoints: String?
    /// How the loss stands in the log; nil when it does not.
    public var logPattern: LogPattern?
    public var outputs: [Output]
    /// The trained model, a file or a folder; nil when the trainer makes none that can be served.
    public var model: String?
    /// Which tokens `tokens` counts: `non-padding input tokens`, `target tokens`.
    public var countedTokens: String?
    /// Whether each session counts them from 0, also one that goes on from a checkpoint.
    public var countsTokensAnew = false
    /// Versions of the trainer and what it builds on.
    public var versions: [String: String] = [:]

    public init(name: String, command: [String], seed: Int, outputs: [Output]) {
        precondition(!command.isEmpty)
        self.name = name
        self.command = command
        self.seed = seed
        self.outputs = outputs
    }

    /// TRL's supervised fine-tuning, as `python -m trl.scripts.sft`.
    ///
    /// - Parameters:
    ///   - python: the interpreter that has TRL.
    ///   - model: the student's folder.
    ///   - data: a folder with samples of one form, such as `export/parquet/prompt_completion`.
    ///   - output: where checkpoints and the trained model go.
    ///   - arguments: more of TRL's own, which win over these.
    /// - Throws: never but for a log pattern that cannot be read.
    public static func trl(
        python: String, model: String, data: String, output: String, seed: Int, arguments: [String] = []
    ) throws(Failure) -> TrainerPlan {
        var plan = TrainerPlan(
            name: "trl",
            command: [
                python, "-u", "-m", "trl.scripts.sft", "--model_name_or_path", model, "--dataset_name", data,
                "--output_dir", output, "--seed", String(seed), "--data_seed", String(seed), "--report_to", "none",
            ] + arguments, seed: seed, outputs: [Output(name: "arguments", path: "\(output)/training_args.bin")])
        plan.resumeArguments = ["--resume_from_checkpoint", "{checkpoint}"]
        plan.checkpoints = output
        plan.model = output
        // It prints Python dicts, whose numbers are texts since transformers 5.
        plan.logPattern = try LogPattern(#"'loss': '?(?<loss>[^',}]+)"#)
        // The sum of the attention mask, from 0 in each process (TRL 1.16, sft_trainer.py, compute_loss).
        plan.countedTokens = "non-padding input tokens"
        plan.countsTokensAnew = true
        return plan
    }

    /// Removes what an earlier session has left of the outputs in a folder, so that it is not taken for this one's.
    ///
    /// Checkpoints stay, and so does what they lie in.
    func removeOutputs(in folder: String) throws(Failure) {
        let root = absolutePath(folder, in: currentFolder()) + "/"
        let kept = checkpoints.map { absolutePath($0, in: currentFolder()) + "/" }
        for output in outputs {
            let path = absolutePath(output.path, in: currentFolder())
            guard path.hasPrefix(root), kept?.hasPrefix(path + "/") != true else { continue }
            if PathKind(path) == .folder { fdplatform_remove_folder(path) } else { unlink(path) }
        }
    }

    /// The whole command; with a checkpoint, to go on from there.
    func command(resumingFrom checkpoint: String?) -> [String] {
        guard let checkpoint else { return command }
        let values = values.merging(["checkpoint": checkpoint]) { $1 }
        return command + resumeArguments.map { filled($0, values) }
    }
}
