import DataPlane
import Glibc

/// Asks the Python of a trainer what it has installed, and how it renders the first samples.
struct TrainerProbe {
    /// Version of each package that is there.
    private(set) var versions: [String: String] = [:]
    private(set) var missing: [String] = []
    /// The first samples as the student will see them.
    private(set) var rendered: [String] = []
    /// Of those that were looked at.
    private(set) var sampleCount = 0
    private(set) var tooLongCount = 0
    private(set) var longestTokens = 0
    /// The first package that is there and cannot be imported, and why in its own words.
    private(set) var broken: String?
    /// Why the tokenizer or its template failed, in its own words.
    private(set) var trouble: String?

    /// Samples whose length is measured, so that it takes seconds.
    private static let measuredSamples = 2000
    /// What is no Python may print for ever.
    private static let mostOutputMiB = 16
    private static let pollMilliseconds: Int64 = 100

    /// - Parameters:
    ///   - packages: what the trainer needs.
    ///   - samples: a file of chat samples, one a line.
    ///   - folder: for the answer, which is removed again.
    ///   - stop: what an interruption sets.
    ///   - keeper: lets the interpreter end with the host, however that ends.
    /// - Throws: ``Failure`` of code `trainer` when the interpreter cannot be started or gives no answer in time.
    init(
        python: String, packages: [String], student: StudentFiles, samples: String, maximumTokens: Int, folder: String,
        stop: TrainingStop, keeper: ChildKeeper?, timeoutMilliseconds: Int64 = 120_000
    ) throws(Failure) {
        let environment = try TrainerEnvironment(adding: ["HF_HUB_OFFLINE": "1", "PYTHONSAFEPATH": "1"])
        let program = try environment.program(python)
        let (answer, log) = ("\(folder)/preflight.json", "\(folder)/preflight.log")
        defer { for path in [answer, log] { unlink(path) } }
        let request: JSONValue = [
            "packages": .array(packages.map { .string($0) }), "student": .string(student.path),
            "gguf": .bool(student.kind == .gguf), "samples": .string(samples), "answer": .string(answer),
            "maximum_tokens": .int(Int64(maximumTokens)), "measured_samples": .int(Int64(Self.measuredSamples)),
        ]
        let process = try TrainerProcess(
            program: program, command: [python, "-c", Self.script, request.compact], environment: environment.variables,
            log: log, keeper: keeper)
        let deadline = monotonicNanoseconds() + UInt64(timeoutMilliseconds) * 1_000_000
        while !process.wait(milliseconds: Self.pollMilliseconds) {
            guard !stop.isRequested else { throw Failure("trainer", "'\(python)' was interrupted") }
            guard monotonicNanoseconds() < deadline else {
                throw Failure(
                    "trainer", "'\(python)' has not answered in \(timeoutMilliseconds / 1000) s; try it by hand")
            }
            guard try InputFile(log).byteCount() <= Self.mostOutputMiB << 20 else {
                throw Failure(
                    "trainer",
                    "'\(python)' has printed more than \(Self.mostOutputMiB) MiB and no answer; give it a Python")
            }
        }
        guard process.hasSucceeded,
            let json = try? JSONParser().parse(String(decoding: try readFile(answer), as: UTF8.self))
        else {
            let file = try InputFile(log)
            let (size, tail) = (try file.byteCount(), 500)
            let end = try file.read(at: max(0, size - tail), count: min(size, tail))
            guard let words = String(decoding: end, as: UTF8.self).split(separator: "\n").last else {
                throw Failure(
                    "trainer", "'\(python)' ended with \(process.end) and has said nothing; give it a Python")
            }
            throw Failure("trainer", "'\(python)' cannot run the checks, \(process.end): \(words)")
        }
        for (name, version) in json["versions"]?.object ?? [] { versions[name] = version.string }
        missing = json["missing"]?.array?.compactMap(\.string) ?? []
        rendered = json["rendered"]?.array?.compactMap(\.string) ?? []
        sampleCount = json["samples"]?.int.map { Int($0) } ?? 0
        tooLongCount = json["too_long"]?.int.map { Int($0) } ?? 0
        longestTokens = json["longest"]?.int.map { Int($0) } ?? 0
        broken = json["broken"]?.string
        trouble = json["trouble"]?.string
    }

    /// Writes its answer to a file, since libraries print what they like.
    private static let script = """
        import importlib, importlib.metadata, json, os, sys
        request = json.loads(sys.argv[1])
        answer = {"versions": {}, "missing": [], "rendered": [], "samples": 0, "too_long": 0, "longest": 0,
                  "trouble": None, "broken": None}

        def words(error):
            return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"

        def modules(name):
            if name == "trl":
                return ["trl.trainer.sft_trainer"]  # trl itself imports nothing before it is used.
            here = [module for module, names in distributions.items() if name in names and module.isidentifier()]
            return [module for module in here if module == name.replace("-", "_")] or here[:1]

        for name in request["packages"]:
            try:
                answer["versions"][name] = importlib.metadata.version(name)
            except importlib.metadata.PackageNotFoundError:
                answer["missing"].append(name)
        distributions = importlib.metadata.packages_distributions()
        for name in request["packages"] if not answer["missing"] else []:
            try:
                for module in modules(name):
                    importlib.import_module(module)
            except Exception as error:
                answer["broken"] = f"{name}: {words(error)}"
                break
        if not answer["missing"] and not answer["broken"]:
            try:
                from transformers import AutoTokenizer
                student = request["student"]
                more = {"gguf_file": os.path.basename(student)} if request["gguf"] else {}
                tokenizer = AutoTokenizer.from_pretrained(
                    os.path.dirname(student) or "." if request["gguf"] else student, local_files_only=True, **more)
                with open(request["samples"], encoding="utf-8") as file:
                    for number, line in zip(range(request["measured_samples"]), file):
                        text = tokenizer.apply_chat_template(json.loads(line)["messages"], tokenize=False)
                        if number < 3:
                            answer["rendered"].append(text)
                        length = len(tokenizer(text, add_special_tokens=False)["input_ids"])
                        answer["samples"] += 1
                        answer["longest"] = max(answer["longest"], length)
                        answer["too_long"] += length > request["maximum_tokens"]
            except Exception as error:
                answer["trouble"] = words(error)
        with open(request["answer"], "w", encoding="utf-8") as file:
            json.dump(answer, file)
        """
}
