import DataPlane

/// Rules about `create` and `destroy`.
enum ConfigRules {
    static let all: [ConformanceRule] = [
        .step(
            .config, "defaults", .must,
            "`create` takes the defaults of the spec, and values for what is required.",
            remedy: "Give every option a default with which the step works, or make it required.", defaults),
        .step(
            .config, "wrong_type", .should, "`create` refuses an option of the wrong type.",
            remedy: "Check each option's type; the host does it for graphs, but a test or another host may not."
        ) { trial throws(Finding) in try refuses(trial, OptionCase.wrongTypes(trial)) },
        .step(
            .config, "out_of_range", .should, "`create` refuses a value outside an option's range or choices.",
            remedy: "Check each option against the limits that the spec states."
        ) { trial throws(Finding) in try refuses(trial, OptionCase.outOfRange(trial)) },
        .step(
            .config, "required", .should, "`create` refuses to do without a required option.",
            remedy: "Check that each required option is there."
        ) { trial throws(Finding) in try refuses(trial, OptionCase.missing(trial)) },
        .step(
            .config, "unknown", .should, "`create` refuses an option that the spec does not have.",
            remedy: "Refuse what you do not know, so that a misspelt option is not silently without effect."
        ) { trial throws(Finding) in try refuses(trial, OptionCase.unknown(trial)) },
        .step(
            .config, "names_option", .must,
            "A refusal is INVALID_CONFIG, with the option's JSON pointer in `where` and a sentence in `message`.",
            remedy: "Fill the error: status INVALID_CONFIG, `where` \"/name\", `message` what would be right.",
            namesOption),
        .step(
            .config, "zeroed", .must, "A `create` that fails leaves `*out` NULL.",
            remedy: "Set `*out` last, when nothing can fail any more.", zeroed),
        .step(
            .config, "length", .must, "`create` reads the config by its length: no NUL follows it.",
            remedy: "Parse `config_length` bytes, not up to a NUL.", length),
        .step(
            .config, "any_json", .must,
            "The same options written as other JSON (order, white space, escapes) mean the same.",
            remedy: "Read the config with a JSON parser, not by looking for texts.", anyJSON),
        .step(
            .config, "borrowed", .must, "The instance does not need the texts that `create` was given.",
            remedy: "Copy what you keep: step id and config are only lent.", borrowed),
        .step(
            .config, "destroy", .must, "An instance can be destroyed that was never bound, or refused to be.",
            remedy: "Let `destroy` free what is there, and nothing else.", destroy),
    ]

    private static func defaults(_ trial: StepTrial) throws(Finding) {
        let created = try trial.create()
        guard created.report.isOK else { throw .fault("'create' returned \(created.report.description)") }
        guard let probe = created.probe else { throw .fault("'create' returned OK and no instance") }
        // Never destroyed: whether that works before `bind` is for another rule to say.
        _ = Unmanaged.passRetained(probe)
    }

    private static func refuses(_ trial: StepTrial, _ cases: [OptionCase]) throws(Finding) {
        if cases.isEmpty { throw .skip("the step has no option of that kind") }
        var taken: [String] = []
        for option in cases where try trial.create(option.config).report.isOK { taken.append(option.shown) }
        if !taken.isEmpty { throw .fault("it takes \(taken.joined(separator: ", "))") }
    }

    private static func refusals(_ trial: StepTrial) throws(Finding) -> [(OptionCase, Probe.Created)] {
        let cases =
            OptionCase.wrongTypes(trial) + OptionCase.outOfRange(trial) + OptionCase.missing(trial)
            + OptionCase.unknown(trial)
        var refused: [(OptionCase, Probe.Created)] = []
        for option in cases {
            let created = try trial.create(option.config)
            if !created.report.isOK { refused.append((option, created)) }
        }
        if refused.isEmpty { throw .skip("the step refused nothing") }
        return refused
    }

    private static func namesOption(_ trial: StepTrial) throws(Finding) {
        for (option, created) in try refusals(trial) {
            let report = created.report
            guard report.statusName == "INVALID_CONFIG" else {
                throw .fault("for \(option.shown) 'create' returned \(report.description)")
            }
            guard report.place == option.pointer || report.place.hasPrefix(option.pointer + "/") else {
                throw .fault("for \(option.shown) 'where' is '\(report.place)' instead of '\(option.pointer)'")
            }
            guard report.isReadable else { throw .fault("for \(option.shown) there is no readable message") }
        }
    }

    private static func zeroed(_ trial: StepTrial) throws(Finding) {
        for (option, created) in try refusals(trial) where created.leftSomething {
            throw .fault("it refuses \(option.shown) and leaves something in '*out'")
        }
    }

    private static func length(_ trial: StepTrial) throws(Finding) {
        let created = try trial.create(text: trial.config.compact, arguments: .unterminated)
        guard created.report.isOK else {
            throw .fault("with other bytes behind the config 'create' returned \(created.report.description)")
        }
    }

    private static func anyJSON(_ trial: StepTrial) throws(Finding) {
        let rows = trial.plainRows()
        let plain = try trial.session().baseline(rows)
        let created = try trial.create(text: trial.config.writtenOtherwise)
        guard let probe = created.probe else {
            throw .fault("for the same options in other words 'create' returned \(created.report.description)")
        }
        let session = try StepSession(probe: probe, offered: trial.offered, trial: trial)
        try expectSame(plain, try session.output(rows), rowCount: rows.rowCount, "with the same options in other words")
    }

    private static func borrowed(_ trial: StepTrial) throws(Finding) {
        let rows = trial.plainRows()
        let plain = try trial.session().baseline(rows)
        guard let probe = try trial.create(text: trial.config.compact, arguments: .overwritten).probe else {
            throw .skip("see config.defaults")
        }
        let session: StepSession
        do throws(Finding) {
            session = try StepSession(probe: probe, offered: trial.offered, trial: trial)
        } catch {
            throw .fault("once the texts of 'create' are overwritten, \(error.seen)")
        }
        try expectSame(
            plain, try session.output(rows), rowCount: rows.rowCount, "once the texts of 'create' are overwritten")
    }

    private static func destroy(_ trial: StepTrial) throws(Finding) {
        _ = try trial.probe()
        // No column at all: what is required is missing.
        _ = try trial.probe().bind([])
        _ = try trial.session()
    }
}
