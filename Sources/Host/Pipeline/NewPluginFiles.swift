import DataPlane
import Glibc

/// Files that are written together: when one of them fails, the others go again.
struct NewPluginFiles {
    private let root: String
    /// What was made, folders before what is in them.
    private var made: [(path: String, isFolder: Bool)] = []

    /// - Parameter root: an absolute path. It need not be there yet.
    init(root: String) { self.root = root }

    /// Writes a new file, and the folders above it that are missing.
    ///
    /// - Throws: ``Failure`` with the system's reason; also when the file exists.
    mutating func write(_ path: String, _ text: String) throws(Failure) {
        let path = "\(root)/\(path)"
        try makeFolder(parentFolder(of: path))
        try createFile(path, with: text)
        made.append((path, isFolder: false))
    }

    private mutating func makeFolder(_ path: String) throws(Failure) {
        if path.isEmpty || PathKind(path) == .folder { return }
        try makeFolder(parentFolder(of: path))
        guard mkdir(path, 0o755) == 0 else { throw .system("create the folder", path, errno: errno) }
        made.append((path, isFolder: true))
    }

    /// Takes away what was made, the last first.
    mutating func undo() {
        for (path, isFolder) in made.reversed() {
            if isFolder { rmdir(path) } else { unlink(path) }
        }
        made = []
    }
}
