import Foundation
import Testing

@testable import Text2SQL

/// Results as text: the canonical JSON and the digest.
@Suite struct ResultTextTests {
    private func table(_ sql: String) throws -> ResultTable {
        let workspace = try Workspace()
        let path = try workspace.database("towns", Workspace.towns)
        let execution = try ReadOnlyDatabase(path: path).execute(sql, limits: Limits())
        return try #require(execution.table, "\(execution.error ?? "")")
    }

    @Test(arguments: [
        ("SELECT 1, -1, 9223372036854775807", "[[1,-1,9223372036854775807]]"),
        ("SELECT 1.0, 0.1, 1e300, -2.5, 1e16", "[[1.0,0.1,1e+300,-2.5,1e+16]]"),
        ("SELECT 9e999, -9e999, NULL", #"[[{"real":"inf"},{"real":"-inf"},null]]"#),
        ("SELECT 0.1 + 0.2", "[[0.30000000000000004]]"),
        ("SELECT 'a\"b\\c' || char(10, 1) || 'ä'", #"[["a\"b\\c\u000a\u0001ä"]]"#),
        ("SELECT x'', x'0aff'", #"[[{"base16":""},{"base16":"0aff"}]]"#),
        ("SELECT CAST(x'61ff' AS TEXT)", #"[[{"text_base16":"61ff"}]]"#),
        ("SELECT '1', 1", #"[["1",1]]"#),
        ("SELECT 1 WHERE 0", "[]"),
        ("VALUES (1), (2)", "[[1],[2]]"),
    ])
    func rowsAreCanonicalJSON(sql: String, json: String) throws {
        #expect(try table(sql).json(limit: 1000) == json)
    }

    @Test func aResultLongerThanItsLimitHasNoText() throws {
        #expect(try table("VALUES (1), (2)").json(limit: 9) == "[[1],[2]]")
        #expect(try table("VALUES (1), (2)").json(limit: 8) == nil)
    }

    @Test(arguments: [
        ("VALUES (1, 'a'), (2, 'b')", "VALUES (2, 'b'), (1, 'a')"),
        ("SELECT 1", "SELECT 1.0"),
        ("SELECT 0.3", "SELECT 0.1 + 0.2"),
        ("SELECT 3", "SELECT 2.9999999999999996"),
        ("SELECT 12345678901", "SELECT 12345678901.0"),
        ("SELECT 1 AS a", "SELECT 1 AS b"),
    ])
    func equalBagsHaveEqualDigests(first: String, second: String) throws {
        #expect(try table(first).digest() == table(second).digest())
    }

    @Test(arguments: [
        ("SELECT 1", "SELECT 2"), ("SELECT 1", "SELECT '1'"), ("SELECT 'a'", "SELECT x'61'"),
        ("SELECT 0", "SELECT NULL"),
        ("VALUES (1), (1)", "SELECT 1"), ("SELECT 1 WHERE 0", "SELECT 1, 2 WHERE 0"),
        ("SELECT 'ab', 'c'", "SELECT 'a', 'bc'"),
        ("SELECT 1, 2", "VALUES (1), (2)"), ("SELECT 12345678901", "SELECT 12345678902"),
    ])
    func otherResultsHaveOtherDigests(first: String, second: String) throws {
        #expect(try table(first).digest() != table(second).digest())
    }

    /// Computed with Python's hashlib from the description of the format.
    @Test func theDigestIsThatOfItsDescription() throws {
        let table = try table("VALUES (2, 'b', NULL), (1.5, x'00', -3)")
        #expect(table.digest() == "406e5f0081e47612b98c833ba55994658ff212d4ea23ef286d6089fe85ae5654")
    }
}
