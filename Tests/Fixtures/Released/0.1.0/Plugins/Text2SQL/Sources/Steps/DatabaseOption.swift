import PluginKit

/// What all steps that open databases have in common: the option, and how a row's database can fail it.
struct DatabaseOption {
    let folder: String

    init(_ declare: inout Declaration) {
        folder = declare.resource("databases", doc: "Folder with `<db_id>/<db_id>.sqlite` or `<db_id>.sqlite`.")
        declare.rejects("unknown_database", doc: "There is no database of this `db_id` in the folder.")
        declare.rejects(
            "unreadable_database", doc: "There is a file for this `db_id`, but it is no readable SQLite database.")
    }

    /// Fails before the first row if there is no such folder.
    func check() throws(StepError) {
        guard DatabaseFolder(path: folder).exists else {
            throw StepError(
                .resourceFailed, where: "/databases", "There is no folder \(folder); give the one with the databases.")
        }
    }
}

extension DatabaseProblem {
    func reject(_ id: String) -> Reject {
        switch self {
        case .unknown(let reason):
            Reject("unknown_database", "No database `\(id.prefix(80))`: \(reason).")
        case .unreadable(let reason):
            Reject("unreadable_database", "Database `\(id.prefix(80))` cannot be read: \(reason).")
        }
    }
}
