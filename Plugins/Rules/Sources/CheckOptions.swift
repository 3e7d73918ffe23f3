import PluginKit

/// The options of `rules/check`, and the rules that they ask for.
struct CheckOptions {
    private let isComplete: Bool
    private let minimumCharacters: Int?
    private let maximumCharacters: Int?
    private let minimumTokens: Int?
    private let maximumTokens: Int?
    private let bannedPhrases: [String]
    private let requiredPattern: String?
    private let forbiddenPattern: String?
    private let json: String?
    private let jsonMembers: [String]
    private let scripts: [String]
    private let mostRepetition: Double?

    init(_ declare: inout Declaration) {
        minimumCharacters = declare.optionalOption(
            "min_characters", in: 1...Int.max, doc: "Fewest characters (Unicode code points).")
        maximumCharacters = declare.optionalOption(
            "max_characters", in: 1...Int.max, doc: "Most characters (Unicode code points).")
        bannedPhrases = declare.option(
            "banned", default: [], doc: "Phrases that must not occur, however they are written, as whole words.")
        requiredPattern = declare.optionalOption(
            "pattern", doc: "POSIX extended regular expression that has to match somewhere.")
        forbiddenPattern = declare.optionalOption(
            "forbidden_pattern", doc: "POSIX extended regular expression that must not match anywhere.")
        minimumTokens = declare.optionalOption(
            "min_tokens", in: 1...Int.max, since: "1.1.0",
            doc: "Fewest tokens, by an estimate: a quarter of the ASCII characters and each other one.")
        maximumTokens = declare.optionalOption(
            "max_tokens", in: 1...Int.max, since: "1.1.0", doc: "Most tokens, by the same estimate.")
        isComplete = declare.option(
            "complete", default: false, since: "1.1.0",
            doc:
                "Whether a text is `truncated` that the limit of tokens ended (`finish_reason`), or with an open fence."
        )
        json = declare.optionalOption(
            "json", choices: JSONShape.Kind.allCases.map(\.rawValue), since: "1.1.0",
            doc: "What the text has to be as JSON.")
        jsonMembers = declare.option(
            "json_members", default: [], since: "1.1.0",
            doc: "Members that the JSON object must have: `name`, or `name: string` and the other types.")
        scripts = declare.option(
            "scripts", default: [], since: "1.1.0",
            doc:
                "The only writing systems whose letters may occur: \(Script.allCases.map(\.rawValue).joined(separator: ", "))."
        )
        mostRepetition = declare.optionalOption(
            "max_repetition", in: 0...1, since: "1.1.0",
            doc: "The largest share of its runs of four words that may have occurred before in the text.")
    }

    /// The rules in the order in which they are tried.
    ///
    /// - Throws: `StepError` if an option makes no sense.
    func rules() throws(StepError) -> [Rule] {
        var rules = [Rule.notEmpty]
        if isComplete { rules.append(.complete) }
        try checkOrder("min_characters", minimumCharacters, "max_characters", maximumCharacters)
        if minimumCharacters != nil || maximumCharacters != nil {
            rules.append(.characters(least: minimumCharacters, most: maximumCharacters))
        }
        try checkOrder("min_tokens", minimumTokens, "max_tokens", maximumTokens)
        if minimumTokens != nil || maximumTokens != nil {
            rules.append(.tokens(least: minimumTokens, most: maximumTokens))
        }
        let phrases = bannedPhrases.map { BannedPhrase($0) }
        if let index = phrases.firstIndex(where: \.isEmpty) {
            throw StepError(
                .invalidConfig, where: "/banned/\(index)", "Option `banned` has an empty phrase; leave it out.")
        }
        if !phrases.isEmpty { rules.append(.banned(phrases)) }
        if let pattern = try compiled(requiredPattern, "pattern") { rules.append(.required(pattern)) }
        if let pattern = try compiled(forbiddenPattern, "forbidden_pattern") { rules.append(.forbidden(pattern)) }
        if let shape = try shape() { rules.append(.json(shape)) }
        if !scripts.isEmpty { rules.append(.scripts(ScriptRule(try known(scripts)))) }
        if let mostRepetition { rules.append(.repetition(most: mostRepetition)) }
        return rules
    }

    private func checkOrder(_ leastName: String, _ least: Int?, _ mostName: String, _ most: Int?) throws(StepError) {
        guard let least, let most, least > most else { return }
        throw StepError(
            .invalidConfig, where: "/\(leastName)",
            "Option `\(leastName)` (\(least)) is greater than `\(mostName)` (\(most)).")
    }

    private func compiled(_ pattern: String?, _ option: String) throws(StepError) -> Pattern? {
        guard let pattern else { return nil }
        do {
            return try Pattern(pattern)
        } catch {
            throw StepError(
                .invalidConfig, where: "/\(option)",
                "Option `\(option)` is not a POSIX extended regular expression: \(error.message).")
        }
    }

    private func shape() throws(StepError) -> JSONShape? {
        var members: [JSONShape.Member] = []
        for (index, text) in jsonMembers.enumerated() {
            guard let member = JSONShape.Member(text) else {
                let types = JSONShape.Member.types.joined(separator: ", ")
                throw StepError(
                    .invalidConfig, where: "/json_members/\(index)",
                    "Option `json_members` has `\(text)`; behind the colon stands one of \(types).")
            }
            members.append(member)
        }
        guard let json else {
            guard members.isEmpty else {
                throw StepError(
                    .invalidConfig, where: "/json_members",
                    "Option `json_members` needs `json: object`.")
            }
            return nil
        }
        guard members.isEmpty || json == JSONShape.Kind.object.rawValue else {
            throw StepError(
                .invalidConfig, where: "/json_members", "Option `json_members` needs `json: object`.")
        }
        return JSONShape(kind: JSONShape.Kind(rawValue: json) ?? .any, members: members)
    }

    private func known(_ names: [String]) throws(StepError) -> [Script] {
        var scripts: [Script] = []
        for (index, name) in names.enumerated() {
            guard let script = Script(rawValue: name) else {
                let known = Script.allCases.map(\.rawValue).joined(separator: ", ")
                throw StepError(
                    .invalidConfig, where: "/scripts/\(index)", "Option `scripts` has `\(name)`; known are \(known).")
            }
            scripts.append(script)
        }
        return scripts
    }
}
