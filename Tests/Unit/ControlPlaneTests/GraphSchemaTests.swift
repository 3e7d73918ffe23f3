import DataPlane
import Foundation
import Testing

@testable import ControlPlane

@Suite("The JSON schema of the graph language")
struct GraphSchemaTests {
    private let schema = GraphSchema.json(plugins: [])

    private func keys(_ value: JSONValue?) -> Set<String> { Set((value?.object ?? []).map(\.0)) }

    @Test("has the keys that the reader knows, and no others")
    func keysAgree() {
        #expect(keys(schema["properties"]) == Set(GraphReader.keys))
        #expect(keys(schema["definitions"]?["node"]?["properties"]) == Set(GraphReader.nodeKeys))
        #expect(Set(GraphSchema.verbs) == Set(GraphReader.verbs))
        let decode = schema["properties"]?["decode"]?["additionalProperties"]?["properties"]
        #expect(keys(decode) == Set(GraphReader.decodeKeys))
        let tests = schema["definitions"]?["tests"]?["additionalProperties"]?["properties"]
        #expect(keys(tests) == Set(RawTest.Word.allCases.map(\.rawValue)))
    }

    @Test("knows the highest version of each plugin, in the order of their ids")
    func plugins() {
        let spec = { (id: String, major: Int) in
            PluginSpec(id: id, version: SemanticVersion(major, 0, 0), summary: "S.", toolchain: "c", steps: [])
        }
        let schema = GraphSchema.json(plugins: [spec("b", 2), spec("b", 1), spec("a", 1)])
        let known = schema["properties"]?["plugins"]?["properties"]?.object ?? []
        #expect(known.map(\.0) == ["a", "b"])
        #expect(known.last?.1["description"] == "S. Here in version 2.0.0.")
    }
}
