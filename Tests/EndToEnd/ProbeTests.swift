import Blocking
import DataPlane
import Foundation
import Testing

/// `fastdistill gateway probe`, and runs whose requests fit what it has found.
@Suite(.blocking) struct ProbeTests {
    private static func server(_ folder: TemporaryFolder, _ name: String, _ script: String) throws -> ChatServer {
        try ChatServer(script: try folder.write("\(name).json", script), program: "capable_server.py")
    }

    private static let able = #"{"flavour": "vllm", "models": ["m", "other"], "json_object": "supported"}"#
    private static let unable = """
        {"flavour": "llama.cpp", "alias": "its-alias", "n": "ignored", "json_schema": "ignored", "seed": "refused",
         "tokens": "max_completion_tokens", "logprobs": "ignored", "json_object": "ignored", "tools": "ignored", "embeddings": "refused",
         "key": "sk-very-secret-123"}
        """

    @Test func theTableAndTheFileSayWhatWasFound() throws {
        let workspace = try Workspace(graph: "")
        let (a, b) = (
            try Self.server(workspace.folder, "able", Self.able),
            try Self.server(workspace.folder, "unable", Self.unable)
        )
        let gone = try Self.server(workspace.folder, "gone", "{}")
        gone.stop()
        try workspace.folder.write(
            "providers.yaml",
            """
            fastdistill: 1
            providers:
              - {id: able, kind: openai, url: '\(a.url)', model: m}
              - {id: gone, kind: openai, url: '\(gone.url)', model: m}
              - {id: unable, kind: openai, url: '\(b.url)', model: m, api_key: {env: PROBE_KEY}}
              - {id: keyless, kind: openai, url: '\(b.url)', model: m, api_key: {env: PROBE_NO_KEY}}
              - {id: strange, kind: openai, url: '\(a.url)', model: x}
              - {id: replay, kind: replay, file: none.jsonl, model: m}
            roles: {teacher: [{provider: able}]}

            """)
        let probe = { (arguments: [String], key: String) in
            try workspace.command(
                ["gateway", "probe", "--providers", "providers.yaml"] + arguments, environment: ["PROBE_KEY": key])
        }
        let first = try probe([], "sk-very-secret-123")
        #expect(first.status == 3)
        let path = workspace.folder.file("provider_caps.json")
        #expect(
            first.output == """
                provider       able         unable
                server         vllm 0.9.1   llama.cpp b1-x
                model          m            m
                listed         yes          yes
                n              supported    ignored
                usage          all_choices  unknown
                token limit    max_tokens   max_completion_tokens
                seed           supported    refused
                logprobs       supported    ignored
                json_schema    enforced     ignored
                json_object    supported    ignored
                tools          supported    ignored
                embeddings     supported    refused
                unknown model  refused      answered all the same
                written to \(path)

                """)
        #expect(
            first.errors
                == """
                providers.yaml:4:5: error: provider 'gone' could not be probed: the request found nobody listening; check that \
                it runs, and its url
                providers.yaml:6:65: error: the key of provider 'keyless' is missing: the environment variable 'PROBE_NO_KEY' \
                is not set; export it
                providers.yaml:7:5: error: provider 'strange' could not be probed: it does not know the model; check model and \
                url (HTTP 404: no such model); it lists the models m, other

                """.replacingOccurrences(of: "6:65", with: "6:\(Self.column(of: "{env: PROBE_NO", b.url))"))
        let caps = try json(path)
        #expect(caps["providers"]?.array?.map { $0["id"]?.string } == ["able", "unable"])
        #expect(caps["providers"]?.array?[1]["capabilities"]?["seed"] == "refused")
        #expect(try !String(contentsOfFile: path, encoding: .utf8).contains("sk-very-secret"))
        #expect(!(first.output + first.errors).contains("sk-very-secret"))
        // Small questions: nobody is asked for more than 64 tokens, nor often.
        let asked = try a.requests().compactMap { $0["body"] }.filter { $0["messages"] != nil && $0["model"] != "x" }
        #expect(asked.count <= 12)
        #expect(asked.allSatisfy { $0["max_tokens"]?.int ?? 99 <= 64 })

        // What is known of others stays, also when this one refuses the key.
        let second = try probe(["--provider", "unable"], "wrong")
        #expect(second.status == 3 && second.output == "")
        #expect(
            second.errors.hasSuffix(
                "provider 'unable' could not be probed: it refused the key; check the secret named in api_key "
                    + "(HTTP 401: Incorrect API key: Bearer ***)\n"), "\(second)")
        #expect(try json(path) == caps)
        let third = try probe(["--provider", "able", "--output", "other.json"], "")
        #expect(third.status == 0 && third.errors == "", "\(third)")
        #expect(try json(workspace.folder.file("other.json"))["providers"]?.array?.count == 1)
    }

    @Test func whereNothingCanBeWrittenNothingIsAsked() throws {
        let workspace = try ProviderTests.workspace()
        let server = try ProviderTests.server(workspace)
        try workspace.writeProviders(url: server.url)
        for output in ["nowhere/caps.json", "."] {
            let result = try workspace.command(
                ["gateway", "probe", "--providers", "providers.yaml", "--output", output])
            #expect(result.status == 2, "\(result)")
            #expect(
                result.errors.hasSuffix("' cannot be written: its folder is missing, or it is a folder\n"), "\(result)")
        }
        #expect(try server.counts(settled: true).asked == 0)
    }

    private static func column(of text: String, _ url: String) -> Int {
        let line = "  - {id: keyless, kind: openai, url: '\(url)', model: m, api_key: {env: PROBE_NO_KEY}}"
        return line.distance(from: line.startIndex, to: line.range(of: text)?.lowerBound ?? line.endIndex) + 1
    }

    @Test(arguments: [
        ("--provider other", "error: 'providers.yaml' has no provider 'other' of kind openai; known: t\n"),
        ("--providers none.yaml", "error: cannot open 'none.yaml': No such file or directory\n"),
    ])
    func whatCannotBeAskedIsRefused(arguments: String, message: String) throws {
        let workspace = try Workspace(graph: "")
        try workspace.folder.write(
            "providers.yaml",
            """
            fastdistill: 1
            providers: [{id: t, kind: openai, url: 'http://127.0.0.1:1', model: m}]
            roles: {teacher: [{provider: t}]}

            """)
        let result = try workspace.command(
            ["gateway", "probe", "--providers", "providers.yaml"] + arguments.split(separator: " ").map(String.init))
        #expect(result.status == 2 && result.errors == message, "\(result)")
    }

    @Test func recordedRepliesNeedNoProbe() throws {
        let workspace = try Workspace(graph: "")
        let file = Package.root + "/configs/provider_gateway.yaml"
        let result = try workspace.command(["gateway", "probe", "--providers", file])
        #expect(result.status == 2)
        #expect(
            result.errors == "error: '\(file)' has no provider of kind openai; recorded replies need no probe\n")
    }

    /// A server that can do next to nothing, probed and then asked for two candidates of JSON with a seed.
    @Test func aRunFitsItsRequestsToWhatWasFoundAndWarnsOfAnotherModel() throws {
        let graph =
            Graphs.head + """
                providers: providers.yaml
                decode: {short: {n: 2, max_tokens: 16, seed: 4}}
                nodes:
                  - {id: canonical, use: canonical/canonicalize}
                  - {id: ids, identify: {decode: short}}
                  - {id: prompt, use: text2sql/prompt, in: {question: canonical.text, schema: task_id}, with: {style: turns}}
                  - id: teacher
                    complete:
                      role: teacher
                      decode: short
                      response_format: {json_schema: {type: object, required: [sql]}}

                """
        let workspace = try Workspace(graph: graph)
        try workspace.folder.write("lines.jsonl", lines(["Good one?", "Bad one?"]))
        let texts = #"{"Good": ["nonsense", "{\"sql\": 1}", "{\"sql\": 2}"], "Bad": ["nonsense"]}"#
        let server = try ChatServer(
            script: try workspace.folder.write(
                "script.json",
                """
                {"alias": "its-alias", "n": "refused", "json_schema": "refused", "seed": "refused",
                 "tokens": "max_completion_tokens", "texts": \(texts)}
                """), program: "capable_server.py")
        try workspace.folder.write(
            "providers.yaml",
            """
            fastdistill: 1
            providers: [{id: teacher, kind: openai, url: '\(server.url)', model: m, concurrency: 1}]
            roles: {teacher: [{provider: teacher}]}

            """)
        // Without a probe the first refusal ends it, with the remedy.
        let before = try workspace.run(runs: "before", expecting: 3)
        #expect(
            before.output.contains(
                "\n  deferred because provider 'teacher' does not take a parameter of the requests; change it, or let "
                    + "'fastdistill gateway probe' find out what it takes: then requests are made to fit "
                    + "(HTTP 400: Unsupported parameter: "
            ),
            "\(before)")
        #expect(try server.requests().count == 1)

        let probe = try workspace.command(["gateway", "probe", "--providers", "providers.yaml"])
        #expect(probe.status == 0, "\(probe)")
        let probed = try server.requests().count
        let result = try workspace.run()
        let run = try workspace.runFolder()
        #expect(
            try run.query("SELECT teacher.text AS text, candidate FROM stage", stage: "distilled") == [
                ["text": #"{"sql": 1}"#, "candidate": 0], ["text": #"{"sql": 2}"#, "candidate": 1],
            ])
        #expect(
            try run.query("SELECT DISTINCT code, detail FROM stage", stage: "rejected") == [
                [
                    "code": "schema_mismatch",
                    "detail": "no answer in 4 attempts fits the JSON schema; of the last: it is not JSON",
                ]
            ])
        let asked = try server.requests()[probed...]
        // Three for the good question's two candidates, four attempts for each of the bad one's.
        #expect(asked.count == 3 + 8)
        #expect(asked.allSatisfy { $0["body"]?["max_completion_tokens"] == 16 && $0["body"]?["seed"] == nil })
        #expect(asked.first?["shaped"] == "n,max_completion_tokens,seed,json_schema")
        #expect(
            result.output.contains(
                "\n  warning: provider 'teacher' was asked for the model 'm' and answers as 'its-alias'; check what it "
                    + "serves, and name that in the providers file\n"), "\(result)")
        let mismatches = try run.events.filter { $0["event"] == "model_mismatch" }
        #expect(mismatches.count == 1 && mismatches.first?["answered_as"] == "its-alias")
        #expect(
            try run.query("SELECT DISTINCT teacher.model AS model FROM stage", stage: "distilled") == [["model": "m"]])
        #expect(try workspace.verify(run).status == 0)
    }

    /// What is known not to come is refused before a token is spent.
    @Test func aGraphThatAsksForWhatIsMissingIsRefused() throws {
        let graph =
            Graphs.head + """
                providers: providers.yaml
                decode: {short: {max_tokens: 16}}
                nodes:
                  - {id: canonical, use: canonical/canonicalize}
                  - {id: ids, identify: {decode: short}}
                  - {id: v, embed: {role: teacher, input: text}}
                  - {id: prompt, use: text2sql/prompt, in: {question: canonical.text, schema: task_id}}
                  - id: a
                    complete: {role: teacher, decode: short, logprobs: true, tools: [{type: function, function: {name: f}}]}

                """
        let workspace = try Workspace(graph: graph)
        try workspace.folder.write("lines.jsonl", lines(["a"]))
        try workspace.folder.write(
            "providers.yaml",
            """
            fastdistill: 1
            providers:
              - {id: t, kind: openai, url: 'http://127.0.0.1:1', model: m}
              - {id: spare, kind: openai, url: 'http://127.0.0.1:1', model: m}
            roles: {teacher: [{provider: t}, {provider: spare, weight: 0}]}

            """)
        let entry = { (id: String) in
            """
            {"id": "\(id)", "model": "m",
             "capabilities": {"logprobs": "ignored", "tools": "refused", "embeddings": "refused"}}
            """
        }
        let write = { (ids: [String]) in
            try workspace.folder.write(
                "provider_caps.json",
                #"{"format": "fastdistill.provider_caps/1", "providers": [\#(ids.map(entry).joined(separator: ","))]}"#)
        }
        _ = try write(["spare"])
        let spare = try workspace.command(["validate", "graph.yaml"])
        #expect(spare.status == 0, "\(spare)")
        _ = try write(["spare", "t"])
        let refused = try workspace.command(["validate", "graph.yaml"])
        let by = "by provider 't' ('fastdistill gateway probe' has found); leave them out or ask another one"
        #expect(refused.status == 2)
        #expect(
            refused.errors == """
                graph.yaml:13:5: error: node 'v' asks for vectors, which are refused \(by)
                graph.yaml:15:5: error: node 'a' asks for tool calls, which are refused \(by)
                graph.yaml:15:5: error: node 'a' asks for logprobs, which are ignored \(by)

                """, "\(refused)")
    }
}
