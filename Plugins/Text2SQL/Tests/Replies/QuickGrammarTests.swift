import Testing

@testable import Text2SQL

/// The quick recogniser may say no to anything, but yes only to what SQLite takes.
@Suite struct QuickGrammarTests {
    private func accepts(_ sql: String) -> Bool {
        let bytes = Array(sql.utf8)
        return QuickGrammar.query(bytes, 0..<bytes.count) != nil
    }

    private func isStatement(_ sql: String) -> Bool {
        let bytes = Array(sql.utf8)
        return Grammar().check(bytes, in: 0..<bytes.count) == .complete
    }

    @Test(arguments: [
        "SELECT 1", "select a from t;", "SELECT a b FROM t AS u -- end",
        "SELECT DISTINCT t.a, count(*) FROM t GROUP BY 1",
        "SELECT a FROM t WHERE b BETWEEN 1 AND 2 AND c LIKE 'x!%' ESCAPE '!' OR d IS NOT NULL",
        "WITH x(a) AS (SELECT 1 UNION ALL SELECT 2) SELECT * FROM x, (SELECT 3) y WHERE a IN (SELECT b FROM z)",
        "SELECT CASE WHEN a > 1 THEN 'x' ELSE 'y' END, CAST(a AS DECIMAL(10, 2)) FROM t ORDER BY a DESC NULLS LAST LIMIT 5, 2",
        "SELECT row_number() OVER (PARTITION BY a ORDER BY b) FROM t LEFT OUTER JOIN u USING (id) NATURAL JOIN v",
        "VALUES (1, 2), (3, 4)", "SELECT \"a b\", `c` FROM größe /* x */ WHERE NOT EXISTS (SELECT 1) ;;",
    ])
    func ordinaryQueriesNeedNoSQLite(sql: String) {
        #expect(accepts(sql))
        #expect(isStatement(sql))
    }

    @Test(arguments: [
        "", "SELECT", "SELECT a FROM t LEFT", "SELECT a FROM t WHERE", "SELECT a, FROM t",
        "SELECT a FROM t WHERE b BETWEEN 1",
        "SELECT a FROM t WHERE b BETWEEN 1 OR 2 AND 3", "SELECT a FROM t WHERE b = c ESCAPE 'x'",
        "VALUES (1) ORDER BY 1",
        "SELECT a FROM t ``", "SELECT a FROM t WHERE 'x", "SELECT a FROM t; SELECT b", "SELECT 1a FROM t",
        "SELECT a FROM t WHERE b = “c”", "SELECT a FROM t [/SQL]", "SELECT a FROM t GROUP BY", "DELETE FROM t",
    ])
    func whatIsNoQueryIsLeftToSQLite(sql: String) {
        #expect(!accepts(sql))
    }

    /// Real gold queries, and what becomes of them when tokens are lost, doubled or swapped.
    @Test(.enabled(if: SharedData.isPresent, SharedData.missing))
    func whatItTakesSQLiteTakesToo() throws {
        let grammar = Grammar()
        var taken = 0
        var state: UInt64 = 7
        func random(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        let golds = try SharedData.tasks().map { Array($0.gold_sql.utf8) }
        for gold in golds {
            if QuickGrammar.query(gold, 0..<gold.count) != nil { taken += 1 }
            var tokens: [ArraySlice<UInt8>] = []
            var tokenizer = Tokenizer(gold)
            while let token = tokenizer.next() { tokens.append(gold[token.range]) }
            for _ in 0..<8 {
                var changed = tokens
                for _ in 0...random(2) where changed.count > 1 {
                    let place = random(changed.count)
                    switch random(3) {
                    case 0: changed.remove(at: place)
                    case 1: changed.insert(changed[random(changed.count)], at: place)
                    default: changed.swapAt(place, random(changed.count))
                    }
                }
                let text = Array(changed.joined(separator: [0x20]))
                guard QuickGrammar.query(text, 0..<text.count) != nil else { continue }
                #expect(
                    grammar.check(text, in: 0..<text.count) == .complete, "\(String(decoding: text, as: UTF8.self))")
            }
        }
        #expect(taken > golds.count * 95 / 100, "\(taken) of \(golds.count)")
    }

    @Test func linesThatCannotGoOnEndAQuery() {
        let text = Array("SELECT a FROM t WHERE b = 1\nThis query lists a.".utf8)
        #expect(QuickGrammar.lineEnd(text, 0..<text.count) == 27)
        let alias = Array("SELECT a FROM t\nThis one lists a.".utf8)
        #expect(QuickGrammar.lineEnd(alias, 0..<alias.count) == 15)
        let joined = Array("SELECT a FROM t\nJOIN u".utf8)
        #expect(QuickGrammar.lineEnd(joined, 0..<joined.count) == nil)
    }
}
