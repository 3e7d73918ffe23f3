import DataPlane

/// What a rule about a step works with: the step, its options, and rows for it.
///
/// The plugin is loaded when a rule first needs it, so that a rule can look at the process before.
final class StepTrial {
    let path: String
    let spec: PluginSpec
    /// As the spec has it.
    let declared: StepSpec
    /// The same, with further columns as if they were declared.
    let step: StepSpec
    let seed: UInt64
    /// Values of options by name, from the command line.
    let given: [String: String]
    /// The options, with which a step ought to work.
    let config: JSONValue
    let folders: TrialFolders
    let samples: SampleRows
    private var loaded: LoadedPlugin?

    static let plainRowCount = 64

    init(_ order: CheckOrder, spec: PluginSpec, step: StepSpec) throws(Finding) {
        path = order.path
        self.spec = spec
        declared = step
        var step = step
        // Which they are follows from the options, and these are those of the first example.
        step.reads = step.reads(naming: step.examples.first?.columns ?? [])
        self.step = step
        seed = UInt64(order.seed)
        given = order.with
        config = try StepOptions.base(step, with: order.with)
        folders = TrialFolders(path: order.folder)
        samples = SampleRows(step, of: spec, rows: order.rows, seed: UInt64(order.seed))
    }

    /// The functions of the plugin.
    func map() throws(Finding) -> MapInterface {
        if let loaded { return loaded.map }
        do throws(PluginRefusal) {
            let plugin = try PluginLoader.load(path)
            loaded = plugin
            return plugin.map
        } catch {
            throw .skip("the plugin cannot be loaded: \(error.message)")
        }
    }

    /// All columns that the step reads, as its spec has them.
    var offered: [Field] { step.reads.map(\.field) }

    /// 64 rows as they come, or another batch of them.
    func plainRows(_ count: Int = StepTrial.plainRowCount, salt: UInt64 = 0) -> RecordBatch {
        samples.batch(count, salt: salt)
    }

    func create(_ config: JSONValue? = nil, host: ProbeHost? = nil) throws(Finding) -> Probe.Created {
        try create(text: (config ?? self.config).compact, host: host)
    }

    func create(
        text: String, host: ProbeHost? = nil, arguments: Probe.Arguments = .plain
    ) throws(Finding) -> Probe.Created {
        Probe.create(try map(), step: step.id, config: text, host: host ?? ProbeHost(), arguments: arguments)
    }

    /// An instance that is made of the options with which a step ought to work.
    ///
    /// - Throws: ``Finding`` of kind `skip` where it cannot be made: `config.defaults` says why.
    func probe(host: ProbeHost? = nil) throws(Finding) -> Probe {
        guard let probe = try create(host: host).probe else {
            throw .skip("the step cannot be created, see config.defaults")
        }
        return probe
    }

    /// An instance that is made and bound.
    ///
    /// - Throws: ``Finding`` of kind `skip` where that does not work: `config.defaults`, `bind.accepts` and
    ///   `bind.within_spec` say why.
    func session(offered: [Field]? = nil, host: ProbeHost? = nil) throws(Finding) -> StepSession {
        try StepSession(probe: try probe(host: host), offered: offered ?? self.offered, trial: self)
    }
}
