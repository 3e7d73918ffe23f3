import DataPlane

/// Rules about `bind`.
enum BindRules {
    static let all: [ConformanceRule] = [
        .step(
            .bind, "accepts", .must, "`bind` takes the columns of the spec and fills two struct schemas.",
            remedy: "Take every column as the spec declares it, and fill `reads` and `adds`.", accepts),
        .step(
            .bind, "within_spec", .must,
            "`reads` are columns that were offered, `adds` those of the spec, with its types, or narrower.",
            remedy: "Announce exactly what the spec says; leave out or narrow only what the options make needless.",
            withinSpec),
        .step(
            .bind, "missing_column", .must, "`bind` refuses to do without a column that is not optional.",
            remedy: "Look each column up by its name and refuse with INVALID_INPUT if it is not there.", missingColumn),
        .step(
            .bind, "wrong_type", .must, "`bind` refuses a column of another type.",
            remedy: "Compare each column's format, and those of its children, with the spec.", wrongType),
        .step(
            .bind, "nullable", .should,
            "`bind` refuses a column that may be null where the spec says that it never is.",
            remedy: "Look at ARROW_FLAG_NULLABLE of each column; the host does it for graphs.", nullable),
        .step(
            .bind, "names_column", .must,
            "A refusal is INVALID_INPUT, with the column's name in `where` and a sentence in `message`.",
            remedy: "Fill the error: status INVALID_INPUT, `where` the column's name, `message` what would be right.",
            namesColumn),
        .step(
            .bind, "optional", .must, "The step works without each optional column, and without all of them.",
            remedy: "Ask in `run` which of the optional columns are bound.", optional),
        .step(
            .bind, "any_order", .must, "The order in which columns are offered does not matter.",
            remedy: "Look columns up by name in `bind`; `run` gets them in the order of `reads`.", anyOrder),
        .step(
            .bind, "deterministic", .must, "Two instances with the same options answer the same.",
            remedy: "Let the schemas depend on options and offered columns only.", deterministic),
        .step(
            .bind, "zeroed", .must, "A `bind` that fails leaves `reads` and `adds` zeroed.",
            remedy: "Fill them last, or release and zero them before an error is returned.", zeroed),
        .step(
            .bind, "release", .must, "Releasing a schema marks it as released (`release` is NULL afterwards).",
            remedy: "End the release callback with `schema->release = NULL`.", release),
        .step(
            .bind, "borrows", .must, "`bind` does not release the schema that it is offered.",
            remedy: "Leave the input alone: it belongs to the host.", borrows),
    ]

    private static func accepts(_ trial: StepTrial) throws(Finding) {
        let answer = try trial.probe().bind(trial.offered)
        guard answer.report.isOK else { throw .fault("'bind' returned \(answer.report.description)") }
        for (name, slot) in [("reads", answer.reads), ("adds", answer.adds)] {
            guard slot.pointer.pointee.release != nil else { throw .fault("'\(name)' was not filled") }
            do {
                _ = try Schema(copying: slot.pointer)
            } catch {
                throw .fault("'\(name)' is not sound: \(error)")
            }
        }
    }

    private static func withinSpec(_ trial: StepTrial) throws(Finding) {
        let answer = try trial.probe().bind(trial.offered)
        guard let fields = BindReader.fields(answer) else { throw .skip("see bind.accepts") }
        do throws(Violation) {
            _ = try BoundStep(reads: fields.reads, adds: fields.adds, offered: trial.offered, step: trial.step)
        } catch {
            throw .fault(BatchFault(error).description)
        }
    }

    /// A `bind` that ought to be refused, and the column that is to blame.
    private struct Case {
        var column: String
        var offered: [Field]
        var shown: String
    }

    /// The columns that the step reads with these options; only they can be missed.
    private static func readNames(_ trial: StepTrial) throws(Finding) -> [String] {
        try trial.session().bound.reads.map(\.name)
    }

    private static func missing(_ trial: StepTrial) throws(Finding) -> [Case] {
        let read = try readNames(trial)
        return trial.step.reads.filter { !$0.isOptional && read.contains($0.field.name) }.map { column in
            let name = column.field.name
            return Case(column: name, offered: trial.offered.filter { $0.name != name }, shown: "without '\(name)'")
        }
    }

    private static func wrongTypes(_ trial: StepTrial) throws(Finding) -> [Case] {
        let read = try readNames(trial)
        return trial.offered.filter { read.contains($0.name) }.map { field in
            let other = Field(field.name, field.type == .int64 ? .utf8 : .int64, nullable: field.nullable)
            return Case(
                column: field.name, offered: trial.offered.map { $0.name == field.name ? other : $0 },
                shown: "with '\(field.name)' as \(other.type)")
        }
    }

    private static func nullables(_ trial: StepTrial) throws(Finding) -> [Case] {
        let read = try readNames(trial)
        return trial.offered.filter { !$0.nullable && read.contains($0.name) }.map { field in
            let other = Field(field.name, field.type, nullable: true)
            return Case(
                column: field.name, offered: trial.offered.map { $0.name == field.name ? other : $0 },
                shown: "with '\(field.name)' nullable")
        }
    }

    private static func missingColumn(_ trial: StepTrial) throws(Finding) {
        let cases = try missing(trial)
        if cases.isEmpty { throw .skip("the step needs no column") }
        for item in cases {
            let answer = try trial.probe().bind(item.offered)
            guard answer.report.isOK else { continue }
            if BindReader.fields(answer)?.reads.contains(where: { $0.name == item.column }) != false {
                throw .fault("it takes columns \(item.shown), and wants to read it")
            }
            throw .warning("it takes columns \(item.shown): if it works that way, declare the column as optional")
        }
    }

    private static func wrongType(_ trial: StepTrial) throws(Finding) {
        let cases = try wrongTypes(trial)
        if cases.isEmpty { throw .skip("the step reads no column") }
        for item in cases where try readsAnyway(item, trial) { throw .fault("it takes columns \(item.shown)") }
    }

    private static func nullable(_ trial: StepTrial) throws(Finding) {
        let cases = try nullables(trial)
        if cases.isEmpty { throw .skip("every column that the step reads may be null") }
        for item in cases where try readsAnyway(item, trial) { throw .fault("it takes columns \(item.shown)") }
    }

    private static func readsAnyway(_ item: Case, _ trial: StepTrial) throws(Finding) -> Bool {
        let answer = try trial.probe().bind(item.offered)
        guard answer.report.isOK else { return false }
        return BindReader.fields(answer)?.reads.contains { $0.name == item.column } != false
    }

    private static func refusals(_ trial: StepTrial) throws(Finding) -> [(Case, Probe.Bound)] {
        var refused: [(Case, Probe.Bound)] = []
        for item in try missing(trial) + wrongTypes(trial) + nullables(trial) {
            let answer = try trial.probe().bind(item.offered)
            if !answer.report.isOK { refused.append((item, answer)) }
        }
        if refused.isEmpty { throw .skip("the step refused nothing") }
        return refused
    }

    private static func namesColumn(_ trial: StepTrial) throws(Finding) {
        for (item, answer) in try refusals(trial) {
            let report = answer.report
            guard report.statusName == "INVALID_INPUT" else {
                throw .fault("for columns \(item.shown) 'bind' returned \(report.description)")
            }
            guard report.place == item.column else {
                throw .fault("for columns \(item.shown) 'where' is '\(report.place)'")
            }
            guard report.isReadable else { throw .fault("for columns \(item.shown) there is no readable message") }
        }
    }

    private static func zeroed(_ trial: StepTrial) throws(Finding) {
        for (item, answer) in try refusals(trial) where !answer.reads.isZeroed || !answer.adds.isZeroed {
            throw .fault("it refuses columns \(item.shown) and leaves a schema that is not zeroed")
        }
    }

    private static func optional(_ trial: StepTrial) throws(Finding) {
        let names = trial.step.reads.filter(\.isOptional).map(\.field.name)
        if names.isEmpty { throw .skip("no column is optional") }
        let rows = trial.plainRows()
        _ = try trial.session().baseline(rows)
        for left in names.map({ [$0] }) + (names.count > 1 ? [names] : []) {
            let offered = trial.offered.filter { !left.contains($0.name) }
            let shown = left.map { "'\($0)'" }.joined(separator: " and ")
            let answer = try trial.probe().bind(offered)
            guard answer.report.isOK else {
                throw .fault("without \(shown) 'bind' returned \(answer.report.description)")
            }
            do throws(Finding) {
                _ = try trial.session(offered: offered).output(rows)
            } catch {
                throw .fault("without \(shown): \(error.seen)")
            }
        }
    }

    private static func anyOrder(_ trial: StepTrial) throws(Finding) {
        guard trial.offered.count > 1 else { throw .skip("the step reads fewer than two columns") }
        let rows = trial.plainRows()
        let plain = try trial.session().baseline(rows)
        let offered = Array(trial.offered.reversed())
        let answer = try trial.probe().bind(offered)
        guard answer.report.isOK else {
            throw .fault("with the columns in reverse 'bind' returned \(answer.report.description)")
        }
        let session: StepSession
        do throws(Finding) {
            session = try trial.session(offered: offered)
        } catch {
            throw .fault("with the columns in reverse, what 'bind' announces is against the spec")
        }
        try expectSame(plain, try session.output(rows), rowCount: rows.rowCount, "with the columns in reverse")
    }

    private static func deterministic(_ trial: StepTrial) throws(Finding) {
        guard let first = BindReader.fields(try trial.probe().bind(trial.offered)) else {
            throw .skip("see bind.accepts")
        }
        for _ in 0..<3 {
            let again = BindReader.fields(try trial.probe().bind(trial.offered))
            if again?.reads != first.reads { throw .fault("'reads' are others in another instance") }
            if again?.adds != first.adds { throw .fault("'adds' are others in another instance") }
        }
    }

    private static func release(_ trial: StepTrial) throws(Finding) {
        let answer = try trial.probe().bind(trial.offered)
        guard BindReader.fields(answer) != nil else { throw .skip("see bind.accepts") }
        if !answer.reads.releaseAndAsk() { throw .fault("'reads' still has its release callback") }
        if !answer.adds.releaseAndAsk() { throw .fault("'adds' still has its release callback") }
    }

    private static func borrows(_ trial: StepTrial) throws(Finding) {
        let answer = try trial.probe().bind(trial.offered)
        if answer.hasReleasedInput { throw .fault("the schema that was offered is released") }
    }
}
