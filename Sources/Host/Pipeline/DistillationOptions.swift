/// What `fastdistill run` is asked for.
public struct DistillationOptions: Sendable {
    public var graphPath: String
    public var runsDirectory: String
    public var runID: String?
    /// The store of recorded replies; by default `replies.sqlite` among the runs.
    public var repliesPath: String?
    /// A providers file to use instead of the graph's.
    public var providersPath: String?
    public var lock: LockUse
    public var isQuiet: Bool
    public var pluginPaths: [String]
    /// The registry of students.
    public var models = "models"
    /// The name of the student there; by default that of the graph.
    public var student: String?
    /// Set for a run that is a part of another one, which tells about it in its own words.
    var part: Part?

    struct Part: Sendable {
        /// Of the whole, to which the replies are counted that it uses.
        var runID: String
        /// What goes on with the whole.
        var commandLine: String
    }

    public init(
        graphPath: String, runsDirectory: String, runID: String? = nil, repliesPath: String? = nil,
        providersPath: String? = nil, lock: LockUse = .none, isQuiet: Bool = false, pluginPaths: [String] = []
    ) {
        self.graphPath = graphPath
        self.runsDirectory = runsDirectory
        self.runID = runID
        self.repliesPath = repliesPath
        self.providersPath = providersPath
        self.lock = lock
        self.isQuiet = isQuiet
        self.pluginPaths = pluginPaths
    }
}
