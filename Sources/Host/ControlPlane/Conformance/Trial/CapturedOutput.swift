import CPlatform
import Glibc

/// Standard output led into memory, until it is read.
struct CapturedOutput: ~Copyable {
    private let original: Int32
    private let memory: Int32

    /// Nil where descriptors run out.
    init?() {
        fflush(nil)
        original = dup(STDOUT_FILENO)
        memory = fdplatform_memory_file("fastdistill-output")
        guard memory >= 0, dup2(memory, STDOUT_FILENO) >= 0 else {
            if memory >= 0 { close(memory) }
            if original >= 0 { close(original) }
            return nil
        }
    }

    /// Leads standard output back to where it went.
    ///
    /// - Returns: how many bytes were written.
    consuming func finish() -> Int {
        fflush(nil)
        let count = lseek(memory, 0, SEEK_END)
        if original >= 0 {
            dup2(original, STDOUT_FILENO)
            close(original)
        }
        close(memory)
        return Int(count)
    }
}
