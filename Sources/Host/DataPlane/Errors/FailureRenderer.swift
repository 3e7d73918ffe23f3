import Glibc

/// Turns failures into the lines a user reads; the only place where they are laid out.
///
/// ```
/// demo.yaml:12:5: error: unknown key 'whem'; did you mean 'when'?
///     whem: {parse.status: {equals: ok}}
///     ^
/// ```
public enum FailureRenderer {
    public static func render(_ failure: Failure) -> String {
        var lines = [headline(failure)]
        if let excerpt = failure.excerpt, let column = failure.location?.column {
            lines += pointer(excerpt, column: column)
        }
        for cause in failure.causes {
            for (index, line) in render(cause).split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                lines.append((index == 0 ? "  because " : "  ") + line)
            }
        }
        return lines.joined(separator: "\n")
    }

    /// The line, cut to what is near the column if it is long, and a caret below the column.
    private static func pointer(_ excerpt: String, column: Int) -> [String] {
        let scalars = excerpt.unicodeScalars
        let start = column > maximumExcerpt ? column - maximumExcerpt / 2 : 0
        let before = String(scalars.dropFirst(start).prefix(max(column - 1 - start, 0)))
        let after = scalars.dropFirst(max(column - 1, start))
        let head = (start > 0 ? "…" : "") + before
        let tail = String(after.prefix(maximumExcerpt))
        let isCut = after.dropFirst(maximumExcerpt).isEmpty == false
        // Tabs are kept so that the caret stands below its character whatever the tab width.
        let indent = head.map { $0 == "\t" ? "\t" : " " }
        return [head + tail + (isCut ? "…" : ""), indent.joined() + "^"]
    }

    /// Characters shown of a long line, on either side of the caret.
    private static let maximumExcerpt = 160

    public static func render(_ failures: Failures) -> String {
        failures.all.map(render).joined(separator: "\n")
    }

    /// Any error as text: the two types above as they are laid out, anything else by its description.
    public static func render(_ error: any Error) -> String {
        switch error {
        case let failure as Failure: render(failure)
        case let failures as Failures: render(failures)
        default: "error: \(error)"
        }
    }

    private static func headline(_ failure: Failure) -> String {
        guard let location = failure.location, let line = location.line else { return "error: \(failure.message)" }
        return [location.file, String(line), location.column.map(String.init)].compactMap { $0 }.joined(separator: ":")
            + ": error: \(failure.message)"
    }
}

/// The system's text for an `errno`.
public func systemMessage(_ code: Int32) -> String { String(cString: strerror(code)) }
