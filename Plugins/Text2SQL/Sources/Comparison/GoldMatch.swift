/// Judges predictions against gold queries.
struct GoldMatch {
    private let results: KeptResults
    private let strict: StrictResults

    init(folder: String, limits: Limits, strict: StrictResults = StrictResults()) {
        results = KeptResults(folder: folder, limits: limits)
        self.strict = strict
    }

    /// Executes what is needed and compares, in each file of the database.
    ///
    /// - Throws: `DatabaseProblem` if there is no such database.
    func judge(_ sql: String?, gold: String?, database: String) throws(DatabaseProblem) -> Judgement {
        let suite = try results.suite(of: database)
        guard let gold else { return Judgement(Comparison(.noGold)) }
        let pair = Pair(prediction: sql.map(Statement.init), gold: Statement(gold))
        var judgement = Judgement(Comparison(.match))
        for file in suite where judgement.hasMatch {
            let next = try judge(pair, in: file)
            judgement.add(suite.count == 1 ? next : next.located(in: Self.name(of: file.path)))
        }
        return judgement
    }

    private func judge(_ pair: Pair, in file: DatabasePool.File) throws(DatabaseProblem) -> Judgement {
        let gold = try results.execute(pair.gold, in: file)
        // Only a gold query that has come before is likely to come again, with the same prediction.
        let keeps = results.wasKnown
        guard let prediction = pair.prediction else {
            let noSQL = Comparison(.noSQL)
            return Judgement(gold.table == nil ? Comparison(Reason(failedGold: gold.status), gold.error) : noSQL)
        }
        let given = try results.execute(prediction, in: file, keeps: keeps)
        return Judgement(
            strict: try compareStrictly(given, gold, pair.gold, file),
            spider: try compareAsSpider(given, gold, pair, file, keeps: keeps),
            bird: Self.compareAsBird(given, gold, pair))
    }

    // MARK: strict

    private func compareStrictly(
        _ given: Execution, _ gold: Execution, _ statement: Statement, _ file: DatabasePool.File
    ) throws(DatabaseProblem) -> Comparison {
        guard let rows = gold.table else { return Comparison(Reason(failedGold: gold.status), gold.error) }
        let expected = GoldRows(statement: statement, rows: rows, strict: strict) { [results] sql in
            (try? results.execute(Statement(sql), in: file))
                ?? .failed(.internal, "the database cannot be opened again")
        }
        let comparison = Comparison(given, gold: gold) { given, _ in expected.difference(from: given) }
        guard comparison.reason == .differ, let prediction = given.table,
            prediction.rowCount == rows.rowCount, prediction.columns.count == rows.columns.count
        else { return comparison }
        if let cut = expected.tieCut(), cut.allows(prediction, tolerance: strict.tolerance) {
            return Comparison(.goldNondeterministic, cut.description)
        }
        if let backwards = try results.execute(statement, in: file, isReversed: true).table,
            let change = expected.difference(from: backwards)
        {
            return Comparison(.goldNondeterministic, "read backwards, the gold query gives another result: \(change)")
        }
        return NestedTies.change(of: expected).map { Comparison(.goldNondeterministic, $0) } ?? comparison
    }

    // MARK: The official evaluators

    private func compareAsSpider(
        _ given: Execution, _ gold: Execution, _ pair: Pair, _ file: DatabasePool.File, keeps: Bool
    ) throws(DatabaseProblem) -> Comparison {
        guard let goldText = pair.spiderGold else { return Comparison(.goldError, Pair.crash) }
        let expected = try official(goldText, pair.gold, gold, file, keeps: true)
        guard let text = pair.spiderPrediction, let prediction = pair.prediction else {
            return Comparison(
                expected.table == nil ? Reason(failedGold: expected.status) : .predictionError, Pair.crash)
        }
        return Comparison(try official(text, prediction, given, file, keeps: keeps), gold: expected) {
            SpiderResults.difference($0, $1, isOrdered: pair.spiderIsOrdered)
        }
    }

    /// The result of a rewritten text: that of the original one if nothing was rewritten.
    private func official(
        _ text: Statement, _ original: Statement, _ known: Execution, _ file: DatabasePool.File, keeps: Bool
    ) throws(DatabaseProblem) -> Execution {
        if text.shape.isEmpty { return .nothing }
        return text.bytes == original.bytes ? known : try results.execute(text, in: file, keeps: keeps)
    }

    private static func compareAsBird(_ given: Execution, _ gold: Execution, _ pair: Pair) -> Comparison {
        let expected = asPython(gold, pair.gold)
        let prediction = pair.prediction.map { asPython(given, $0) } ?? given
        // Python's `sqlite3` cannot read a text that is no UTF-8, whatever it is compared with.
        if expected.table?.hasOnlyUnicode == false { return Comparison(.goldError, notUnicode) }
        let comparison = Comparison(prediction, gold: expected) { BirdResults.difference($0, $1) }
        guard comparison.reason == .differ, prediction.table?.hasOnlyUnicode == false else { return comparison }
        return Comparison(.predictionError, notUnicode)
    }

    private static let notUnicode = "a text is no valid UTF-8"

    /// Python's `sqlite3` gives no rows for an empty text, and takes no semicolon after the one that ends a statement.
    private static func asPython(_ execution: Execution, _ statement: Statement) -> Execution {
        if statement.shape.isEmpty { return .nothing }
        guard execution.table != nil, statement.shape.endsTwice else { return execution }
        return .failed(.syntaxError, "there is more than one semicolon")
    }

    private static func name(of path: String) -> String {
        String(path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...])
    }
}
