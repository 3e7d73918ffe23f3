import CPlatform
import DataPlane
import Glibc
import PluginABI

/// What is known about plugin files from earlier starts, so that they need not be loaded, nor even read again.
///
/// ```
/// <folder>/<sha256>.json   {"host": …, "spec": "…"} or {"host": …, "refusal": "…", "message": "…"}
/// <folder>/files.json      path → size, times, inode and sha256
/// ```
///
/// Only a help: a file that cannot be read or written, or was made by another host, is as good as none.
struct DescriptionCache: Sendable {
    private let folder: String
    /// Changes with every build of the host, so that no verdict of an older one is believed.
    private let host: String

    init?(folder: String?, executable: String) {
        guard let folder, let stamp = FileStamp(executable) else { return nil }
        self.folder = folder
        host = "abi \(FASTDISTILL_ABI_VERSION), \(stamp.size) bytes, \(stamp.modifiedNanoseconds)"
        try? createFolder(folder)
    }

    /// `$XDG_CACHE_HOME/fastdistill/plugins`, or below `~/.cache` (XDG Base Directory Specification 0.8).
    static var defaultFolder: String? {
        let variable = { (name: String) in
            getenv(name).map { String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil }
        }
        let base = variable("XDG_CACHE_HOME") ?? variable("HOME").map { "\($0)/.cache" }
        return base.map { "\($0)/fastdistill/plugins" }
    }

    func description(sha256: String) -> Result<String, PluginRefusal>? {
        guard let json = read("\(sha256).json"), json["host"]?.string == host else { return nil }
        if let spec = json["spec"]?.string { return .success(spec) }
        guard let reason = json["refusal"]?.string.flatMap(PluginRefusal.Reason.init(rawValue:)),
            let message = json["message"]?.string
        else { return nil }
        return .failure(PluginRefusal(reason, message))
    }

    func remember(_ description: Result<String, PluginRefusal>, sha256: String) {
        switch description {
        case .success(let spec): write(["host": .string(host), "spec": .string(spec)], "\(sha256).json")
        case .failure(let refusal):
            guard refusal.isLasting else { return }
            write(
                [
                    "host": .string(host), "refusal": .string(refusal.reason.rawValue),
                    "message": .string(refusal.message),
                ],
                "\(sha256).json")
        }
    }

    /// The hashes of files that have not changed since.
    func knownHashes() -> [FileStamp: String] {
        var hashes: [FileStamp: String] = [:]
        for entry in read("files.json")?.array ?? [] {
            if let stamp = FileStamp(entry), let sha256 = entry["sha256"]?.string { hashes[stamp] = sha256 }
        }
        return hashes
    }

    /// Keeps the hashes of files that are still as they were.
    func remember(_ hashes: [FileStamp: String]) {
        let current = hashes.filter { stamp, _ in FileStamp(stamp.path) == stamp }
        let entries = current.sorted { $0.key.path < $1.key.path }.map { stamp, sha256 in
            JSONValue.object(stamp.members + [("sha256", .string(sha256))])
        }
        write(.array(entries), "files.json")
    }

    private func read(_ name: String) -> JSONValue? {
        guard let bytes = try? readFile("\(folder)/\(name)") else { return nil }
        return bytes.withUnsafeBytes { try? JSONParser().parse($0) }
    }

    /// By rename, so that another process reads the old content or the new. Not synced: what a power cut leaves behind is
    /// no JSON and counts as nothing.
    private func write(_ value: JSONValue, _ name: String) {
        let path = "\(folder)/\(name)"
        let temporary = "\(path).\(getpid())-\(pthread_self())"
        let descriptor = fdplatform_open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return }
        let isWritten = (try? writeAll(value.pretty, to: descriptor, path: temporary)) != nil
        close(descriptor)
        if !isWritten || rename(temporary, path) != 0 { unlink(temporary) }
    }
}

/// What tells that a file is still the same without reading it.
struct FileStamp: Hashable, Sendable {
    let path: String
    let size: Int64
    let modifiedNanoseconds: Int64
    /// Also changes when somebody sets the time of modification back.
    let changedNanoseconds: Int64
    let inode: Int64

    /// Nil when there is no such file.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.path = path
        size = Int64(status.st_size)
        modifiedNanoseconds = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
        changedNanoseconds = Int64(status.st_ctim.tv_sec) * 1_000_000_000 + Int64(status.st_ctim.tv_nsec)
        inode = Int64(truncatingIfNeeded: status.st_ino)
    }

    /// Whether a second change would show: not within the clock ticks in which the last one was made.
    var isSettled: Bool {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec) - changedNanoseconds > 100_000_000
    }

    fileprivate var members: [(String, JSONValue)] {
        [
            ("path", .string(path)), ("size", .int(size)), ("modified", .int(modifiedNanoseconds)),
            ("changed", .int(changedNanoseconds)), ("inode", .int(inode)),
        ]
    }

    fileprivate init?(_ json: JSONValue) {
        guard let path = json["path"]?.string, let size = json["size"]?.int, let modified = json["modified"]?.int,
            let changed = json["changed"]?.int, let inode = json["inode"]?.int
        else { return nil }
        self.path = path
        self.size = size
        modifiedNanoseconds = modified
        changedNanoseconds = changed
        self.inode = inode
    }
}
