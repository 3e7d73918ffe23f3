import CPlatform
import Glibc

/// A folder that one process has for itself as long as the value lives (flock(2)); that of one that was killed is free.
///
/// It keeps out only those who ask for it, too.
public struct FolderLock: ~Copyable {
    private let descriptor: Int32

    /// - Returns: nil when somebody has it.
    /// - Throws: ``Failure`` with the system's reason.
    public init?(_ folder: String) throws(Failure) {
        let descriptor = fdplatform_open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        guard descriptor >= 0 else { throw .system("open", folder, errno: errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }
}
