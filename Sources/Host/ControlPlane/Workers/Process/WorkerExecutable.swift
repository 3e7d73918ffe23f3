import CPlatform
import DataPlane
import Glibc

/// The program that plays the worker: `fastdistill-worker`, where it lies beside the host, else the host itself.
///
/// A host is linked with much that no worker needs, an HTTP client with all its protocols and a command line: loading that
/// took more than half of a worker's start (Docs/decisions/0009-worker-program.md).
enum WorkerExecutable {
    static let fileName = "fastdistill-worker"

    /// A path that works while this process runs, even if the file has been replaced: host and workers are of one build.
    static let path: String = {
        guard let resolved = realpath(PluginHost.ownExecutable, nil) else { return PluginHost.ownExecutable }
        defer { free(resolved) }
        let own = parentFolder(of: String(cString: resolved))
        for folder in [own, "\(parentFolder(of: own))/lib/fastdistill"] {
            let descriptor = fdplatform_open("\(folder)/\(fileName)", O_RDONLY | O_CLOEXEC, 0)
            // It stays open as long as the process.
            if descriptor >= 0 { return "/proc/\(getpid())/fd/\(descriptor)" }
        }
        return PluginHost.ownExecutable
    }()
}
