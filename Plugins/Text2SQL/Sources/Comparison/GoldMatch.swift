/// Judges predictions against gold queries; the results of both are kept, since the same statements come again: one
/// gold for all candidates of a sample, one statement for several candidates.
struct GoldMatch {
    private struct Key: Hashable {
        let path: String
        let isReversed: Bool
        let sql: String
    }

    private var pool: DatabasePool
    private let limits: Limits
    private let strict: StrictResults
    private var results: LeastRecentlyUsed<Key, Execution>

    /// - Parameter cacheBytes: about how much memory the kept results may take.
    init(folder: String, limits: Limits, strict: StrictResults = StrictResults(), cacheBytes: Int = 64 << 20) {
        pool = DatabasePool(folder: folder)
        self.limits = limits
        self.strict = strict
        results = LeastRecentlyUsed(capacity: cacheBytes)
    }

    /// Executes what is needed and compares, in each file of the database.
    ///
    /// - Throws: `DatabaseProblem` if there is no such database.
    mutating func judge(_ sql: String?, gold: String?, database: String) throws(DatabaseProblem) -> Judgement {
        let suite = try pool.suite(of: database)
        _ = try pool.database(at: suite[0])
        guard let gold else { return Judgement(Comparison(.noGold)) }
        let pair = Pair(prediction: sql.map(Statement.init), gold: Statement(gold))
        var judgement = Judgement(Comparison(.match))
        for path in suite where judgement.hasMatch {
            let next = try judge(pair, in: path)
            judgement.add(suite.count == 1 ? next : next.located(in: Self.name(of: path)))
        }
        return judgement
    }

    private mutating func judge(_ pair: Pair, in path: String) throws(DatabaseProblem) -> Judgement {
        let gold = try execute(pair.gold, path)
        guard let prediction = pair.prediction else {
            let noSQL = Comparison(.noSQL)
            return Judgement(gold.table == nil ? Comparison(Reason(failedGold: gold.status), gold.error) : noSQL)
        }
        let given = try execute(prediction, path)
        return Judgement(
            strict: try compareStrictly(given, gold, pair.gold, path),
            spider: try compareAsSpider(given, gold, pair, path),
            bird: Self.compareAsBird(given, gold, pair))
    }

    // MARK: strict

    private mutating func compareStrictly(
        _ given: Execution, _ gold: Execution, _ statement: Statement, _ path: String
    ) throws(DatabaseProblem) -> Comparison {
        let connection = try pool.database(at: path)
        let comparison = Comparison(given, gold: gold) { difference($0, $1, statement, connection) }
        guard comparison.reason == .differ, let prediction = given.table, let expected = gold.table,
            prediction.rowCount == expected.rowCount, prediction.columns.count == expected.columns.count
        else { return comparison }
        if statement.shape.isOrdered,
            let cut = TieCut(statement, rows: expected, run: { connection.execute($0, limits: limits) }),
            cut.allows(prediction, tolerance: strict.tolerance)
        {
            let detail = "\(cut.tied.count) rows are ordered alike, and LIMIT takes only some of them"
            return Comparison(.goldNondeterministic, detail)
        }
        guard let backwards = try execute(statement, path, isReversed: true).table,
            let change = difference(backwards, expected, statement, connection)
        else { return comparison }
        return Comparison(.goldNondeterministic, "read backwards, the gold query gives another result: \(change)")
    }

    private func difference(
        _ given: ResultTable, _ gold: ResultTable, _ statement: Statement, _ connection: ReadOnlyDatabase
    ) -> String? {
        guard statement.shape.isOrdered else { return strict.difference(given, gold) }
        var known: [Int]??
        return strict.difference(given, gold) {
            if let known { return known }
            let keys = OrderClause(statement.bytes).flatMap {
                OrderKeys(statement, $0, rows: gold) { connection.execute($0, limits: limits) }
            }
            known = .some(keys?.groups())
            return keys?.groups()
        }
    }

    // MARK: The official evaluators

    private mutating func compareAsSpider(
        _ given: Execution, _ gold: Execution, _ pair: Pair, _ path: String
    ) throws(DatabaseProblem) -> Comparison {
        guard let goldText = pair.spiderGold else { return Comparison(.goldError, Pair.crash) }
        let expected = try official(goldText, pair.gold, gold, path)
        guard let text = pair.spiderPrediction, let prediction = pair.prediction else {
            return Comparison(
                expected.table == nil ? Reason(failedGold: expected.status) : .predictionError, Pair.crash)
        }
        return Comparison(try official(text, prediction, given, path), gold: expected) {
            SpiderResults.difference($0, $1, isOrdered: pair.spiderIsOrdered)
        }
    }

    /// The result of a rewritten text: that of the original one if nothing was rewritten.
    private mutating func official(
        _ text: Statement, _ original: Statement, _ known: Execution, _ path: String
    ) throws(DatabaseProblem) -> Execution {
        if text.shape.isEmpty { return .nothing }
        return text.text == original.text ? known : try execute(text, path)
    }

    private static func compareAsBird(_ given: Execution, _ gold: Execution, _ pair: Pair) -> Comparison {
        let expected = asPython(gold, pair.gold)
        let prediction = pair.prediction.map { asPython(given, $0) } ?? given
        let comparison = Comparison(prediction, gold: expected) { BirdResults.difference($0, $1) }
        guard comparison.reason == .match, expected.table?.hasOnlyUnicode == false else { return comparison }
        return Comparison(.goldError, "a text is no valid UTF-8")
    }

    /// Python's `sqlite3` gives no rows for an empty text, and takes no semicolon after the one that ends a statement.
    private static func asPython(_ execution: Execution, _ statement: Statement) -> Execution {
        if statement.shape.isEmpty { return .nothing }
        guard execution.table != nil, statement.shape.endsTwice else { return execution }
        return .failed(.syntaxError, "there is more than one semicolon")
    }

    // MARK: Running

    private mutating func execute(
        _ statement: Statement, _ path: String, isReversed: Bool = false
    ) throws(DatabaseProblem) -> Execution {
        let key = Key(path: path, isReversed: isReversed, sql: statement.text)
        if let known = results.find(key) { return known }
        let connection = try pool.database(at: path, isReversed: isReversed)
        let execution = connection.execute(statement, limits: limits)
        results.keep(execution, for: key, cost: 256 + statement.bytes.count + (execution.table?.cost ?? 0))
        return execution
    }

    private static func name(of path: String) -> String {
        String(path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...])
    }
}
