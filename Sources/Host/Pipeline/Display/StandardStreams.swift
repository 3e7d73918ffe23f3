import DataPlane
import Glibc

/// Writes to standard output.
///
/// Control characters in it are shown, not obeyed: texts of models and of others may have them.
/// A reader that has gone away (`| head`) has what it wants, so that is no error.
///
/// - Throws: ``Failure`` when the output cannot be written, for instance on a full disk.
public func writeOutput(_ text: String) throws(Failure) {
    // Whoever calls this has not decided what a closed pipe means for the process; here it is an error of the write.
    signal(SIGPIPE, SIG_IGN)
    do throws(Failure) {
        try writeAll(visible(text), to: STDOUT_FILENO, path: "standard output")
    } catch {
        if errno != EPIPE { throw error }
    }
}

/// Writes to standard error, with control characters shown; what cannot be said there cannot be said at all.
public func writeError(_ text: String) { draw(visible(text)) }

/// Writes to standard error what a terminal shall obey.
func draw(_ text: String) { try? writeAll(text, to: STDERR_FILENO, path: "standard error") }

/// A text in which control characters but tabs and line ends are written as Swift does: `\u{1B}`.
func visible(_ text: String) -> String {
    func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.generalCategory == .control && scalar != "\n" && scalar != "\t"
    }
    guard text.unicodeScalars.contains(where: isControl) else { return text }
    return text.unicodeScalars.reduce(into: "") { shown, scalar in
        if isControl(scalar) {
            shown += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
        } else {
            shown.unicodeScalars.append(scalar)
        }
    }
}
