import DataPlane
import Testing

@Suite("Types as text")
struct TypeTextTests {
    @Test(
        "reads back what description prints",
        arguments: [
            "bool", "int64", "float64", "utf8", "binary", "list<utf8>", "list<float64?>", "struct<>",
            "struct<role: utf8, content: utf8?>", "list<struct<role: utf8, parts: list<binary?>?>?>",
        ])
    func roundTrip(text: String) throws {
        #expect(try DataType(parsing: text).description == text)
        #expect(try Field(parsing: "a.b c: \(text)?").description == "a.b c: \(text)?")
    }

    @Test("white space around names and signs does not matter")
    func whiteSpace() throws {
        let expected = Field("x", .structure([Field("a", .list(Field("item", .utf8, nullable: true)))]))
        #expect(try Field(parsing: "  x :struct< a:list< utf8 ? > > ") == expected)
    }

    @Test("messages say what was expected and where")
    func messages() {
        let forms = "write bool, int64, float64, utf8, binary, list<…> or struct<…>"
        let cases = [
            ("utf9", "'utf9' is not a type at character 1: unknown type 'utf9': \(forms)"),
            ("", "'' is not a type at character 1: expected a type: \(forms)"),
            ("list<utf8", "'list<utf8' is not a type at character 10: expected '>'"),
            ("list<>", "'list<>' is not a type at character 6: expected a type: \(forms)"),
            ("struct<a utf8>", "'struct<a utf8>' is not a type at character 14: expected ':'"),
            ("struct<: utf8>", "'struct<: utf8>' is not a type at character 8: expected a field's name"),
            ("struct<a: utf8,>", "'struct<a: utf8,>' is not a type at character 16: expected a field's name"),
            (
                "struct<a: utf8, a: bool>",
                "'struct<a: utf8, a: bool>' is not a type at character 24: two fields are called 'a'"
            ),
            ("utf8?", "'utf8?' is not a type at character 5: expected nothing more"),
        ]
        for (text, message) in cases {
            let failure = #expect(throws: Failure.self) { try DataType(parsing: text) }
            #expect(failure?.message == message)
            #expect(failure?.code == "type_syntax")
        }
    }

    @Test("nesting is bounded, so that no text can exhaust the stack")
    func depth() {
        let text = String(repeating: "list<", count: 10_000) + "utf8"
        let failure = #expect(throws: Failure.self) { try DataType(parsing: text) }
        #expect(failure?.message.hasSuffix("at character 161: a type has at most 32 levels") == true)
    }
}
