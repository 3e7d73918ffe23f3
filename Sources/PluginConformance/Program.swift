import Glibc

/// A program that is run to its end.
struct Program {
    struct Ended {
        /// The exit status; 128 and its number where a signal ended it.
        var status: Int32
        var output: [UInt8]
        var errors: String
    }

    /// A path, or a name to be found in `PATH`.
    let path: String
    private let variable: String

    /// The program that a variable of the environment names, or else another one.
    static func named(byVariable variable: String, else name: String) -> Program {
        let named = getenv(variable).map { String(cString: $0) } ?? ""
        return Program(path: named.isEmpty ? name : named, variable: variable)
    }

    /// Whether there is such a program.
    var exists: Bool {
        if path.utf8.contains(UInt8(ascii: "/")) { return access(path, X_OK) == 0 }
        let folders = getenv("PATH").map { String(cString: $0) } ?? ""
        return folders.split(separator: ":").contains { access("\($0)/\(path)", X_OK) == 0 }
    }

    func run(_ arguments: [String]) throws(ConformanceError) -> Ended {
        // Files, not pipes: no program waits for a reader of the other output.
        guard let output = tmpfile(), let errors = tmpfile() else {
            throw ConformanceError(.noProgram, "cannot make a temporary file: \(Self.reason(errno))")
        }
        defer {
            fclose(output)
            fclose(errors)
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, fileno(output), STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, fileno(errors), STDERR_FILENO)
        let words = ([path] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var pid = pid_t()
        let failed = posix_spawnp(&pid, path, &actions, nil, words, environ)
        guard failed == 0 else {
            throw ConformanceError(
                .noProgram,
                "cannot start '\(path)': \(Self.reason(failed)); install FastDistill, or set \(variable) to its program"
            )
        }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7F
        return Ended(
            status: signal == 0 ? status >> 8 & 0xFF : 128 + signal, output: Self.bytes(output),
            errors: String(decoding: Self.bytes(errors), as: UTF8.self))
    }

    /// The folder of the program that runs now.
    static var ownFolder: String {
        var bytes = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &bytes, bytes.count)
        let path = bytes[..<max(count, 0)].map { UInt8(bitPattern: $0) }
        return String(decoding: path[..<(path.lastIndex(of: UInt8(ascii: "/")) ?? 0)], as: UTF8.self)
    }

    static func isThere(_ path: String) -> Bool { access(path, F_OK) == 0 }

    private static func bytes(_ file: UnsafeMutablePointer<FILE>) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        rewind(file)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
