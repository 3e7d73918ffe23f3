import DataPlane
import Testing

@testable import InferencePlane

/// The file of what probes have found, and how the providers file comes to it.
@Suite struct ProviderCapsTests {
    let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private static func entry(_ id: String, at time: String = "2026-05-01T12:00:00Z") -> ProviderCaps.Entry {
        var capabilities = Capabilities()
        (capabilities.choices, capabilities.tokenLimit, capabilities.usage) = (
            .ignored, .maxCompletionTokens, .firstChoice
        )
        return ProviderCaps.Entry(
            id: id, model: "test-model", probedAt: time,
            server: .init(flavour: "vllm", version: "1", models: ["test-model"]), capabilities: capabilities)
    }

    private func write(_ entries: [ProviderCaps.Entry], _ name: String = "provider_caps.json") throws {
        var caps = ProviderCaps()
        entries.forEach { caps.set($0) }
        try caps.write(to: scratch.path + "/" + name)
    }

    private func failures(_ extra: String, head: String = "") throws -> String {
        let yaml = """
            fastdistill: 1
            \(head)
            providers: [{id: t, kind: openai, url: "http://x", model: test-model}]
            roles: {teacher: [{provider: t}]}
            """
        let path = try scratch.write("providers.yaml", yaml)
        do {
            _ = try ProviderConfig.load(path)
            return ""
        } catch {
            return FailureRenderer.render(error).replacing(scratch.path + "/", with: "")
        }
    }

    @Test func whatIsWrittenIsRead() throws {
        try write([Self.entry("t"), Self.entry("u")])
        let caps = try ProviderCaps(reading: scratch.path + "/provider_caps.json")
        #expect(caps.entries.map(\.id) == ["t", "u"])
        #expect(caps.entries[0].capabilities == Self.entry("t").capabilities)
        #expect(caps.entries[0].server == Self.entry("t").server)
        #expect(caps.entries[0].probedAt == "2026-05-01T12:00:00Z")
    }

    @Test func theFileBesideTheProvidersIsTakenForTheModelThatWasProbed() throws {
        try write([Self.entry("t")])
        let config = try scratch.config(url: "http://x")
        #expect(config.providers[0].capabilities == Self.entry("t").capabilities)
        var other = Self.entry("t")
        other.model = "another"
        try write([other])
        #expect(try scratch.config(url: "http://x").providers[0].capabilities == nil)
    }

    @Test func anotherFileCanBeNamed() throws {
        try write([Self.entry("t")], "elsewhere.json")
        #expect(try failures("", head: "caps: elsewhere.json") == "")
        #expect(
            try failures("", head: "caps: nowhere.json") == """
                providers.yaml:2:7: error: caps is 'nowhere.json', and there is no such file; 'fastdistill gateway probe' writes it
                caps: nowhere.json
                      ^
                """)
    }

    private static let start = "error: what is known of providers in 'provider_caps.json' cannot be used: "

    @Test(arguments: [
        ("{", "the file is not JSON: "),
        (#"{"format": "x"}"#, "the file is not of the format fastdistill.provider_caps/1;"),
        (
            #"{"format": "fastdistill.provider_caps/1", "providers": [{"id": "t"}]}"#,
            "a provider of the file lacks id, model or capabilities;"
        ),
        (
            #"{"format": "fastdistill.provider_caps/1", "providers": [{"id": "t", "model": "m", "capabilities": {"n": "yes"}}]}"#,
            "provider 't': n cannot be 'yes'; known: supported, ignored, refused, unknown;"
        ),
        (
            #"{"format": "fastdistill.provider_caps/1", "providers": [{"id": "t", "model": "m", "capabilities": {"tool": "refused"}}]}"#,
            "provider 't': unknown capability 'tool'; did you mean 'tools'?;"
        ),
    ])
    func aWrongFileIsRefused(text: String, words: String) throws {
        _ = try scratch.write("provider_caps.json", text)
        let message = try failures("")
        #expect(message.hasPrefix(Self.start + words), "\(message)")
        #expect(message.hasSuffix("; write it anew with 'fastdistill gateway probe'"), "\(message)")
    }

    /// What changes requests is part of a run's contract; when it was found out is not.
    @Test func theContractHasCapabilitiesAndNoDate() throws {
        let without = try scratch.config(url: "http://x").facts().canonical
        try write([Self.entry("t", at: "2026-05-01T12:00:00Z")])
        let first = try scratch.config(url: "http://x").facts().canonical
        var later = Self.entry("t", at: "2027-01-01T00:00:00Z")
        later.server.version = "2"
        try write([later])
        #expect(try scratch.config(url: "http://x").facts().canonical == first)
        #expect(first != without && first.contains(#""n":"ignored""#))
        later.capabilities.choices = .supported
        try write([later])
        #expect(try scratch.config(url: "http://x").facts().canonical != first)
    }
}
