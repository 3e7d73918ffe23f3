import DataPlane

extension Engine {
    /// Makes what does a node's work.
    func makeExecutor(_ station: Station) throws(Failure) -> any NodeExecutor {
        let mailbox = self.mailbox
        let index = station.index
        let context = NodeContext(
            plan: station.plan, input: station.input, journal: parts.journal,
            worked: { station.meter.worked(nanoseconds: $0) },
            post: { mailbox.send(.node(index, $0)) },
            finish: { [unowned self] in self.finish(station, before: $0, after: $1, drops: $2) })
        switch station.plan.verb {
        case .use(let use):
            guard let runner = parts.runners[index] else {
                preconditionFailure("node \(station.plan.id) has no runner")
            }
            let crashes = CrashWatch(
                StepIdentity(plan.plugins[use.plugin], step: use.step.id, node: station.plan.id), limit: use.crashLimit)
            return UseExecutor(context, use, runner: runner, seed: seed(of: station.plan.id), crashes: crashes)
        case .identify(let identify):
            return IdentifyExecutor(
                context, identify, decodeProfile: profile(identify.decode).canonical, duplicates: parts.duplicates,
                isSealed: { [unowned self] in self.sealedShards.contains(self.ledger.shard(of: $0)) })
        case .complete(let complete):
            guard let completer = parts.completer else {
                preconditionFailure("node \(station.plan.id) asks a model and there is no gateway")
            }
            return CompleteExecutor(
                context, complete, decode: profile(complete.decode), completer: completer, runID: parts.runID,
                batchRows: settings.batchRows, shard: { [unowned self] in self.ledger.shard(of: $0) })
        case .embed(let embed):
            guard let completer = parts.completer else {
                preconditionFailure("node \(station.plan.id) asks a model and there is no gateway")
            }
            return EmbedExecutor(
                context, embed, completer: completer, runID: parts.runID,
                shard: { [unowned self] in self.ledger.shard(of: $0) })
        case .reject(let reject): return RejectExecutor(context, reject)
        case .select(let select): return SelectExecutor(context, select)
        }
    }

    private func profile(_ name: String) -> DecodeProfile {
        guard let profile = plan.decode[name] else { preconditionFailure("the checked graph has no decode '\(name)'") }
        return profile
    }

    /// The same for every batch of a node in every run of one contract, so that batching cannot change results.
    private func seed(of node: String) -> UInt64 {
        var hash = SHA256()
        hash.update(field: parts.contractHash)
        hash.update(field: node)
        return hash.finishBytes().prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }
}
