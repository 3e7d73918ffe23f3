/// Watches one statement: counts the instructions of SQLite's virtual machine, stops it when it takes too many, and
/// remembers whether the authorizer refused something.
///
/// The count depends on the statement, the database and the version of SQLite alone, never on time.
final class StatementWatch {
    struct Notes {
        var stepsLeft = 0
        var isExhausted = false
        var isRefused = false
    }

    /// What SQLite's callbacks write to; it lives as long as the watch.
    let notes: UnsafeMutablePointer<Notes>

    init() {
        notes = .allocate(capacity: 1)
        notes.initialize(to: Notes())
    }

    deinit {
        notes.deinitialize(count: 1)
        notes.deallocate()
    }

    /// Begins to watch a new statement.
    func begin(steps: Int) {
        notes.pointee = Notes(stepsLeft: steps)
    }

    var isExhausted: Bool { notes.pointee.isExhausted }
    var isRefused: Bool { notes.pointee.isRefused }
}

/// Called by SQLite every `Limits.watchInterval` instructions; anything but 0 interrupts the statement.
func countSteps(_ context: UnsafeMutableRawPointer?) -> Int32 {
    guard let notes = context?.assumingMemoryBound(to: StatementWatch.Notes.self) else { return 1 }
    notes.pointee.stepsLeft -= Limits.watchInterval
    guard notes.pointee.stepsLeft < 0 else { return 0 }
    notes.pointee.isExhausted = true
    return 1
}
