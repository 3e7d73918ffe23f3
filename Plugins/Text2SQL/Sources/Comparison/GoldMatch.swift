/// Judges predictions against gold queries; the results of both are kept, since the same statements come again: one
/// gold for all candidates of a sample, one statement for several candidates.
struct GoldMatch {
    private struct Key: Hashable {
        let file: Int
        let isReversed: Bool
        let sql: String
    }

    private var pool: DatabasePool
    private let limits: Limits
    private let strict: StrictResults
    private var results: LeastRecentlyUsed<Key, Execution>
    /// Whether the result that was asked for last had been kept.
    private var wasKnown = false
    /// Whether the gold query of this row has come before. Only then are other candidates likely, and the results of
    /// predictions worth their memory.
    private var isRepeated = false

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
        _ = try pool.database(in: suite[0])
        guard let gold else { return Judgement(Comparison(.noGold)) }
        let pair = Pair(prediction: sql.map(Statement.init), gold: Statement(gold))
        var judgement = Judgement(Comparison(.match))
        for file in suite where judgement.hasMatch {
            let next = try judge(pair, in: file)
            judgement.add(suite.count == 1 ? next : next.located(in: Self.name(of: file.path)))
        }
        return judgement
    }

    private mutating func judge(_ pair: Pair, in file: DatabasePool.File) throws(DatabaseProblem) -> Judgement {
        let gold = try execute(pair.gold, file)
        isRepeated = wasKnown
        guard let prediction = pair.prediction else {
            let noSQL = Comparison(.noSQL)
            return Judgement(gold.table == nil ? Comparison(Reason(failedGold: gold.status), gold.error) : noSQL)
        }
        let given = try execute(prediction, file, keeps: isRepeated)
        return Judgement(
            strict: try compareStrictly(given, gold, pair.gold, file),
            spider: try compareAsSpider(given, gold, pair, file),
            bird: Self.compareAsBird(given, gold, pair))
    }

    // MARK: strict

    private mutating func compareStrictly(
        _ given: Execution, _ gold: Execution, _ statement: Statement, _ file: DatabasePool.File
    ) throws(DatabaseProblem) -> Comparison {
        guard let rows = gold.table else { return Comparison(Reason(failedGold: gold.status), gold.error) }
        let connection = try pool.database(in: file)
        let limits = limits
        let expected = GoldRows(statement: statement, rows: rows, strict: strict) {
            connection.execute($0, limits: limits)
        }
        let comparison = Comparison(given, gold: gold) { given, _ in expected.difference(from: given) }
        guard comparison.reason == .differ, let prediction = given.table,
            prediction.rowCount == rows.rowCount, prediction.columns.count == rows.columns.count
        else { return comparison }
        if let cut = expected.tieCut(), cut.allows(prediction, tolerance: strict.tolerance) {
            return Comparison(.goldNondeterministic, cut.description)
        }
        guard let backwards = try execute(statement, file, isReversed: true).table,
            let change = expected.difference(from: backwards)
        else { return comparison }
        return Comparison(.goldNondeterministic, "read backwards, the gold query gives another result: \(change)")
    }

    // MARK: The official evaluators

    private mutating func compareAsSpider(
        _ given: Execution, _ gold: Execution, _ pair: Pair, _ file: DatabasePool.File
    ) throws(DatabaseProblem) -> Comparison {
        guard let goldText = pair.spiderGold else { return Comparison(.goldError, Pair.crash) }
        let expected = try official(goldText, pair.gold, gold, file, keeps: true)
        guard let text = pair.spiderPrediction, let prediction = pair.prediction else {
            return Comparison(
                expected.table == nil ? Reason(failedGold: expected.status) : .predictionError, Pair.crash)
        }
        return Comparison(try official(text, prediction, given, file, keeps: isRepeated), gold: expected) {
            SpiderResults.difference($0, $1, isOrdered: pair.spiderIsOrdered)
        }
    }

    /// The result of a rewritten text: that of the original one if nothing was rewritten.
    private mutating func official(
        _ text: Statement, _ original: Statement, _ known: Execution, _ file: DatabasePool.File, keeps: Bool
    ) throws(DatabaseProblem) -> Execution {
        if text.shape.isEmpty { return .nothing }
        return text.text == original.text ? known : try execute(text, file, keeps: keeps)
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
        _ statement: Statement, _ file: DatabasePool.File, isReversed: Bool = false, keeps: Bool = true
    ) throws(DatabaseProblem) -> Execution {
        let key = Key(file: file.number, isReversed: isReversed, sql: statement.text)
        let known = results.find(key)
        wasKnown = known != nil
        if let known { return known }
        let connection = try pool.database(in: file, isReversed: isReversed)
        let execution = connection.execute(statement, limits: limits)
        guard keeps else { return execution }
        results.keep(execution, for: key, cost: 256 + statement.bytes.count + (execution.table?.cost ?? 0))
        return execution
    }

    private static func name(of path: String) -> String {
        String(path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...])
    }
}
