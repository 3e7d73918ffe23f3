import Blocking
import Testing

@testable import Text2SQL

/// Replies that no careful person would write. The parser's work is bounded, so these end; and nothing crashes it.
@Suite(.blocking) struct HostileRepliesTests {
    @Test(arguments: [
        "SELECT ", "`SELECT ", "-- SELECT\n", "\nx", "SELECT ‘", "<think>", "</think>", "<|im_start|>", "<|message|>",
        "(", "'",
        "SELECT (", "```", "```sql\nSELECT a FROM\n```\n", "{\"sql\": \"SELECT", "{\"sql\": \"\\u", "SELECT 1;",
        "SELECT a FROM t. ",
        "&lt;", "\u{A0}", "WITH ", "**", "SELECT a FROM t\n",
    ])
    func aPatternRepeatedEndlesslyEnds(pattern: String) {
        let reply = Array(String(repeating: pattern, count: 20_000 / pattern.utf8.count).utf8)
        let parsed = ReplyParser().parse(reply)
        #expect((parsed.sql == nil) == (parsed.status != .ok && parsed.status != .several))
    }

    /// Replies cut off at every byte, also within a character.
    @Test func everyPrefixOfEveryReplyIsParsed() {
        let parser = ReplyParser()
        for reply in LabelledRepliesTests.own where reply.reply.utf8.count < 200 {
            let bytes = Array(reply.reply.utf8)
            for length in 0..<bytes.count {
                let parsed = parser.parse(Array(bytes[..<length]))
                #expect((parsed.sql == nil) == (parsed.status != .ok && parsed.status != .several), "\(reply.reply_id)")
            }
        }
    }

    /// Replies put together at random from pieces that matter to the parser; the seed is in the name of a failure.
    @Test(arguments: 1...20)
    func piecesInAnyOrderAreParsed(seed: UInt64) {
        let pieces = [
            "SELECT ", "a ", "FROM t ", "WHERE ", "'", "\"", "`", "```", "```sql\n", "\n", "\n\n", ";", "(", ")",
            "<think>",
            "</think>", "{\"sql\": \"", "\"}", "<|im_end|>", "&lt;", "&#39;", "’", "“", "\u{A0}", "\\", "--", "/*",
            "*/", ". ",
            "The ", "DROP TABLE t", "WITH x AS ", "\u{0}", "ü", "[", "]", "</", "~~~", "x'",
        ]
        var state = seed
        func random(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        let parser = ReplyParser()
        for _ in 0..<200 {
            let reply = (0..<random(25)).map { _ in pieces[random(pieces.count)] }.joined()
            let first = parser.parse(Array(reply.utf8))
            #expect(first == parser.parse(Array(reply.utf8)), "\(reply.debugDescription)")
            #expect(
                (first.sql == nil) == (first.status != .ok && first.status != .several), "\(reply.debugDescription)")
            if let sql = first.sql { #expect(!sql.isEmpty) }
        }
    }
}
