/// Rejects the row: the step has no answer for it at all. `code` is one that the step declared with `rejects`.
///
///     throw Reject("too_long", "1200 characters")
public struct Reject: Error, Equatable {
    public let code: String
    public let detail: String?

    /// - Parameters:
    ///   - code: a declared code.
    ///   - detail: evidence for the report.
    public init(_ code: String, _ detail: String? = nil) {
        self.code = code
        self.detail = detail
    }
}

/// Fails the call: the step cannot work as it is configured, or with this batch.
///
///     throw StepError(.invalidConfig, where: "/pattern", "Option `pattern` is not a regular expression: …")
public struct StepError: Error, Equatable, CustomStringConvertible {
    /// What kind of failure it was.
    public enum Kind: Sendable {
        /// An option is wrong; `where` is a JSON pointer to it.
        case invalidConfig
        /// The input does not fit; `where` is the column's name.
        case invalidInput
        /// A file or database that the step needs cannot be used.
        case resourceFailed
        /// The host asked to stop and the step did.
        case cancelled
        /// Anything else: a fault of the plugin.
        case `internal`
    }

    public let kind: Kind
    public let `where`: String
    /// One sentence for the user, with the remedy.
    public let message: String
    /// The row of the batch, from 0.
    public internal(set) var row: Int?

    public init(_ kind: Kind, where place: String = "", _ message: String, row: Int? = nil) {
        self.kind = kind
        self.where = place
        self.message = message
        self.row = row
    }

    public var description: String { message }

    /// An option that is wrong, with the JSON pointer to it (RFC 6901).
    static func option(_ name: String, _ message: String) -> StepError {
        var pointer = "/"
        for character in name {
            switch character {
            case "~": pointer += "~0"
            case "/": pointer += "~1"
            default: pointer.append(character)
            }
        }
        return StepError(.invalidConfig, where: pointer, message)
    }
}
