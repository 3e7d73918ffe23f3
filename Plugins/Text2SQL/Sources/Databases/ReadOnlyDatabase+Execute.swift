import CSQLite

extension ReadOnlyDatabase {
    /// Runs one reading statement within `limits`.
    ///
    /// Every failure is a result, not an error: the statement was written by a model. What is refused is refused before
    /// anything runs.
    func execute(_ sql: String, limits: Limits) -> Execution {
        execute(Statement(sql), limits: limits)
    }

    /// Runs a statement that has been looked at already.
    func execute(_ statement: Statement, limits: Limits) -> Execution {
        if let refusal = Self.refusal(of: statement) { return refusal }
        let execution = run(statement, limits: limits)
        guard isClean else {
            isSpoiled = true
            return .failed(.internal, "the statement left something behind in its connection, which is closed")
        }
        return execution
    }

    /// Whether the connection is as it was when it was opened: nothing changed, no transaction, no statement open.
    private var isClean: Bool {
        sqlite3_total_changes(handle) == 0 && sqlite3_get_autocommit(handle) != 0
            && sqlite3_txn_state(handle, nil) == SQLITE_TXN_NONE && sqlite3_next_stmt(handle, nil) == nil
    }

    private func run(_ statement: Statement, limits: Limits) -> Execution {
        watch.begin(steps: limits.vmSteps)
        var prepared: OpaquePointer?
        let code = statement.bytes.withUnsafeBytes { bytes in
            let text = bytes.assumingMemoryBound(to: CChar.self)
            return sqlite3_prepare_v2(handle, text.baseAddress, Int32(text.count), &prepared, nil)
        }
        guard code == SQLITE_OK else { return failure(code, limits) }
        guard let prepared else { return .failed(.syntaxError, "there is no statement") }
        let compiled = PreparedStatement(prepared)
        guard sqlite3_stmt_readonly(prepared) != 0 else {
            return .failed(.notReadOnly, "the statement would change the database")
        }
        guard sqlite3_bind_parameter_count(prepared) == 0 else {
            return .failed(.error, "the statement has parameters, which nobody fills in")
        }
        return rows(of: compiled, limits)
    }

    /// What the text alone rules out.
    private static func refusal(of statement: Statement) -> Execution? {
        guard statement.bytes.count <= Int(Limits.statementBytes) else {
            return .failed(.limit, "the statement has more than \(Limits.statementBytes) bytes")
        }
        guard !statement.bytes.contains(0) else { return .failed(.syntaxError, "the statement contains a NUL byte") }
        guard !statement.shape.isEmpty else { return .failed(.syntaxError, "there is no statement") }
        guard !statement.shape.isFollowedByMore else {
            return .failed(.severalStatements, "there is more than one statement")
        }
        if case .other(let word) = statement.shape.verb {
            return .failed(.notReadOnly, "\(word) is not run: only SELECT, VALUES and WITH … SELECT are")
        }
        return nil
    }

    private func rows(of statement: borrowing PreparedStatement, _ limits: Limits) -> Execution {
        var table = ResultTable(columns: statement.columnNames)
        while true {
            let code = sqlite3_step(statement.handle)
            if code == SQLITE_DONE { return .done(table) }
            guard code == SQLITE_ROW else { return failure(code, limits) }
            guard table.rowCount < limits.rows else {
                return .failed(.limit, "the result has more than \(limits.rows) rows")
            }
            statement.appendRow(to: &table)
            guard table.cellCount <= limits.cells else {
                return .failed(.limit, "the result has more than \(limits.cells) values")
            }
            guard table.bytes.count <= limits.bytes else {
                return .failed(.limit, "the result has more than \(limits.bytes) bytes of text")
            }
        }
    }

    private func failure(_ code: Int32, _ limits: Limits) -> Execution {
        switch code {
        case SQLITE_INTERRUPT where watch.isExhausted:
            return .failed(.limit, "the statement took more than \(limits.vmSteps) steps")
        case SQLITE_TOOBIG:
            return .failed(.limit, "a value is longer than \(Limits.valueBytes) bytes")
        case SQLITE_NOMEM, SQLITE_FULL:
            return .failed(.limit, "the statement needs too much memory")
        case SQLITE_IOERR where sqlite3_extended_errcode(handle) == SQLITE_IOERR | (12 << 8):
            // SQLITE_IOERR_NOMEM, which Swift does not import: what is put aside lies in memory.
            return .failed(.limit, "the statement needs too much memory")
        default:
            break
        }
        guard let message = sqlite3_errmsg(handle) else { return .failed(.error, "SQLite error \(code)") }
        let status: ExecutionStatus
        if watch.isRefused {
            status = .notReadOnly
        } else if code != SQLITE_ERROR {
            status = code == SQLITE_MISMATCH || code == SQLITE_RANGE ? .error : .internal
        } else if ErrorText.isIncomplete(message) || ErrorText.isSyntax(message) {
            status = .syntaxError
        } else if ErrorText.isLimit(message) {
            status = .limit
        } else {
            status = ErrorText.nameProblem(message) ?? .error
        }
        return .failed(status, String(cString: message))
    }
}
