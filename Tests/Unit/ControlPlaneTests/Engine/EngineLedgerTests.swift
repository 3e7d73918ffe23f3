import DataPlane
import Testing

@testable import ControlPlane

@Suite struct EngineLedgerTests {
    private func ledger(sealed: Set<Int> = []) -> Ledger { Ledger(nodes: ["a", "b"], shardRows: 10, sealed: sealed) }

    private func end(_ ordinal: Int64, _ candidate: Int64, _ outcome: Outcome, _ code: String? = nil)
        -> (ordinal: Int64, candidate: Int64, drop: Drop)
    {
        (ordinal, candidate, Drop(row: 0, outcome: outcome, code: code))
    }

    @Test func aRowThatReachesTheEndIsKept() {
        var ledger = ledger()
        ledger.open(0, task: "t")
        ledger.enter(node: 0, [0])
        ledger.leave(node: 0, living: [0], ended: [])
        ledger.enter(node: 1, [0])
        ledger.leave(node: 1, living: [0], ended: [])
        ledger.close(0, isKept: true)
        #expect(ledger.openRows == 0)
        #expect(ledger.total.run.rowsOut == 1)
        #expect(ledger.total.unbalanced.isEmpty)
    }

    @Test func aSourceRowIsKeptWhenOneCandidateIsThoughOthersEndedOtherwise() {
        var ledger = ledger()
        ledger.open(0, task: "t")
        ledger.enter(node: 0, [0])
        ledger.leave(node: 0, living: [0], ended: [end(0, 1, .rejected, "bad"), end(0, 2, .notSelected)])
        ledger.enter(node: 1, [0])
        ledger.leave(node: 1, living: [0], ended: [])
        ledger.close(0, isKept: true)
        #expect(ledger.total.run.rowsOut == 1)
        #expect(ledger.total.run.ended.isEmpty)
        #expect(ledger.total.nodes[1].tally.ended.isEmpty, "the source row left the node with another candidate")
    }

    @Test func aSourceRowIsDeferredWhenAnyPartOfItIsThoughAnotherReachedTheEnd() {
        var ledger = ledger()
        ledger.open(0, task: "t")
        ledger.enter(node: 0, [0])
        ledger.leave(node: 0, living: [], ended: [end(0, 0, .deferred)])
        ledger.enter(node: 1, [0])
        ledger.leave(node: 1, living: [0], ended: [])
        ledger.close(0, isKept: true)
        ledger.complete(shardsBefore: .max)
        #expect(ledger.total.run.ended == [.deferred: 1])
        #expect(ledger.sealable.isEmpty)
    }

    @Test func ordinalsAreDividedByShards() {
        func shards(_ ordinals: [Int64]) -> [String] {
            ledger().shards(of: ordinals).map { "\($0.shard) \($0.rows)" }
        }
        #expect(shards([]) == [])
        #expect(shards([0, 0, 9]) == ["0 0..<3"])
        #expect(shards([8, 9, 10, 10, 19, 20, 45]) == ["0 0..<2", "1 2..<5", "2 5..<6", "4 6..<7"])
        #expect(shards([25, 3, 31]) == ["2 0..<1", "0 1..<2", "3 2..<3"], "others find theirs too")
    }

    @Test func rowsAreSettledUpToTheFirstOpenOne() {
        var ledger = ledger(sealed: [0])
        #expect(ledger.settledBefore() == 0)
        for ordinal in Int64(9)..<14 { ledger.open(ordinal, task: "t") }
        #expect(ledger.settledBefore() == 10, "the row of a sealed shard is nobody's concern")
        ledger.close(11, isKept: true)
        #expect(ledger.settledBefore() == 10)
        ledger.close(10, isKept: false)
        #expect(ledger.settledBefore() == 12)
        ledger.open(14, task: "t", rejectedWith: "malformed_row")
        ledger.close(12, isKept: true)
        ledger.close(13, isKept: true)
        #expect(ledger.settledBefore() == 15)
    }

    @Test func aShardWithDeferredRowsIsGivenUpOnceAllAreClosed() {
        var ledger = ledger()
        for ordinal in Int64(0)..<2 { ledger.open(ordinal, task: "t") }
        ledger.leave(node: 0, living: [], ended: [end(0, 0, .deferred)])
        ledger.close(0, isKept: false)
        ledger.complete(shardsBefore: 1)
        #expect(ledger.takeAbandoned() == [])
        ledger.close(1, isKept: true)
        #expect(ledger.takeAbandoned() == [0])
        #expect(ledger.takeAbandoned() == [])
        #expect(ledger.total.run.ended == [.deferred: 1], "its books stay")
    }

    @Test func theOutcomeIsTheFirstInPrecedence() {
        var ledger = ledger()
        ledger.open(0, task: "t")
        ledger.enter(node: 0, [0])
        ledger.leave(node: 0, living: [], ended: [end(0, 0, .rejected, "bad"), end(0, 1, .notSelected)])
        ledger.close(0, isKept: false)
        #expect(ledger.total.run.ended == [.notSelected: 1])
        #expect(ledger.total.run.codes.isEmpty)
    }

    @Test func ofSeveralRejectionsTheLaterNodeCountsThenTheLowerCandidate() {
        var ledger = ledger()
        ledger.open(0, task: "t")
        ledger.enter(node: 0, [0])
        ledger.leave(node: 0, living: [0], ended: [end(0, 0, .rejected, "early")])
        ledger.enter(node: 1, [0])
        ledger.leave(node: 1, living: [], ended: [end(0, 2, .rejected, "late two"), end(0, 1, .rejected, "late one")])
        ledger.close(0, isKept: false)
        #expect(ledger.total.run.codes == ["late one": 1])
        #expect(ledger.total.nodes[2].tally.codes == ["late one": 1])
    }

    @Test func aVanishedRowUnbalancesTheNodeAndTheRun() {
        var ledger = ledger()
        ledger.open(3, task: "t")
        ledger.enter(node: 0, [3])
        ledger.leave(node: 0, living: [], ended: [])
        ledger.close(3, isKept: false)
        #expect(ledger.total.unbalanced == ["a", "task t", "run"])
    }

    @Test func aRowTheSourceCouldNotReadIsRejectedAtOnce() {
        var ledger = ledger()
        ledger.open(0, task: "t", rejectedWith: "malformed_row")
        #expect(ledger.openRows == 0)
        #expect(ledger.total.nodes[0].tally.codes == ["malformed_row": 1])
        #expect(ledger.total.run.codes == ["malformed_row": 1])
        #expect(ledger.total.unbalanced.isEmpty)
    }

    @Test func aShardIsSealableWhenAllItsRowsAreReadAndClosed() {
        var ledger = ledger()
        ledger.open(9, task: "t")
        ledger.open(10, task: "t")
        ledger.enter(node: 0, [9])
        ledger.leave(node: 0, living: [], ended: [end(9, 0, .duplicate)])
        ledger.close(9, isKept: false)
        #expect(ledger.sealable.isEmpty, "more rows of shard 0 may come")
        ledger.complete(shardsBefore: 1)
        #expect(ledger.sealable == [0])
        #expect(ledger.take(shard: 0)?.run.ended == [.duplicate: 1])
        #expect(ledger.sealable.isEmpty, "a shard is taken once")
        #expect(ledger.total.run.rowsIn == 2)
    }

    @Test func aShardWithADeferredRowIsNotSealable() {
        var ledger = ledger()
        ledger.open(0, task: "t")
        ledger.enter(node: 0, [0])
        ledger.leave(node: 0, living: [], ended: [end(0, 0, .deferred)])
        ledger.close(0, isKept: false)
        ledger.complete(shardsBefore: .max)
        #expect(ledger.sealable.isEmpty)
        #expect(ledger.total.run.ended == [.deferred: 1])
    }

    @Test func rowsOfSealedShardsPassUncounted() {
        var ledger = ledger(sealed: [0])
        ledger.open(4, task: "t")
        ledger.enter(node: 0, [4])
        ledger.leave(node: 0, living: [4], ended: [])
        ledger.close(4, isKept: true)
        #expect(ledger.openRows == 0)
        #expect(ledger.total.run == Tally())
    }

    @Test func facetsCountOutcomesByValue() {
        var ledger = ledger()
        for ordinal in Int64(0)..<3 { ledger.open(ordinal, task: "t") }
        ledger.note(facet: "schema.database", "hr", of: 0)
        ledger.note(facet: "schema.database", "hr", of: 1)
        ledger.enter(node: 0, [0, 1, 2])
        ledger.leave(node: 0, living: [0], ended: [end(1, 0, .rejected, "bad"), end(2, 0, .rejected, "bad")])
        for ordinal in Int64(0)..<3 { ledger.close(ordinal, isKept: ordinal == 0) }
        let hr = ledger.total.facets["schema.database"]?["hr"]
        #expect(hr?.rowsIn == 2)
        #expect(hr?.rowsOut == 1)
        #expect(hr?.codes == ["bad": 1])
    }

    /// The rows of one source row can differ in a facet, such as the status of the judge's several replies.
    @Test func aSourceRowCountsUnderEachValueThatOneOfItsRowsHas() {
        var ledger = ledger()
        ledger.open(0, task: "t")
        ledger.open(1, task: "t")
        for status in ["ok", "refused", "ok"] as [ExactText] { ledger.note(facet: "score.status", status, of: 0) }
        ledger.note(facet: "score.status", "ok", of: 1)
        ledger.close(0, isKept: true)
        ledger.close(1, isKept: true)
        let values = ledger.total.facets["score.status"]
        #expect(values?.mapValues(\.rowsOut) == ["ok": 2, "refused": 1])
        #expect(ledger.total.run.rowsIn == 2)
    }

    @Test func valuesAndTasksThatUnicodeCallsEquivalentAreCountedApart() throws {
        var ledger = ledger()
        for (ordinal, name) in ["Zo\u{EB}", "Zoe\u{308}"].enumerated() {
            ledger.open(Int64(ordinal), task: ExactText(name))
            ledger.note(facet: "schema.database", ExactText(name), of: Int64(ordinal))
            ledger.close(Int64(ordinal), isKept: true)
        }
        for books in [ledger.total, Books(json: try JSONParser().parse(ledger.total.json.pretty))] {
            #expect(books?.facets["schema.database"]?.values.map(\.rowsIn) == [1, 1])
            #expect(books?.tasks.values.map(\.run.rowsOut) == [1, 1])
        }
    }

    @Test func eachTaskHasBooksThatAddUpToTheWhole() throws {
        var ledger = ledger()
        for (ordinal, task) in [(0, "sums"), (1, "sums"), (2, "words"), (3, "words")] as [(Int64, ExactText)] {
            ledger.open(ordinal, task: task)
        }
        ledger.open(4, task: Books.unknownTask, rejectedWith: "malformed_row")
        ledger.enter(node: 0, [0, 1, 2, 3])
        for ordinal in Int64(0)..<3 { ledger.count(verdict: ordinal == 1 ? "wrong" : "ok", of: ordinal) }
        ledger.leave(
            node: 0, living: [0, 1],
            ended: [end(1, 0, .rejected, "bad"), end(2, 0, .duplicate), end(3, 0, .notSelected)])
        // Rejected again, at another candidate: the row keeps its task.
        ledger.enter(node: 1, [0, 1])
        ledger.leave(node: 1, living: [0], ended: [end(1, 1, .rejected, "worse")])
        for ordinal in Int64(0)..<4 { ledger.close(ordinal, isKept: ordinal == 0) }
        let books = ledger.total
        let sums = try #require(books.tasks["sums"])
        #expect((sums.run.rowsIn, sums.run.rowsOut) == (2, 1))
        #expect(sums.run.ended == [.rejected: 1])
        #expect(sums.run.codes == ["worse": 1])
        #expect(sums.verdicts == ["a": ["ok": 1, "wrong": 1]])
        let words = try #require(books.tasks["words"])
        #expect(words.run.ended == [.duplicate: 1, .notSelected: 1])
        #expect(words.verdicts == ["a": ["ok": 1]])
        #expect(books.tasks[Books.unknownTask]?.run.codes == ["malformed_row": 1])
        #expect(books.run.rowsIn == 5)
        #expect(books.verdicts == ["a": ["ok": 2, "wrong": 1]])
        #expect(books.unbalanced.isEmpty)
    }

    @Test func booksOfTasksThatDoNotAddUpAreNamed() {
        var ledger = ledger()
        ledger.open(0, task: "sums")
        ledger.close(0, isKept: true)
        var books = ledger.total
        books.tasks["words"] = TaskBooks()
        #expect(books.unbalanced.isEmpty)
        books.tasks["words"]?.run.rowsIn = 1
        #expect(books.unbalanced == ["task words", "tasks"])
    }

    @Test func booksFromBeforeTasksWereCountedAreOfAnUnknownOne() throws {
        var ledger = ledger()
        ledger.open(0, task: "sums")
        ledger.count(verdict: "ok", of: 0)
        ledger.close(0, isKept: true)
        guard case .object(let members) = ledger.total.json else { throw GraphFixtures.Missing() }
        let books = try #require(Books(json: .object(members.filter { $0.0 != "tasks" })))
        #expect(books.tasks.keys.sorted() == [Books.unknownTask])
        #expect(books.tasks[Books.unknownTask]?.run == books.run)
        #expect(books.tasks[Books.unknownTask]?.verdicts == ["a": ["ok": 1]])
        #expect(books.unbalanced.isEmpty)
    }

    @Test func booksSurviveTheirJSON() throws {
        var ledger = ledger()
        ledger.open(0, task: "t", rejectedWith: "malformed_row")
        ledger.open(1, task: "t")
        ledger.note(facet: "schema.database", "hr", of: 1)
        ledger.enter(node: 0, [1])
        ledger.count(verdict: "ok", of: 1)
        ledger.count(stage: "raw", rows: 1, shard: 0)
        ledger.leave(node: 0, living: [], ended: [end(1, 0, .rejected, "bad")])
        ledger.close(1, isKept: false)
        let books = ledger.total
        let parsed = try JSONParser().parse(books.json.pretty)
        #expect(Books(json: parsed) == books)
        #expect(Books(json: parsed)?.facets["schema.database"]?["hr"]?.rowsIn == 1)
        #expect(Books(json: parsed)?.tasks["t"]?.run.codes == ["malformed_row": 1, "bad": 1])
    }
}

extension Ledger {
    /// Counts a verdict of node `a`.
    fileprivate mutating func count(verdict: String, of ordinal: Int64) {
        var tags = TagBooks()
        tags.verdicts = ["a": [verdict: 1]]
        count(tags, shard: shard(of: ordinal), task: task(of: ordinal))
    }
}
