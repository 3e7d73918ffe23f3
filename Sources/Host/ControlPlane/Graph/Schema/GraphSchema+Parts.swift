import DataPlane

/// The small parts that a schema is made of.
extension GraphSchema {
    static func reference(_ definition: String) -> JSONValue { ["$ref": .string("#/definitions/\(definition)")] }

    static func text(_ description: String, pattern: String? = nil) -> JSONValue {
        described(description, [("type", "string")] + (pattern.map { [("pattern", .string($0))] } ?? []))
    }

    /// The same with another description.
    static func text(_ description: String, base: JSONValue) -> JSONValue {
        described(description, (base.object ?? []).filter { $0.0 != "description" })
    }

    static func boolean(_ description: String?) -> JSONValue { described(description, [("type", "boolean")]) }

    static func integer(_ description: String?, _ minimum: Int64?, _ maximum: Int64?) -> JSONValue {
        described(
            description,
            [("type", "integer")] + bounds(minimum.map { .int($0) }, maximum.map { .int($0) }))
    }

    static func number(_ minimum: Int64, _ maximum: Int64) -> JSONValue {
        .object([("type", "number")] + bounds(.int(minimum), .int(maximum)))
    }

    static func bounds(_ minimum: JSONValue?, _ maximum: JSONValue?) -> [(String, JSONValue)] {
        [("minimum", minimum), ("maximum", maximum)].compactMap { name, value in value.map { (name, $0) } }
    }

    static func choice<Choice: RawRepresentable<String>>(_ description: String, _ choices: [Choice]) -> JSONValue {
        described(description, [("enum", .array(choices.map { .string($0.rawValue) }))])
    }

    /// A map whose keys are fixed.
    static func object(
        _ description: String, required: [String] = [], others: JSONValue = false, _ properties: [(String, JSONValue)]
    ) -> JSONValue {
        described(
            description,
            [
                ("type", "object"), ("required", .array(required.map { .string($0) })),
                ("additionalProperties", others), ("properties", .object(properties)),
            ])
    }

    /// A map whose keys are free.
    static func map(_ description: String, of values: JSONValue) -> JSONValue {
        described(description, [("type", "object"), ("additionalProperties", values)])
    }

    static func described(_ description: String?, _ members: [(String, JSONValue)]) -> JSONValue {
        .object((description.map { [("description", .string($0))] } ?? []) + members)
    }
}
