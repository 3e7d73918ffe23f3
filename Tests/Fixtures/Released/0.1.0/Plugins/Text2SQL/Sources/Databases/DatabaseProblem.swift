/// Why there is no database to work with. The text says more, without a path.
enum DatabaseProblem: Error, Equatable {
    /// No file of the folder has this id.
    case unknown(String)
    /// There is a file, but it is no readable SQLite database.
    case unreadable(String)
}
