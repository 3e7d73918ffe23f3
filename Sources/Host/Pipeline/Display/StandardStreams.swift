import DataPlane
import Glibc

/// Writes to standard output.
///
/// A reader that has gone away (`| head`) has what it wants, so that is no error.
///
/// - Throws: ``Failure`` when the output cannot be written, for instance on a full disk.
public func writeOutput(_ text: String) throws(Failure) {
    // Whoever calls this has not decided what a closed pipe means for the process; here it is an error of the write.
    signal(SIGPIPE, SIG_IGN)
    do throws(Failure) {
        try writeAll(text, to: STDOUT_FILENO, path: "standard output")
    } catch {
        if errno != EPIPE { throw error }
    }
}

/// Writes to standard error; what cannot be said there cannot be said at all.
public func writeError(_ text: String) {
    try? writeAll(text, to: STDERR_FILENO, path: "standard error")
}
