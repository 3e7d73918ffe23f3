import Testing

@testable import PluginKit

private struct Options: Step {
    static let id = "options"
    static let summary = "Shows its options."

    let shown: Output<String>
    let values: String

    init(_ declare: inout Declaration) throws {
        shown = declare.adds("shown", doc: "")
        let mode = declare.option("mode", default: "a", choices: ["a", "b"], doc: "")
        let words = declare.option("words", default: ["x"], doc: "")
        let share = declare.option("share", default: 0.5, in: 0...1, doc: "")
        let least: Int? = declare.optionalOption("least", in: 1...10, doc: "")
        let strict = declare.option("strict", default: true, doc: "")
        let key: String = declare.requiredOption("key", choices: ["k1", "k2"], isSecret: true, doc: "")
        let folder = declare.resource("folder", doc: "")
        values = "\(mode) \(words) \(share) \(least.map(String.init) ?? "nil") \(strict) \(key) \(folder)"
        if least == 10 { throw StepError(.invalidConfig, where: "/least", "Ten is too many.") }
    }

    func run(_ row: inout Row) {
        row[shown] = values
    }
}

private struct Unopenable: Step {
    struct Broken: Error, CustomStringConvertible { let description = "the drawer is stuck" }
    static let id = "unopenable"
    static let summary = ""
    let fails: Bool
    init(_ declare: inout Declaration) { fails = declare.option("fails", default: true, doc: "") }
    mutating func open() throws { if fails { throw Broken() } }
    func run(_ row: inout Row) {}
}

@Suite("Options")
struct OptionTests {
    private func shown(_ options: [String: Value]) throws -> Value? {
        try StepHarness<Options>(options: options).run([[:]])[0]["shown"]
    }

    private func error(_ options: [String: Value]) -> StepError? {
        var complete: [String: Value] = ["key": "k1", "folder": "/f"]
        complete.merge(options) { _, new in new }
        return #expect(throws: StepError.self) { try StepHarness<Options>(options: complete) }
    }

    @Test("have their defaults unless they are given")
    func defaults() throws {
        #expect(try shown(["key": "k1", "folder": "/f"]) == #"a ["x"] 0.5 nil true k1 /f"#)
        #expect(
            try shown([
                "key": "k2", "folder": "/g", "mode": "b", "words": ["p", "q"], "share": 1, "least": 9, "strict": false,
            ]) == #"b ["p", "q"] 1.0 9 false k2 /g"#)
    }

    @Test("of the wrong type, out of range or not among the choices are named with a JSON pointer")
    func wrong() {
        #expect(
            error(["mode": 3])
                == StepError(.invalidConfig, where: "/mode", "Option `mode` must be a string, but is an integer."))
        #expect(
            error(["words": ["a", 1]])
                == StepError(
                    .invalidConfig, where: "/words", "Option `words` must be a list of strings, but is a list."))
        #expect(
            error(["share": "x"])
                == StepError(.invalidConfig, where: "/share", "Option `share` must be a number, but is a string."))
        #expect(
            error(["strict": nil])
                == StepError(.invalidConfig, where: "/strict", "Option `strict` must be true or false, but is null."))
        #expect(
            error(["least": 1.5])
                == StepError(.invalidConfig, where: "/least", "Option `least` must be an integer, but is a number."))
        #expect(
            error(["least": 0])
                == StepError(.invalidConfig, where: "/least", "Option `least` must be at least 1, but is 0."))
        #expect(
            error(["share": 1.5])
                == StepError(.invalidConfig, where: "/share", "Option `share` must be at most 1.0, but is 1.5."))
        #expect(
            error(["mode": "c"])
                == StepError(
                    .invalidConfig, where: "/mode", #"Option `mode` must be one of "a", "b", but is "c"."#))
    }

    @Test("that are secret are never shown")
    func secret() {
        #expect(
            error(["key": "hunter2"])
                == StepError(
                    .invalidConfig, where: "/key", #"Option `key` must be one of "k1", "k2", but is something else."#))
    }

    @Test("that are required must be given")
    func required() {
        let error = #expect(throws: StepError.self) { try StepHarness<Options>(options: ["key": "k1"]) }
        #expect(error == StepError(.invalidConfig, where: "/folder", "Option `folder` is required."))
    }

    @Test("that the step does not have are named with those it has")
    func unknown() {
        #expect(
            error(["a/b~c": 1])
                == StepError(
                    .invalidConfig, where: "/a~1b~0c",
                    "Step `options` has no option `a/b~c`; it has `mode`, `words`, `share`, `least`, `strict`, `key`, `folder`."
                ))
    }

    @Test("that are wrong together are the step's own words, unless one is wrong by itself")
    func together() {
        #expect(error(["least": 10]) == StepError(.invalidConfig, where: "/least", "Ten is too many."))
        #expect(
            error(["least": 10, "mode": 1])
                == StepError(.invalidConfig, where: "/mode", "Option `mode` must be a string, but is an integer."))
    }

    @Test("are told apart from a step that cannot open")
    func open() throws {
        _ = try StepHarness<Unopenable>(options: ["fails": false])
        let error = #expect(throws: StepError.self) { try StepHarness<Unopenable>() }
        #expect(error == StepError(.internal, "the drawer is stuck"))
    }
}
