/// What `spec_json` says: made from the declarations, and checked for what an author can get wrong.
struct PluginSpec {
    /// Why a plugin cannot be described.
    struct Fault: Error, Equatable {
        let message: String
    }

    private let id: String
    private let version: String
    private let summary: String
    private let steps: [StepSpec]

    init(id: String, version: String, summary: String, steps: [any AnyStep.Type]) throws(Fault) {
        self.id = id
        self.version = version
        self.summary = summary
        var described: [StepSpec] = []
        for step in steps {
            var declaration = Declaration(of: step, configuration: nil)
            do {
                _ = try step.init(&declaration)
            } catch {
                throw Fault(message: "Step `\(step.id)` could not be described: \(error)")
            }
            described.append(declaration.spec)
        }
        self.steps = described
        try check()
    }

    private func check() throws(Fault) {
        try PluginSpec.check([id], of: "Plugin `\(id)`", kind: "id")
        try PluginSpec.check(steps.map(\.id), of: "Plugin `\(id)`", kind: "step")
        for step in steps {
            let place = "Step `\(step.id)`"
            if step.isGrouped, step.reads.count(where: { $0.name == Declaration.ordinal }) > 1 {
                throw Fault(
                    message: "\(place) declares the input `ordinal`, which a grouped step has already; "
                        + "`sample.ordinal` gives it.")
            }
            try PluginSpec.check(step.reads.map(\.name), of: place, kind: "input")
            try PluginSpec.check(step.adds.map(\.name), of: place, kind: "output")
            try PluginSpec.check(step.options.map(\.name), of: place, kind: "option")
            try PluginSpec.check(step.rejects.map(\.code), of: place, kind: "reject code")
            if step.adds.contains(where: { $0.name == "parent" }) {
                throw Fault(message: "\(place) has an output `parent`, a name that the host needs; choose another.")
            }
        }
    }

    /// Names are `[a-z][a-z0-9_]*` and stand only once.
    private static func check(_ names: [String], of place: String, kind: String) throws(Fault) {
        for (index, name) in names.enumerated() {
            guard let first = name.utf8.first, lowercase.contains(first), name.utf8.allSatisfy(isNameByte) else {
                throw Fault(message: "\(place) has the \(kind) `\(name)`; names are made of a-z, 0-9 and _.")
            }
            if names[..<index].contains(name) {
                throw Fault(message: "\(place) has the \(kind) `\(name)` twice.")
            }
        }
    }

    private static let lowercase = UInt8(ascii: "a")...UInt8(ascii: "z")

    private static func isNameByte(_ byte: UInt8) -> Bool {
        lowercase.contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "_")
    }

    func json() -> String {
        JSONWriter.text(
            of: [
                "id": .text(id), "version": .text(version), "summary": .text(summary), "toolchain": .text(toolchain),
                "steps": .list(steps.map(\.asValue)),
            ])
    }
}

/// The compiler that built this plugin, as the host compares it with its own.
private var toolchain: String {
    #if compiler(>=6.5)
    "swift-6.5"
    #elseif compiler(>=6.4)
    "swift-6.4"
    #elseif compiler(>=6.3.3)
    "swift-6.3.3"
    #elseif compiler(>=6.3.2)
    "swift-6.3.2"
    #elseif compiler(>=6.3.1)
    "swift-6.3.1"
    #else
    "swift-6.3"
    #endif
}

extension StepSpec {
    fileprivate var asValue: Value {
        var members: [String: Value] = [
            "id": .text(id), "summary": .text(summary), "cardinality": .text(cardinality.rawValue),
            "grouped": .bool(isGrouped), "blind": .bool(isBlind),
            "reads": .list(reads.map(\.asValue)), "adds": .list(adds.map(\.asValue)),
            "rejects": .list(rejects.map { ["code": .text($0.code), "doc": .text($0.doc)] }),
            "options": .list(options.map(\.asValue)), "examples": .list(examples.map(\.asValue)),
        ]
        if !doc.isEmpty { members["doc"] = .text(doc) }
        members["reads_more"] = readsMore?.asValue
        return .object(members)
    }
}

extension MoreColumns {
    fileprivate var asValue: Value {
        var members: [String: Value] = ["type": .text(type.description), "doc": .text(doc)]
        if isNullable { members["nullable"] = true }
        return .object(members)
    }
}

extension ColumnSpec {
    fileprivate var asValue: Value {
        var members = constraints
        members["name"] = .text(name)
        members["type"] = .text(type.description)
        members["doc"] = .text(doc)
        if isNullable { members["nullable"] = true }
        if isOptional { members["optional"] = true }
        if !tags.isEmpty { members["tags"] = .list(tags.map { .text($0.rawValue) }) }
        return .object(members)
    }
}

extension OptionSpec {
    fileprivate var asValue: Value {
        var members = limits
        members["name"] = .text(name)
        members["type"] = .text(type)
        members["doc"] = .text(doc)
        members["default"] = defaultValue
        members["since"] = since.map { .text($0) }
        if isRequired { members["required"] = true }
        if isSecret { members["secret"] = true }
        return .object(members)
    }
}

extension ExampleSpec {
    fileprivate var asValue: Value {
        [
            "with": .object(options), "input": .list(input.map { .object($0) }),
            "output": .list(output.map { .object($0) }),
        ]
    }
}
