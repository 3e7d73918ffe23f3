extension GatewayLoop {
    /// What a question may cost with a provider; nil when its role cannot pay for it now.
    ///
    /// While requests of the role are under way, some of what is reserved for them will come back: then it waits. When none
    /// is, the budget is used up: all that waits in the role is deferred, and all that comes.
    func affordable(_ question: Question, of provider: ProviderState) -> RequestCost? {
        let cost = RequestCost(question, with: provider.config)
        guard let budget = config.budgets[provider.role] else { return cost }
        let committed = ledger.committed(provider.role)
        if (committed + cost.worst).fits(in: budget) { return cost }
        if ledger.hasReservations(provider.role) {
            waitingForBudget.insert(provider.role)
        } else {
            exhaust(provider.role, budget.words(spent: committed))
        }
        return nil
    }

    private func exhaust(_ role: String, _ words: String) {
        guard exhausted[role] == nil else { return }
        let reason =
            "the budget of role '\(role)' does not allow another request (\(words)); raise it in '\(config.path)' and run the "
            + "same command again"
        exhausted[role] = reason
        events.budgetReached(role)
        let members = providers.filter { $0.role == role }
        let waiting = retries.remove { $0.request.role == role } + members.flatMap { $0.takeQueue() }
        for question in waiting { close(question, .deferred(reason: reason)) }
    }

    /// Writes down what the requests of this turn may cost, and only then sends them.
    func startUnsent() {
        do {
            try ledger.flush()
        } catch {
            dropUnsent(because: error.message)
            return end(because: error.message)
        }
        // An answer that has come meanwhile is written down before its connection is used again, so that no more than one
        // answer of a connection can be lost however the process ends.
        var started = 0
        while started < unsent.count, !http.hasEnded {
            let (id, site, headers, body, onNewConnection) = unsent[started]
            http.start(id: id, at: site, headers: headers, body: body, onNewConnection: onNewConnection)
            started += 1
        }
        unsent.removeFirst(started)
    }

    /// Gives up requests that have not left yet.
    func dropUnsent(because reason: String) {
        for request in unsent {
            guard let flight = flights.removeValue(forKey: request.id) else { continue }
            flight.provider.inFlight -= 1
            ledger.settle(flight.reservation, as: .none)
            close(flight.question, .deferred(reason: reason))
        }
        unsent.removeAll()
    }
}
