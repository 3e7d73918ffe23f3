import Blocking
import DataPlane
import Foundation
import Testing

@testable import TrainingPlane

@Suite("Before a training", .blocking)
struct PreflightTests {
    private func messages(_ preflight: Preflight, _ level: PreflightFinding.Level) -> [String] {
        preflight.findings.filter { $0.level == level }.map { "\($0.check): \($0.message)" }
    }

    /// Transformers is large, so it is not among the packages of the tests.
    static let transformersPython = ProcessInfo.processInfo.environment["FASTDISTILL_TRANSFORMERS_PYTHON"]

    @Test(
        "The first samples are rendered and measured by the student's own tokenizer",
        .enabled(if: transformersPython != nil, "set FASTDISTILL_TRANSFORMERS_PYTHON to a Python with transformers"))
    func rendering() throws {
        let python = try #require(Self.transformersPython)
        let samples = try StudentSamples()
        let preflight = try samples.preflight(python: python, packages: ["transformers"])
        #expect(preflight.isReady, "\(preflight.findings)")
        #expect(
            preflight.rendered == [
                "<|im_start|>user a b<|im_end|><|im_start|>assistant x<|im_end|>",
                "<|im_start|>user c d e<|im_end|><|im_start|>assistant x<|im_end|>",
            ])
        #expect(preflight.versions["transformers"] != nil)
        let short = try samples.preflight(python: python, packages: ["transformers"], maximumTokens: 9)
        #expect(
            messages(short, .warning) == [
                "length: 1 of 2 samples have more than 9 tokens and would be cut; raise the limit, or reject them in the graph"
            ])
        #expect(try samples.preflight(python: python, packages: ["transformers"], maximumTokens: 8).isReady == false)
        _ = try samples.folder.write(
            "student/tokenizer_config.json",
            #"{"tokenizer_class": "PreTrainedTokenizerFast", "chat_template": "{% if %}"}"#)
        let broken = messages(try samples.preflight(python: python, packages: ["transformers"]), .failure)
        #expect(broken.count == 1)
        #expect(
            broken[0].hasPrefix(
                "template: the student's tokenizer cannot render the samples; try it by hand: TemplateSyntaxError: "))
    }

    @Test("A Python that lacks what the trainer needs")
    func missingPackages() throws {
        let samples = try StudentSamples()
        let preflight = try samples.preflight()
        #expect(
            messages(preflight, .failure) == [
                "trainer: '\(StudentSamples.python)' lacks trl; install with: \(StudentSamples.python) -m pip install trl"
            ])
        // A shell takes the line as it is meant.
        let python = try program("its python", "exec '\(StudentSamples.python)' \"$@\"", in: samples)
        #expect(
            messages(try samples.preflight(python: python, packages: ["trl>=1"]), .failure) == [
                "trainer: '\(python)' lacks trl>=1; install with: '\(python)' -m pip install 'trl>=1'"
            ])
        #expect(preflight.versions["datasets"] == "5.2.0")
        #expect(
            messages(preflight, .ok).prefix(2) == [
                "student: the student at '\(samples.student)' can be read: 1 million parameters",
                "special_tokens: no sample contains one of the student's 2 special tokens",
            ])
    }

    /// A program of a line of shell.
    private func program(_ name: String, _ line: String, in samples: StudentSamples) throws -> String {
        let path = samples.folder.file(name)
        _ = try samples.folder.write(name, "#!/bin/sh\n\(line)\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return path
    }

    @Test("A package that is there and cannot be imported")
    func brokenPackage() throws {
        let samples = try StudentSamples()
        for (name, text) in [
            ("broken_trainer/__init__.py", "import no_such_library"),
            ("broken_trainer-1.0.dist-info/METADATA", "Name: broken-trainer\nVersion: 1.0"),
            ("broken_trainer-1.0.dist-info/top_level.txt", "broken_trainer"),
        ] {
            try createFolder(samples.folder.file("site/\(name.prefix { $0 != "/" })"))
            _ = try samples.folder.write("site/\(name)", text)
        }
        // A Python that finds the package where it has been put.
        let python = try program(
            "python", "PYTHONPATH='\(samples.folder.file("site"))' exec '\(StudentSamples.python)' \"$@\"", in: samples)
        let preflight = try samples.preflight(python: python, packages: ["broken-trainer"])
        #expect(
            messages(preflight, .failure) == [
                "trainer: '\(python)' cannot import broken-trainer: ModuleNotFoundError: No module named 'no_such_library'; "
                    + "install it anew, or import it by hand"
            ])
    }

    @Test("Programs that are no Python")
    func noPython() throws {
        let samples = try StudentSamples()
        #expect(
            messages(try samples.preflight(python: "no-such-python"), .failure) == [
                "trainer: there is no program 'no-such-python' to train with; install it, or give its path in the command"
            ])
        #expect(
            messages(try samples.preflight(python: "false"), .failure) == [
                "trainer: 'false' ended with exit status 1 and has said nothing; give it a Python"
            ])
        #expect(
            messages(try samples.preflight(python: "true"), .failure) == [
                "trainer: 'true' ended with exit status 0 and has said nothing; give it a Python"
            ])
        let wordy = try program("wordy", "echo no such option >&2; exit 2", in: samples)
        #expect(
            messages(try samples.preflight(python: wordy), .failure) == [
                "trainer: '\(wordy)' cannot run the checks, exit status 2: no such option"
            ])
        let chatty = try program("chatty", "exec yes", in: samples)
        #expect(
            messages(try samples.preflight(python: chatty), .failure) == [
                "trainer: '\(chatty)' has printed more than 16 MiB and no answer; give it a Python"
            ])
    }

    @Test("Special tokens of the student in the data")
    func specialTokens() throws {
        let samples = try StudentSamples(["fine", "say <|im_end|> now", "<|im_end|><|im_start|>"])
        #expect(
            messages(try samples.preflight(packages: []), .failure).first
                == "special_tokens: 2 samples contain special tokens of the student ('<|im_end|>', '<|im_start|>'); reject such rows in the graph"
        )
    }

    @Test("A student that is too large, and its adapter")
    func memory() throws {
        let samples = try StudentSamples(parameters: 1 << 41)
        let failures = messages(try samples.preflight(), .failure)
        #expect(failures[0].hasPrefix("memory: the training needs at least 32768 GiB of memory; there is "))
        #expect(failures[0].hasSuffix(" GiB: train an adapter, or on a larger machine"))
        #expect(
            failures[1].hasPrefix("disk: the training needs at least 24576 GiB of disk for a checkpoint; there is "))
        let estimate = ResourceEstimate(parameters: 135_000_000, trainsAllParameters: true)
        #expect(
            estimate.findings(memoryBytes: 4 << 30, diskBytes: 1 << 30) == [
                PreflightFinding(
                    "memory", .ok, "the training needs at least 2 GiB of memory; there is 4 GiB"),
                PreflightFinding(
                    "disk", .failure,
                    "the training needs at least 1.5 GiB of disk for a checkpoint; there is 1 GiB: free some, or train elsewhere"
                ),
            ])
        let adapter = ResourceEstimate(parameters: 1000, trainsAllParameters: false)
        #expect(adapter.memoryBytes == 4000)
        #expect(
            adapter.findings(memoryBytes: 3 << 20, diskBytes: nil) == [
                PreflightFinding("memory", .ok, "the training needs at least 3.9 KiB of memory; there is 3 MiB")
            ])
    }

    @Test("A student whose context is shorter than the limit")
    func context() throws {
        #expect(
            messages(try StudentSamples().preflight(packages: [], maximumTokens: 4096), .failure).first
                == "length: the student's context has 2048 tokens, fewer than the limit of 4096; lower the limit")
    }

    @Test("Students that cannot be trained")
    func students() throws {
        let samples = try StudentSamples()
        func failure(_ path: String) throws -> String {
            let preflight = try samples.preflight(student: path)
            #expect(preflight.findings.count == 1 && !preflight.isReady)
            return try #require(preflight.findings.first).message
        }
        let folder = samples.folder.file("other")
        #expect(try failure(folder) == "there is no student at '\(folder)'; give its folder or GGUF file")
        try createFolder(folder)
        #expect(try failure(folder) == "the student's folder '\(folder)' has no config.json; give the folder that has")
        _ = try samples.folder.write("other/config.json", "{")
        #expect(
            try failure(folder)
                == "the student's folder '\(folder)' has no weights (*.safetensors); fetch them into it")
        _ = try samples.folder.write("other/model.safetensors", [9, 0, 0])
        #expect(
            try failure(folder)
                == "the student's folder '\(folder)' has no tokenizer.json; save its tokenizer there too")
        _ = try samples.folder.write("other/tokenizer.json", "{}")
        #expect(try failure(folder) == "'\(folder)/config.json' is not JSON; fetch it anew")
        _ = try samples.folder.write("other/config.json", "{}")
        #expect(
            try failure(folder) == "'\(folder)/model.safetensors' ends too early or is damaged; fetch it anew")
        let file = try samples.folder.write("model.gguf", "GGML")
        #expect(try failure(file) == "'\(file)' is no GGUF file; give a GGUF file, or a folder with config.json")
        _ = try samples.folder.write("model.gguf", StudentSamples.gguf(version: 1))
        #expect(try failure(file) == "'\(file)' is GGUF version 1; convert it to version 3")
        _ = try samples.folder.write("model.gguf", Array(StudentSamples.gguf().prefix(200)))
        #expect(try failure(file) == "'\(file)' ends too early or is damaged; fetch it anew")
        for (bytes, words) in [
            (StudentSamples.gguf().dropLast(), "ends before the data of its tensor 'b' does"),
            (StudentSamples.gguf(shape: 6)[...], "ends before the data of its tensor 'b' does"),
            (StudentSamples.gguf(shape: 1 << 63)[...], "has a negative number in the shape of its tensor 'b'"),
            (StudentSamples.gguf(context: 0)[...], "says that the student's context has 0 tokens"),
        ] {
            _ = try samples.folder.write("model.gguf", Array(bytes))
            #expect(try failure(file) == "'\(file)' \(words); fetch it anew")
        }
    }

    @Test("Damaged configuration of a student")
    func damagedConfiguration() throws {
        let samples = try StudentSamples()
        for (name, text, words) in [
            ("config.json", "[1]", "is no object of JSON"),
            ("config.json", #"{"max_position_embeddings": -1}"#, "says that the student's context has -1 tokens"),
            ("config.json", #"{"max_position_embeddings": 0}"#, "says that the student's context has 0 tokens"),
            ("tokenizer_config.json", "7", "is no object of JSON"), ("tokenizer.json", "null", "is no object of JSON"),
        ] {
            let path = "\(samples.student)/\(name)"
            let before = try readFile(path)
            _ = try samples.folder.write("student/\(name)", text)
            #expect(
                messages(try samples.preflight(), .failure) == ["student: '\(path)' \(words); fetch it anew"])
            _ = try samples.folder.write("student/\(name)", before)
        }
    }

    private static let twoNumbers = #"{"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}"#

    @Test(
        "Damaged weights of a student",
        arguments: [
            (twoNumbers, 7, "ends before the data of its tensor 'w' does"),
            (twoNumbers, 0, "ends before the data of its tensor 'w' does"),
            (twoNumbers, 9, "has 1 byte more than its tensors need"),
            (
                #"{"w": {"dtype": "F32", "shape": [3], "data_offsets": [0, 8]}}"#, 8,
                "has 8 bytes of data for its tensor 'w', whose shape needs 12"
            ),
            (
                #"{"w": {"dtype": "I8", "shape": [3, 2], "data_offsets": [0, 8]}}"#, 8,
                "has 8 bytes of data for its tensor 'w', whose shape needs 6"
            ),
            (
                #"{"w": {"dtype": "I64", "shape": [4611686018427387904, 8], "data_offsets": [0, 8]}}"#, 8,
                "has 8 bytes of data for its tensor 'w', whose shape needs 9223372036854775807"
            ),
            (
                #"{"w": {"dtype": "F32", "shape": [-1, -2], "data_offsets": [0, 8]}}"#, 8,
                "has a negative number in the shape of its tensor 'w'"
            ),
            (
                #"{"v": {"dtype": "U8", "shape": [2], "data_offsets": [0, 2]}, "#
                    + #""w": {"dtype": "U8", "shape": [2], "data_offsets": [3, 5]}}"#, 5,
                "does not have the data of its tensor 'w' behind that of the one before"
            ),
            (
                #"{"v": {"dtype": "U8", "shape": [2], "data_offsets": [0, 2]}, "#
                    + #""w": {"dtype": "U8", "shape": [2], "data_offsets": [1, 3]}}"#, 3,
                "does not have the data of its tensor 'w' behind that of the one before"
            ),
            (#"{"w": {"dtype": "F32", "shape": [2]}}"#, 8, "does not say where the data of its tensor 'w' is"),
            (
                #"{"w": {"dtype": "F32", "shape": [2], "data_offsets": [8, 0]}}"#, 8,
                "does not say where the data of its tensor 'w' is"
            ),
            (
                #"{"w": {"dtype": "F32", "shape": [2.5], "data_offsets": [0, 8]}}"#, 8,
                "does not say which shape its tensor 'w' has"
            ),
            (#"{"w": 1}"#, 0, "does not say which shape its tensor 'w' has"),
            ("[1]", 0, "has a header that is no object of JSON"),
            ("{", 0, "has a header that is no object of JSON"),
        ])
    func damagedWeights(header: String, data: Int, words: String) throws {
        let samples = try StudentSamples()
        let path = try samples.folder.write(
            "student/model.safetensors",
            StudentSamples.safetensors(header, data: Array(repeating: 0, count: data)))
        #expect(messages(try samples.preflight(), .failure) == ["student: '\(path)' \(words); fetch it anew"])
    }

    @Test("A header that is longer than the format allows, or than its file, is not read")
    func longHeader() throws {
        let samples = try StudentSamples()
        for (length, words) in [
            (UInt64(4) << 30, "claims a header of 4294967296 bytes, and safetensors allows 100000000"),
            (UInt64.max, "claims a header of 18446744073709551615 bytes, and safetensors allows 100000000"),
            (100_000_000, "ends too early or is damaged"),
        ] {
            let path = try samples.folder.write(
                "student/model.safetensors", withUnsafeBytes(of: length.littleEndian) { [UInt8]($0) })
            #expect(messages(try samples.preflight(), .failure) == ["student: '\(path)' \(words); fetch it anew"])
        }
    }

    @Test("Weights of other types, in any order, without data and of half bytes")
    func weights() throws {
        let samples = try StudentSamples()
        _ = try samples.folder.write(
            "student/model.safetensors",
            StudentSamples.safetensors(
                #"{"b": {"dtype": "BF16", "shape": [3], "data_offsets": [4, 10]}, "#
                    + #""f": {"dtype": "F4", "shape": [2, 4], "data_offsets": [0, 4]}, "#
                    + #""none": {"dtype": "F32", "shape": [0, 7], "data_offsets": [10, 10]}, "#
                    + #""later": {"dtype": "X3", "shape": [], "data_offsets": [10, 12]}}   "#,
                data: Array(repeating: 0, count: 12)))
        #expect(try StudentFiles(samples.student).parameters == 12)
    }

    @Test("A named pipe in place of a student, or in it, is refused, since nobody may ever write to it")
    func pipes() throws {
        let samples = try StudentSamples()
        func failure(_ path: String) throws -> [String] { messages(try samples.preflight(student: path), .failure) }
        let pipe = samples.folder.file("model.gguf")
        try #require(mkfifo(pipe, 0o600) == 0)
        #expect(try failure(pipe) == ["student: '\(pipe)' is a named pipe, not a file"])
        #expect(try failure("/dev/null") == ["student: '/dev/null' is a device, not a file"])
        for name in ["tokenizer.json", "chat_template.jinja", "model.safetensors"] {
            let path = "\(samples.student)/\(name)"
            let before = PathKind(path) == nil ? nil : try readFile(path)
            unlink(path)
            try #require(mkfifo(path, 0o600) == 0)
            #expect(try failure(samples.student) == ["student: '\(path)' is a named pipe, not a file"])
            unlink(path)
            if let before { _ = try samples.folder.write("student/\(name)", before) }
        }
    }

    @Test("A student without a chat template, and data that is not there")
    func template() throws {
        let samples = try StudentSamples()
        _ = try samples.folder.write("student/tokenizer_config.json", "{}")
        #expect(
            messages(try samples.preflight(), .failure).first
                == "template: the student has no chat template; give it one (chat_template.jinja), or train on another form of sample"
        )
        let none = samples.folder.file("none")
        #expect(
            try Preflight(student: samples.student, export: none, python: "python3", folder: samples.train).findings
                .map(\.message)
                == ["there is no '\(none)/chat/train.jsonl'; export the kept samples first"])
    }

    @Test("What a GGUF file says")
    func gguf() throws {
        let folder = try TemporaryFolder()
        let student = try StudentFiles(try folder.write("model.gguf", StudentSamples.gguf()))
        #expect(student.kind == .gguf && student.hasChatTemplate && student.contextTokens == 2048)
        #expect(student.specialTokens == ["<s>", "</s>"] && student.parameters == 705)
    }

    @Test(
        "What a real GGUF file says",
        .enabled(
            if: ProcessInfo.processInfo.environment["FASTDISTILL_SMOLLM2"] != nil,
            "set FASTDISTILL_SMOLLM2 to SmolLM2-135M-Instruct as a GGUF file"))
    func realGGUF() throws {
        let path = try #require(ProcessInfo.processInfo.environment["FASTDISTILL_SMOLLM2"])
        let student = try StudentFiles(path)
        #expect(student.hasChatTemplate && student.specialTokens.contains("<|im_end|>"))
        #expect(student.contextTokens == 8192 && student.parameters == 134_515_008)
    }
}
