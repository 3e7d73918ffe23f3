/// What a command does with `<graph>.lock`.
public enum LockUse: Sendable {
    /// Takes the highest versions in the graph's ranges; a run writes the file if there is none, and warns if it differs.
    case none
    /// Takes exactly the plugins that the file names.
    case enforced
    /// Takes the highest versions in the graph's ranges and writes the file anew.
    case updated
}
