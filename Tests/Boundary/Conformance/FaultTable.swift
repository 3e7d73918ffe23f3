import ControlPlane

/// A fault, and the rule that must see it.
struct FaultCase: Sendable, CustomStringConvertible {
    var rule: String
    /// The plugin of Tests/Fixtures/Plugins.
    var plugin: String
    var outcome: ConformanceResult.Outcome
    /// How what was seen begins; mostly all of it.
    var seen: String

    var description: String { "\(plugin): \(rule)" }

    init(_ rule: String, _ plugin: String, _ seen: String) { self.init(rule, plugin, .fail, seen) }

    init(_ rule: String, _ plugin: String, _ outcome: ConformanceResult.Outcome, _ seen: String) {
        self.rule = rule
        self.plugin = plugin
        self.outcome = outcome
        self.seen = seen
    }

    static let table = load + config + bind + contract + data + answers + behaviour

    private static let load: [FaultCase] = [
        FaultCase(
            "load.opens", "undefined_symbol",
            "no library it is linked with defines the symbol 'fastdistill_nobody_has_this'; link the missing library, or "
                + "install the version it was built with"),
        FaultCase(
            "load.opens", "crashes_in_loader", .crashed,
            "the process was ended by SIGABRT; its standard error ends with:\nnot today"),
        FaultCase("load.entry_only", "exports_more", "it also exports 'fixture_helper'"),
        FaultCase(
            "load.entry_only", "exports_weak", .warning,
            "it also exports weak symbols, as C++ makes them: 'fixture_helper'"),
        FaultCase("load.entry_idempotent", "new_entry", "the entry is another one at another call"),
        FaultCase(
            "load.abi_version", "other_abi",
            "it speaks version 7 of the plugin ABI, this host version 1; install a release of the plugin, or of "
                + "FastDistill, that fits the other"),
        FaultCase(
            "load.interface", "other_interface",
            "it does not offer the interface 'fastdistill.map/1', the only kind of step this host knows"),
        FaultCase("load.unknown_interface", "any_interface", "it returns an interface for 'fastdistill.map/2'"),
        FaultCase(
            "load.spec", "bad_spec",
            "its spec is wrong, at /steps/0: unknown member 'cardinalty'; did you mean 'cardinality'?"),
        FaultCase("load.described_in_time", "slow_to_load", .warning, "it took more than 100 ms"),
        FaultCase(
            "load.examples", "wrong_example", "example 1: row 0, column 'copy': \"ONE\" stands there, \"one\" came"),
    ]

    private static let config: [FaultCase] = [
        FaultCase(
            "config.defaults", "refuses_config", "'create' returned INVALID_CONFIG at '/limit': 'limit' must be even"),
        FaultCase(
            "config.defaults", "crashes_in_create", .crashed,
            "the process was ended by SIGABRT; its standard error ends with:\nno such thing"),
        FaultCase(
            "config.wrong_type", "takes_any_type", .warning,
            "it takes 'suffix': 7, 'suffix': {}, 'limit': \"seven\", 'limit': true, 'style': 7, 'style': {}, 'words': 7, "
                + "'words': {}"),
        FaultCase(
            "config.out_of_range", "ignores_range", .warning,
            "it takes 'limit': 0, 'limit': 10000001, 'style': \"no such choice\""),
        FaultCase("config.required", "ignores_required", .warning, "it takes a config without 'style'"),
        FaultCase("config.unknown", "ignores_unknown", .warning, "it takes 'no_such_option': 1"),
        FaultCase("config.names_option", "wrong_pointer", "for 'suffix': 7 'where' is 'suffix' instead of '/suffix'"),
        FaultCase("config.zeroed", "leaves_instance", "it refuses 'no_such_option': 1 and leaves something in '*out'"),
        FaultCase(
            "config.length", "counts_to_nul",
            "with other bytes behind the config 'create' returned INVALID_CONFIG: The options do not end where they "
                + "should."),
        FaultCase(
            "config.any_json", "looks_for_texts",
            "for the same options in other words 'create' returned INVALID_CONFIG at '/style': The style must be loud."),
        FaultCase(
            "config.borrowed", "keeps_config", "at row 0: the input row is neither in 'out' nor in 'rejects'"),
        FaultCase("config.destroy", "destroy_needs_bind", .crashed, "the process was ended by SIGABRT"),
    ]

    private static let bind: [FaultCase] = [
        FaultCase(
            "bind.accepts", "refuses_input", "'bind' returned INVALID_INPUT at 'text': the column must be a list"),
        FaultCase("bind.accepts", "crashes_in_bind", .crashed, "the process was ended by SIGSEGV"),
        FaultCase(
            "bind.within_spec", "undeclared_column",
            "at column 'extra': 'bind' announced a column that the spec does not add"),
        FaultCase(
            "bind.within_spec", "wrong_type", "at column 'copy': 'bind' announced it as int64, the spec says utf8"),
        FaultCase(
            "bind.within_spec", "nullable_column",
            "at column 'copy': 'bind' announced that it may be null, the spec says that it never is"),
        FaultCase(
            "bind.within_spec", "unknown_read",
            "at column 'gold': 'bind' wants to read a column that it was not offered"),
        FaultCase(
            "bind.missing_column", "takes_missing", .warning,
            "it takes columns without 'text': if it works that way, declare the column as optional"),
        FaultCase(
            "bind.missing_column", "reads_missing", "it takes columns without 'text', and wants to read it"),
        FaultCase("bind.wrong_type", "takes_any_column", "it takes columns with 'text' as int64"),
        FaultCase("bind.nullable", "ignores_nulls", .warning, "it takes columns with 'text' nullable"),
        FaultCase("bind.names_column", "blames_nobody", "for columns without 'text' 'where' is ''"),
        FaultCase(
            "bind.optional", "needs_optional",
            "without 'score' 'bind' returned INVALID_INPUT at 'score': The column is missing; bind one to it."),
        FaultCase(
            "bind.any_order", "first_column",
            "with the columns in reverse 'bind' returned INVALID_INPUT at 'text': The column is of another type."),
        FaultCase("bind.deterministic", "changes_its_mind", "'adds' are others in another instance"),
        FaultCase(
            "bind.zeroed", "half_bound", "it refuses columns without 'text' and leaves a schema that is not zeroed"),
        FaultCase("bind.release", "never_released", "'reads' still has its release callback"),
        FaultCase("bind.borrows", "releases_schema", "the schema that was offered is released"),
    ]

    private static let contract: [FaultCase] = [
        FaultCase("data.runs", "fails_on_row", "'run' returned RESOURCE_FAILED: the database is gone"),
        FaultCase(
            "data.structure", "bad_offset", "at column 'copy', row 1: in 'out', the offsets go down from "),
        FaultCase("data.structure", "far_offset", .crashed, "the process was ended by SIGSEGV"),
        FaultCase("data.structure", "unfilled", "in 'out', the array was not filled"),
        FaultCase("data.text", "invalid_utf8", "at column 'copy', row 2: in 'out', the text is not UTF-8"),
        FaultCase(
            "data.nulls", "null_value",
            "at column 'copy', row 2: in 'out', a null in a column that has none by its schema"),
        FaultCase("data.rows", "drops_row", "at row 1: the input row is neither in 'out' nor in 'rejects'"),
        FaultCase("data.rows", "repeats_parent", "at column 'parent', row 1: in 'out', the input row 0 comes twice"),
        FaultCase(
            "data.rows", "wrong_parent",
            "at column 'parent', row 3: in 'out', the parents do not ascend: 3 comes after 9"),
        FaultCase("data.rows", "answers_and_rejects", "at row 0: the input row is both in 'out' and in 'rejects'"),
        FaultCase(
            "data.codes", "unknown_code",
            "at column 'code', row 0: 'other_id' is not a code of the spec, which has not_text"),
        FaultCase(
            "data.constraints", "breaks_constraint",
            "at column 'copy', row 0: it has "),
        FaultCase(
            "data.tags", "wrong_tag",
            "at column 'copy', row 0: by its tag 'verdict' the text must be ok, wrong or undecidable"),
    ]

    private static let data: [FaultCase] = [
        FaultCase("data.no_rows", "needs_a_row", "'run' returned INTERNAL: There are no rows."),
        FaultCase("data.one_row", "needs_two_rows", .crashed, "the process was ended by SIGABRT"),
        FaultCase("data.all_null", "needs_a_note", .crashed, "the process was ended by SIGABRT"),
        FaultCase(
            "data.offset", "ignores_offset",
            "for the same rows in another shape the answers differ: row 0, column 'copy': \""),
        FaultCase(
            "data.sliced_children", "ignores_child_offset",
            "for the same rows in another shape the answers differ: row 0, column 'copy': \""),
        FaultCase(
            "data.bitmaps", "trusts_null_count",
            "for the same rows in another shape the answers differ: row 0, column 'copy': \"a!b-3\" and \"a!-3\""),
        FaultCase("data.null_slots", "reads_null", "for the same rows in another shape the answers differ: row "),
        FaultCase("data.long_text", "fixed_buffer", .crashed, "the process was ended by SIGABRT"),
        FaultCase("data.unicode", "cuts_bytes", "at column 'copy', row 1: in 'out', the text is not UTF-8"),
        FaultCase("data.numbers", "narrow_number", .crashed, "the process was ended by SIGABRT"),
        FaultCase("data.many_rows", "thousand_rows", .crashed, "the process was ended by SIGABRT"),
        FaultCase(
            "data.no_alias", "aliases_input",
            "once the input is overwritten the answers differ: row 0, column 'copy': \""),
        FaultCase("data.input_unchanged", "writes_input", "the input is not as it was before"),
        FaultCase("data.borrows", "releases_input", "1 arrays of the input are released"),
        FaultCase("data.release", "never_released", "'out' still has its release callback"),
        FaultCase(
            "data.outlives", "keeps_result", "after other batches the answers differ: row 0, column 'copy': \""),
        FaultCase("data.zeroed", "half_result", "'run' returned CANCELLED and left 'out' filled"),
    ]

    private static let answers: [FaultCase] = [
        FaultCase("behaviour.same_seed", "random", "in another instance the answers differ: row "),
        FaultCase(
            "behaviour.call_facts", "uses_batch_number", "in another call the answers differ: row 0, column 'copy': \""),
        FaultCase(
            "behaviour.batch_cut", "sees_neighbours",
            "in a batch of "),
        FaultCase(
            "behaviour.history", "remembers", "after other batches the answers differ: row 37, column 'copy': \""),
        FaultCase("behaviour.threads", "thread_bound", "'run' returned INTERNAL: This is another thread."),
        FaultCase("behaviour.parallel", "shares_scratch", "beside another instance the answers differ: row "),
    ]

    private static let behaviour: [FaultCase] = [
        FaultCase(
            "behaviour.cancel", "ignores_cancel", "it went on for more than a second with a batch of 16384 rows"),
        FaultCase("behaviour.bare_host", "logs", .crashed, "the process was ended by SIGSEGV"),
        FaultCase("behaviour.progress", "counts_from_one", "it reports row 64 of a batch of 64 rows"),
        FaultCase("behaviour.reports_progress", "twice", .warning, "it reports no row"),
        FaultCase("behaviour.growth", "leaks", "the heap grew by at least 1"),
        FaultCase("behaviour.instances", "leaks_instance", "the heap grew by at least 1"),
        FaultCase("behaviour.stdout", "prints", .warning, "2728 bytes came on standard output"),
        FaultCase("behaviour.files", "writes_file", "it left 'work/left.tmp'"),
        FaultCase("behaviour.sockets", "opens_socket", "it asked for a socket"),
        FaultCase("behaviour.descriptors", "leaks_descriptor", "left open: /dev/null"),
        FaultCase("behaviour.children", "forks", "1 child processes are left"),
        FaultCase("behaviour.threads_left", "leaves_thread", .warning, "1 threads are left: "),
        FaultCase(
            "behaviour.process_state", "changes_process", .warning, "changed: handler of SIGUSR1, working directory"),
    ]
}
