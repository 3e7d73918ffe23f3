import DataPlane
import Foundation
import Testing

@testable import InferencePlane

struct ProviderConfigTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private static let head = "fastdistill: 1\nproviders:\n"
    private static let tail = "\nroles:\n  teacher: [{provider: a}]\n"

    private func messages(_ yaml: String) throws -> [String] {
        do {
            _ = try ProviderConfig.load(try scratch.write("p.yaml", yaml))
            return []
        } catch let failures as Failures {
            return failures.all.map { failure in
                let place = failure.location
                return "\(place?.line ?? 0):\(place?.column ?? 0): \(failure.message)"
            }
        }
    }

    @Test func everyKeyIsRead() throws {
        let config = try scratch.config(
            """
            fastdistill: 1
            replies: store/r.sqlite
            retry_rejected: true
            providers:
              - id: a
                kind: openai
                url: https://h/v1/?api-version=1
                model: m
                revision: "7"
                concurrency: 9
                api_key: {env: KEY_OF_A}
                share_replies_across_providers: true
                timeouts: {connect: 1s, first_byte: 2s, total: 3m}
                retry: {attempts: 4, base: 5ms, cap: 6s, give_up_after: 7h}
              - {id: b, kind: replay, model: m, file: sub/r.jsonl}
            roles:
              teacher: [{provider: a, weight: 3}, {provider: b, weight: 0}]
            """)
        #expect(config.repliesPath == scratch.path + "/store/r.sqlite")
        #expect(config.retriesRejected)
        let (a, b) = (config.providers[0], config.providers[1])
        #expect(a.id == "a" && a.model == "m" && a.revision == "7" && a.concurrency == 9 && a.keyID == "")
        guard case .openai(let endpoint) = a.kind, case .replay(let file) = b.kind else {
            throw Failure("test", "wrong kinds")
        }
        #expect(endpoint.url(of: "/chat/completions") == "https://h/v1/chat/completions?api-version=1")
        #expect(
            endpoint.timeouts
                == .init(
                    connectMilliseconds: 1000, firstByteMilliseconds: 2000, stallMilliseconds: 60_000,
                    totalMilliseconds: 180_000))
        #expect(
            endpoint.retry
                == RetryPolicy(
                    attempts: 4, baseMilliseconds: 5, capMilliseconds: 6000, giveUpAfterMilliseconds: 25_200_000))
        #expect(file == scratch.path + "/sub/r.jsonl")
        #expect(b.concurrency == nil && b.revision == "")
        #expect(config.roles[0].members.map(\.weight) == [3, 0])
    }

    @Test func anEmptyMapLacksEverything() throws {
        #expect(
            try messages("x: 1") == [
                "1:1: unknown key 'x' in the providers file; known: fastdistill, replies, retry_rejected, caps, providers, roles, budgets",
                "1:1: fastdistill: 1 is missing; it says which version of this file it is",
                "1:1: providers is missing; list at least one",
                "1:1: roles is missing; say which provider answers for which role",
            ])
    }

    @Test(arguments: [
        (
            "{teecher: {requests: 1}}",
            ["7:11: budgets names the role 'teecher', which roles does not have; did you mean 'teacher'?"]
        ),
        ("{teacher: {}}", ["7:20: the budget of role 'teacher' is empty; give it requests, tokens or money"]),
        (
            "{teacher: {money: 5}}",
            [
                "7:28: the budget of role 'teacher' is in money, and provider 'a' has no prices; add prices: {prompt: …, "
                    + "completion: …} for a million tokens"
            ]
        ),
        (
            "{teacher: {tokens: -1}}",
            ["7:29: tokens in the budget of role 'teacher' must be between 0 and 9223372036854775807, not -1"]
        ),
    ])
    func budgetsAreChecked(budgets: String, expected: [String]) throws {
        let yaml =
            "fastdistill: 1\nproviders:\n  - {id: a, kind: openai, url: 'http://h', model: m}\nroles:\n  teacher:\n"
            + "    - {provider: a}\nbudgets: \(budgets)\n"
        #expect(try messages(yaml) == expected)
    }

    @Test func budgetsAndPricesAreExact() throws {
        let config = try Scratch().config(
            """
            fastdistill: 1
            providers:
              - {id: a, kind: openai, url: 'http://h', model: m, prices: {prompt: 0.15, completion: 0.6}}
            roles: {teacher: [{provider: a}], judge: [{provider: a}]}
            budgets: {teacher: {requests: 10, tokens: 20, money: 1.5}, judge: {tokens: 5}}
            """)
        #expect(config.providers[0].prices == Prices(prompt: 150_000, completion: 600_000))
        #expect(config.budgets["teacher"] == Budget(requests: 10, tokens: 20, money: 1_500_000_000_000))
        #expect(config.budgets["judge"] == Budget(tokens: 5))
        #expect(
            Budget(requests: 3, tokens: 4, money: 1_500_000_000_000).words(
                spent: Charge(requests: 3, tokens: 1, money: 1_499_900_000_001))
                == "3 of 3 requests, 1 of 4 tokens, 1.5000 of 1.5000 in money")
    }

    @Test func theVersionIsChecked() throws {
        let yaml = "fastdistill: 2\nproviders:\n  - {id: a, kind: openai, url: 'http://h', model: m}" + Self.tail
        #expect(try messages(yaml) == ["1:14: fastdistill must be 1, the only version of this file there is"])
    }

    @Test(arguments: [
        ("[]", ["2:3: providers is empty; list at least one"]),
        ("- {kind: openai}", ["3:5: the provider's id is missing"]),
        (
            "- {id: 'a b', kind: openai}",
            ["3:10: the provider's id may have letters, digits, '-', '_' and '.' only, not 'a b'"]
        ),
        ("- {id: a, kind: opnai}", ["3:19: kind of provider 'a' cannot be 'opnai'; did you mean 'openai'?"]),
        (
            "- {id: a, kind: openai}",
            ["3:5: model of provider 'a' is missing", "3:5: url of provider 'a' is missing"]
        ),
        ("- {id: a, kind: replay, model: m}", ["3:5: file of provider 'a' is missing"]),
        (
            "- {id: a, kind: replay, model: m, file: f, url: u}",
            [
                "3:46: unknown key 'url' in provider 'a' of kind replay; known: id, kind, model, revision, concurrency, file"
            ]
        ),
        (
            "- {id: a, kind: openai, model: m, url: 'ftp://h'}",
            ["3:42: url of provider 'a' must begin with https:// or http:// and name a host"]
        ),
        (
            "- {id: a, kind: openai, model: m, url: 'https://me:pw@h/v1'}",
            ["3:42: url of provider 'a' must not hold a user or password; name a secret in api_key"]
        ),
        (
            "- {id: a, kind: openai, model: m, url: 'http://h/v1 x'}",
            ["3:42: url of provider 'a' must not hold spaces or control characters"]
        ),
        (
            "- {id: a, kind: openai, model: m, url: 'http://h/v1/chat/completions'}",
            ["3:42: url of provider 'a' must end before '/chat/completions', which is added to it: http://h/v1"]
        ),
        (
            "- {id: a, kind: openai, model: m, url: 'http://h:65536/v1'}",
            ["3:42: the port in the url of provider 'a' must be a number from 1 to 65535"]
        ),
        (
            "- {id: a, kind: openai, model: m, url: 'http://[::1]:x/v1'}",
            ["3:42: the port in the url of provider 'a' must be a number from 1 to 65535"]
        ),
        (
            "- {id: a, kind: openai, model: m, url: 'http://h', api_key: sk-1}",
            [
                "3:63: api_key of provider 'a' must name where the key is, {env: NAME} or {file: PATH}; the key never stands here"
            ]
        ),
        (
            "- {id: a, kind: openai, model: m, url: 'http://h', api_key: {env: A, file: b}}",
            ["3:63: api_key of provider 'a' needs either env or file"]
        ),
        (
            "- {id: a, kind: openai, model: m, url: 'http://h', timeouts: {total: 10}}",
            ["3:72: total of provider 'a' must be a time span such as 250ms, 30s, 5m or 1h, not '10'"]
        ),
        (
            "- {id: a, kind: openai, model: m, url: 'http://h', limits: {rpm: 0, tpm: many}}",
            [
                "3:68: rpm of provider 'a' must be between 1 and 1000000000, not 0",
                "3:76: tpm of provider 'a' must be an integer, not a string",
            ]
        ),
        (
            "- {id: a, kind: openai, model: m, url: 'http://h', prices: {prompt: -1}}",
            [
                "3:62: prices of provider 'a' needs 'completion', for a million tokens",
                "3:71: prompt in prices of provider 'a' must be between 0 and 1000000, not -1",
            ]
        ),
        (
            "- {id: a, kind: openai, model: m, url: 'http://h', retry: {attempts: 0}}",
            ["3:72: attempts of provider 'a' must be between 1 and 100, not 0"]
        ),
        (
            "- {id: a, kind: openai, model: m, url: 'http://h'}\n  - {id: a, kind: openai, model: m, url: 'http://h'}",
            ["4:5: the provider 'a' stands twice; it is already in line 3"]
        ),
    ])
    func aWrongProviderIsNamedWithItsPlace(provider: String, expected: [String]) throws {
        let isList = provider == "[]"
        let yaml = isList ? "fastdistill: 1\nproviders:\n  []\nroles: {}" : Self.head + "  " + provider + "\nroles: {}"
        #expect(try messages(yaml) == expected.map { isList ? $0.replacing("2:3", with: "3:3") : $0 })
    }

    @Test(arguments: [
        ("[{provider: b}]", ["5:24: role 'teacher' names an unknown provider 'b'; did you mean 'a'?"]),
        ("[{provider: a}, {provider: a}]", ["5:39: role 'teacher' names the provider 'a' twice"]),
        ("[{provider: a, weight: 0}]", ["5:12: role 'teacher' needs a provider with a weight above 0"]),
        ("[]", ["5:12: role 'teacher' needs a provider with a weight above 0"]),
        ("a", ["5:12: role 'teacher' must be a list, not a string"]),
        (
            "[{weight: 1}]",
            [
                "5:12: role 'teacher' needs a provider with a weight above 0",
                "5:13: provider in role 'teacher' is missing",
            ]
        ),
    ])
    func aWrongRoleIsNamedWithItsPlace(role: String, expected: [String]) throws {
        let yaml =
            Self.head + "  - {id: a, kind: openai, model: m, url: 'http://h'}\nroles:\n  teacher: " + role + "\n"
        #expect(try messages(yaml) == expected)
    }

    @Test func factsHoldWhatMayChangeResultsAndNothingElse() throws {
        _ = try scratch.write("r.jsonl", "\n")
        let yaml = """
            fastdistill: 1
            providers:
              - {id: a, kind: openai, url: "http://h:1/v1", model: m, revision: "7", api_key: {env: SECRET_NAME}}
              - {id: b, kind: replay, model: n, file: r.jsonl}
            roles:
              teacher: [{provider: a, weight: 3}, {provider: b}]
            """
        let facts = try scratch.config(yaml).facts()
        let hash = "01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b"  // of one line end
        #expect(
            facts == [
                "providers": [
                    ["id": "a", "kind": "openai", "model": "m", "revision": "7"],
                    ["id": "b", "kind": "replay", "file_sha256": .string(hash), "model": "n", "revision": ""],
                ],
                "roles": ["teacher": [["provider": "a", "weight": 3], ["provider": "b", "weight": 1]]],
            ])
        let other = try scratch.config(
            yaml.replacing("h:1", with: "h:2").replacing("SECRET_NAME", with: "OTHER").replacing(
                "revision: \"7\"", with: "revision: \"7\", concurrency: 99"))
        #expect(try other.facts() == facts)
    }

    private func startFailure(apiKey: String) throws -> String {
        let config = try scratch.config(url: "http://127.0.0.1:9", extra: "api_key: \(apiKey)")
        do {
            _ = try Gateway(config, replyStorePath: scratch.store, events: EventRecorder())
            return "started"
        } catch { return FailureRenderer.render(error) }
    }

    @Test func aMissingSecretIsNamedAtTheStart() throws {
        let place = "\(scratch.path)/providers.yaml:9:14: error: the key of provider 't' is"
        #expect(
            try startFailure(apiKey: "{env: FASTDISTILL_TEST_UNSET}")
                == "\(place) missing: the environment variable 'FASTDISTILL_TEST_UNSET' is not set; export it")
        setenv("FASTDISTILL_TEST_EMPTY", "\n", 1)
        #expect(
            try startFailure(apiKey: "{env: FASTDISTILL_TEST_EMPTY}")
                == "\(place) missing: the environment variable 'FASTDISTILL_TEST_EMPTY' is empty")
        let path = scratch.path + "/key.txt"
        #expect(
            try startFailure(apiKey: "{file: key.txt}")
                == "\(place) missing: cannot open '\(path)': No such file or directory")
        _ = try scratch.write("key.txt", "two words\n")
        #expect(
            try startFailure(apiKey: "{file: key.txt}")
                == "\(place) unusable: the file '\(path)' holds more than one word of plain letters")
    }

    @Test func aSecretFromTheEnvironmentIsUsed() throws {
        setenv("FASTDISTILL_TEST_KEY", "sk-2\n", 1)
        let location = Location(file: "p.yaml")
        let secret = try SecretReference(.environment("FASTDISTILL_TEST_KEY"), location).resolve(for: "a")
        #expect(secret.authorizationHeader == "Authorization: Bearer sk-2")
        #expect("\(secret)" == "***")
    }
}
