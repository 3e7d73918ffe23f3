import Testing

@testable import PluginKit

private struct Everything: ExpandingStep {
    static let id = "everything"
    static let summary = "Declares all there is."
    static let doc = "It does nothing."
    static let isBlind = true

    init(_ declare: inout Declaration) {
        let _: Input<String?> = declare.reads("text", tags: [.canonicalInput], doc: "T.")
        let _: OptionalInput<[Int64]> = declare.readsOptional("numbers", doc: "N.")
        let _: Output<String> = declare.adds(
            "verdict", tags: [.verdict, .facet], options: ["ok", "wrong"], minLength: 1, maxLength: 5,
            pattern: "^[a-z]+$", doc: "V.")
        let _: Output<Double?> = declare.adds("score", minimum: 0, maximum: 0.5, doc: "S.")
        let _: Output<[ChatMessage]> = declare.adds("messages", doc: "M.")
        _ = declare.option("mode", default: "a", choices: ["a", "b"], since: "1.1.0", doc: "O.")
        _ = declare.option("words", default: ["x"], doc: "W.")
        _ = declare.option("share", default: 0.5, in: 0...1, doc: "H.")
        let _: Int? = declare.optionalOption("least", in: 1...Int.max, doc: "L.")
        let _: String = declare.requiredOption("key", isSecret: true, doc: "K.")
        _ = declare.option("strict", default: false, doc: "B.")
        _ = declare.resource("folder", doc: "F.")
        _ = declare.optionalResource("extra", doc: "E.")
        declare.rejects("bad", doc: "Bad.")
        declare.example(with: ["mode": "b"], input: [["text": nil]], output: [])
    }

    func run(_ row: inout Row, emit: () throws -> Void) throws {
        throw Reject("bad")
    }
}

private struct TwoOfAName: Step {
    static let id = "twice"
    static let summary = ""
    init(_ declare: inout Declaration) {
        let _: Input<String> = declare.reads("text", doc: "")
        let _: Input<String> = declare.reads("text", doc: "")
    }
    func run(_ row: inout Row) {}
}

private struct BadName: Step {
    static let id = "bad_name"
    static let summary = ""
    init(_ declare: inout Declaration) { _ = declare.option("Two words", default: 1, doc: "") }
    func run(_ row: inout Row) {}
}

private struct Parent: Step {
    static let id = "parental"
    static let summary = ""
    init(_ declare: inout Declaration) { let _: Output<String> = declare.adds("parent", doc: "") }
    func run(_ row: inout Row) {}
}

private struct Thrower: Step {
    static let id = "thrower"
    static let summary = ""
    init(_ declare: inout Declaration) throws { throw StepError(.internal, "no") }
    func run(_ row: inout Row) {}
}

@Suite("A plugin's spec")
struct SpecTests {
    private func fault(_ steps: [any AnyStep.Type], id: String = "p") -> String? {
        #expect(throws: PluginSpec.Fault.self) {
            try PluginSpec(id: id, version: "1.0.0", summary: "", steps: steps)
        }?.message
    }

    @Test("is the same JSON every time")
    func shout() {
        let expected =
            #"{"id":"shout","steps":[{"adds":[{"doc":"The text in upper case.","min_length":1,"name":"loud","#
            + #""tags":["facet"],"type":"utf8"}],"blind":false,"cardinality":"one","examples":[{"input":"#
            + #"[{"text":"hi"}],"output":[{"loud":"HI?"}],"with":{"suffix":"?"}}],"grouped":false,"id":"upper","#
            + #""options":[{"default":"!","doc":"Put after the text.","name":"suffix","type":"string"},{"default":1000,"#
            + #""doc":"Longest text, in characters.","maximum":100000,"minimum":1,"name":"limit","type":"integer"}],"#
            + #""reads":[{"doc":"The text.","name":"text","type":"utf8"}],"rejects":[{"code":"too_long","doc":"#
            + #""The text is longer than `limit`."}],"summary":"Turns a text to upper case."}],"summary":"Shouts.","#
            + #""toolchain":"swift-6.3.1","version":"1.0.0"}"#
        #expect(shoutPlugin.specJSON == expected)
    }

    @Test("says everything that can be declared")
    func everything() throws {
        let json = try PluginSpec(id: "p", version: "2.0.0", summary: "P.", steps: [Everything.self]).json()
        for part in [
            #""reads":[{"doc":"T.","name":"text","nullable":true,"tags":["canonical_input"],"type":"utf8"},"#
                + #"{"doc":"N.","name":"numbers","nullable":true,"optional":true,"type":"list<int64>"}]"#,
            #"{"doc":"V.","max_length":5,"min_length":1,"name":"verdict","options":["ok","wrong"],"#
                + #""pattern":"^[a-z]+$","tags":["verdict","facet"],"type":"utf8"}"#,
            #"{"doc":"S.","maximum":0.5,"minimum":0,"name":"score","nullable":true,"type":"float64"}"#,
            #"{"doc":"M.","name":"messages","type":"list<struct<role: utf8, content: utf8>>"}"#,
            #"{"choices":["a","b"],"default":"a","doc":"O.","name":"mode","since":"1.1.0","type":"string"}"#,
            #"{"default":["x"],"doc":"W.","name":"words","type":"string_list"}"#,
            #"{"default":0.5,"doc":"H.","maximum":1.0,"minimum":0.0,"name":"share","type":"number"}"#,
            #"{"doc":"L.","minimum":1,"name":"least","type":"integer"}"#,
            #"{"doc":"K.","name":"key","required":true,"secret":true,"type":"string"}"#,
            #"{"default":false,"doc":"B.","name":"strict","type":"boolean"}"#,
            #"{"doc":"F.","name":"folder","required":true,"type":"resource"}"#,
            #"{"doc":"E.","name":"extra","type":"resource"}"#,
            #""cardinality":"many""#, #""blind":true"#, #""doc":"It does nothing.""#,
            #""examples":[{"input":[{"text":null}],"output":[],"with":{"mode":"b"}}]"#,
        ] {
            #expect(json.contains(part), "\(part) is missing in \(json)")
        }
    }

    @Test("refuses what an author gets wrong")
    func faults() {
        #expect(fault([TwoOfAName.self]) == "Step `twice` has the input `text` twice.")
        #expect(
            fault([BadName.self]) == "Step `bad_name` has the option `Two words`; names are made of a-z, 0-9 and _.")
        #expect(
            fault([Parent.self])
                == "Step `parental` has an output `parent`, a name that the host needs; choose another.")
        #expect(fault([Shout.self, Shout.self]) == "Plugin `p` has the step `upper` twice.")
        #expect(fault([], id: "1p") == "Plugin `1p` has the id `1p`; names are made of a-z, 0-9 and _.")
        #expect(
            fault([Thrower.self])
                == "Step `thrower` could not be described: no")
    }
}
