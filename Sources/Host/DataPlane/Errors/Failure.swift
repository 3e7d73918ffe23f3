import Glibc

/// Where in which file.
public struct Location: Hashable, Sendable {
    public var file: String
    /// 1-based; nil when the whole file is meant.
    public var line: Int?
    /// 1-based, in characters; nil when the whole line is meant.
    public var column: Int?

    public init(file: String, line: Int? = nil, column: Int? = nil) {
        self.file = file
        self.line = line
        self.column = column
    }
}

/// Something that went wrong, as a value with a place.
///
/// The message is one or two sentences: what is wrong, and what would be right. ``FailureRenderer`` makes the lines a user
/// reads. No sample text and no secrets belong in it.
public struct Failure: Error, Sendable {
    /// What went wrong, for programs. Open: every plane adds its own.
    public struct Code: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }
        public init(stringLiteral value: String) { rawValue = value }
    }

    public var code: Code
    public var message: String
    public var location: Location?
    /// What it is about of the thing that stands at `location`, for whoever knows where its parts stand: `with/pattern` of a node.
    public var part: String?
    /// The source line at `location`, for the caret.
    public var excerpt: String?
    public var causes: [Failure]

    public init(
        _ code: Code, _ message: String, at location: Location? = nil, excerpt: String? = nil, causes: [Failure] = []
    ) {
        self.code = code
        self.message = message
        self.location = location
        self.excerpt = excerpt
        self.causes = causes
    }
}

/// Several failures found in one go, in the order of their places.
public struct Failures: Error, Sendable {
    public var all: [Failure]
    public init(_ all: [Failure]) { self.all = all }
}

extension Failure {
    /// A failed system call: `cannot open 'x': Permission denied`.
    public static func system(_ action: String, _ path: String, errno code: Int32) -> Failure {
        let remedy = code == EMFILE ? "; raise the limit of open files (ulimit -n), or ask less at once" : ""
        return Failure("io", "cannot \(action) '\(path)': \(systemMessage(code))\(remedy)", at: Location(file: path))
    }
}
