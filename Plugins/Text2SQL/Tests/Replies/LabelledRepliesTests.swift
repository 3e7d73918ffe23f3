import Foundation
import Testing

@testable import Text2SQL

/// A reply, and what a careful person would take from it: a statement, or `none`.
struct LabelledReply: Decodable, CustomTestStringConvertible {
    let reply_id: String
    let reply: String
    let sql: String
    let status: String?

    var testDescription: String { reply_id }

    /// Without white space and semicolons at the end, as both sides are compared.
    static func trimmed(_ sql: String) -> String {
        sql.trimmingCharacters(in: CharacterSet(charactersIn: ";").union(.whitespacesAndNewlines))
    }
}

@Suite struct LabelledRepliesTests {
    static let own = (try? SharedData.lines(of: ownFile) as [LabelledReply]) ?? []
    static let shared =
        (try? SharedData.lines(of: SharedData.folder.appending(path: "replies.jsonl")) as [LabelledReply]) ?? []
    private static let ownFile = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "replies.jsonl")

    @Test func thereAreEnoughRepliesOfOurOwn() {
        #expect(Self.own.count >= 600)
    }

    @Test(arguments: own) func theStatementOfAReplyIsFound(reply: LabelledReply) throws {
        try check(reply)
    }

    @Test(.enabled(if: SharedData.isPresent, SharedData.missing), arguments: shared)
    func theStatementOfASharedReplyIsFound(reply: LabelledReply) throws {
        try check(reply)
    }

    /// Where the limit of tokens ended it, what begins as a query was going to be one.
    @Test(arguments: ["SELECT a, b F", "SELECT DISTINCT Name F", "SELECT count(DISTINCT", "with t as (SELECT"])
    func aQueryThatTheLimitEndedIsTruncated(reply: String) {
        #expect(ReplyParser().parse(Array(reply.utf8), isCut: true).status == .truncated)
        #expect(ReplyParser().parse(Array("Only this.".utf8), isCut: true).status == .noSQL)
    }

    private func check(_ reply: LabelledReply) throws {
        let parsed = ReplyParser().parse(Array(reply.reply.utf8))
        let found = parsed.status == .ok ? LabelledReply.trimmed(try #require(parsed.sql)) : "none"
        #expect(found == LabelledReply.trimmed(reply.sql))
        if let status = reply.status { #expect(parsed.status.rawValue == status) }
    }
}
