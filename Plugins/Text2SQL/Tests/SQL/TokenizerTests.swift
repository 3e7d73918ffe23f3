import Testing

@testable import Text2SQL

@Suite struct TokenizerTests {
    private func kinds(_ sql: String) -> [Token.Kind] {
        var tokens = Tokenizer(Array(sql.utf8))
        var kinds: [Token.Kind] = []
        while let token = tokens.next() { kinds.append(token.kind) }
        return kinds
    }

    @Test func everyKindOfTokenIsSeen() {
        #expect(
            kinds("größe 'a''b' \"c\"\"d\" `e` [f g] x'00' X'ff'") == [
                .word, .string, .quotedName, .quotedName, .quotedName, .blob, .blob,
            ])
        #expect(
            kinds("1 1.5 .5 1e9 1E-9 0xFF 1e") == [
                .number, .number, .number, .number, .number, .number, .number, .word,
            ])
        #expect(kinds("? ?1 :a @b $c :") == [.parameter, .parameter, .parameter, .parameter, .parameter, .symbol])
        #expect(
            kinds("(a,b);<>||") == [
                .open, .word, .comma, .word, .close, .semicolon, .symbol, .symbol, .symbol, .symbol,
            ])
    }

    @Test func commentsEndWhereSQLiteEndsThem() {
        #expect(kinds("a -- b ; '\nc") == [.word, .comment, .word])
        #expect(kinds("a /* b ; ' */ c /* d") == [.word, .comment, .word, .comment])
        #expect(kinds("a - -b / *") == [.word, .symbol, .symbol, .word, .symbol, .symbol])
    }

    @Test(arguments: ["'a", "'a''", "\"a", "`a", "[a", "x'0"])
    func aQuoteWithoutEndReachesToTheEnd(sql: String) {
        #expect(kinds(sql + " ; b") == [.unclosed])
    }

    /// SQLite splits a statement at the same places: each token alone, put between spaces, leaves the meaning as it is.
    @Test(.enabled(if: SharedData.isPresent, SharedData.missing))
    func everyGoldQueryMeansTheSameWithItsTokensSetApart() throws {
        var pool = DatabasePool(folder: SharedData.databases)
        for task in try SharedData.tasks().prefix(300) {
            let bytes = Array(task.gold_sql.utf8)
            var tokens = Tokenizer(bytes)
            var spaced: [UInt8] = []
            var last: UInt8 = 0
            while let token = tokens.next() {
                let joins = token.kind == .symbol && last != 0
                if !joins { spaced.append(0x20) }
                spaced += bytes[token.range]
                last = token.kind == .symbol ? 1 : 0
            }
            let database = try pool.database(task.db_id)
            let plain = database.execute(task.gold_sql, limits: Limits())
            let apart = database.execute(String(decoding: spaced, as: UTF8.self), limits: Limits())
            #expect(plain.table?.cells == apart.table?.cells, "\(task.task_id)")
        }
    }
}
