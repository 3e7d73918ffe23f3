import DataPlane

/// What `bind` agreed on, checked against the spec.
struct BoundStep: Sendable, Equatable {
    /// The columns the step sees, as they are offered.
    var reads: [Field]
    /// The columns as the step announced them: its order, perhaps narrower than the spec.
    var announced: [Field]

    /// - Throws: ``Failure`` of code `plugin_violation`, rule `schema`.
    init(
        reads wanted: [Field], adds announced: [Field], offered: [Field], step: StepSpec, by identity: StepIdentity
    ) throws(Failure) {
        do throws(Violation) {
            try self.init(reads: wanted, adds: announced, offered: offered, step: step)
        } catch {
            throw identity.violation(error)
        }
    }

    /// - Throws: ``Violation`` of the rule `schema`.
    init(reads wanted: [Field], adds announced: [Field], offered: [Field], step: StepSpec) throws(Violation) {
        reads = []
        for field in wanted {
            guard let offer = offered.first(where: { $0.name == field.name }) else {
                throw Violation(
                    .schema, column: field.name, "'bind' wants to read a column that it was not offered")
            }
            guard offer.type == field.type else {
                throw Violation(
                    .schema, column: field.name,
                    "'bind' wants to read it as \(field.type), it was offered as \(offer.type)")
            }
            reads.append(offer)
        }
        for field in announced {
            guard let spec = step.adds.first(where: { $0.field.name == field.name })?.field else {
                throw Violation(
                    .schema, column: field.name, "'bind' announced a column that the spec does not add")
            }
            guard spec.type == field.type else {
                throw Violation(
                    .schema, column: field.name, "'bind' announced it as \(field.type), the spec says \(spec.type)")
            }
            guard spec.nullable || !field.nullable else {
                throw Violation(
                    .schema, column: field.name, "'bind' announced that it may be null, the spec says that it never is")
            }
        }
        for spec in step.adds
        where !spec.field.nullable && !announced.contains(where: { $0.name == spec.field.name }) {
            throw Violation(
                .schema, column: spec.field.name, "'bind' left it out, the spec says that it never is null")
        }
        self.announced = announced
    }
}
