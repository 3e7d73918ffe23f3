import CParquetABI
import CPlatform
import Glibc

/// The library that holds Arrow and Parquet C++, loaded on first use.
///
/// It weighs 60 MB and takes about 10 ms to load, so commands that touch no Parquet file do not pay for it.
enum ParquetLibrary {
    static let fileName = "libFastDistillParquet.so"
    static let environmentName = "FASTDISTILL_PARQUET_LIBRARY"

    private static let loaded = Result { () throws(Failure) in
        try Functions(load(override: getenv(environmentName).map { String(cString: $0) }, folders: folders()))
    }

    /// Its functions.
    ///
    /// - Throws: ``Failure`` of code `parquet_library` when it cannot be found or loaded; the same at every call.
    static func functions() throws(Failure) -> fdparquet_functions { try loaded.get().table }

    /// A table of C functions, which never changes once the library is there.
    private struct Functions: @unchecked Sendable {
        let table: fdparquet_functions
        init(_ table: fdparquet_functions) { self.table = table }
    }

    /// Where the library may lie: beside the executable, in the layout of an installation, and beside the code that
    /// asks, which is another place when a test runner has loaded that code from a bundle.
    static func folders() -> [String] {
        var folders: [String] = []
        if let executable = linkTarget("/proc/self/exe") {
            let folder = parent(executable)
            folders = [folder, parent(folder) + "/lib/fastdistill"]
        }
        if let name = fdparquet_host_image(), let image = realpath(name, nil) {
            let folder = parent(String(cString: image))
            free(image)
            if !folders.contains(folder) { folders.append(folder) }
        }
        return folders
    }

    /// Loads the library from `override`, or from the first folder that has it.
    static func load(override: String?, folders: [String]) throws(Failure) -> fdparquet_functions {
        let candidates = override.map { [$0] } ?? folders.map { "\($0)/\(fileName)" }
        guard let path = candidates.first(where: { access($0, R_OK) == 0 }) else {
            throw Failure(
                "parquet_library",
                "cannot find \(fileName), which reads and writes Parquet; looked for "
                    + candidates.map { "'\($0)'" }.joined(separator: ", ")
                    + ": install FastDistill again or set \(environmentName) to the library's path")
        }
        // It is loaded for the first row group, when much of what the start needed has been freed.
        fdplatform_release_memory()
        guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE),
            let symbol = dlsym(handle, "fdparquet_library")
        else {
            let reason = dlerror().map { String(cString: $0) } ?? "unknown reason"
            throw Failure("parquet_library", "cannot load '\(path)': \(reason)")
        }
        fdplatform_release_memory()
        typealias Entry = @convention(c) () -> UnsafePointer<fdparquet_functions>
        return unsafeBitCast(symbol, to: Entry.self)().pointee
    }

    private static func linkTarget(_ path: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &buffer, buffer.count)
        return count > 0 ? String(decoding: buffer[..<count], as: UTF8.self) : nil
    }

    private static func parent(_ path: String) -> String {
        let folder = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[..<$0]) } ?? "."
        return folder.isEmpty ? "/" : folder
    }
}

extension fdparquet_message {
    /// The text up to its first NUL.
    var string: String {
        withUnsafeBytes(of: text) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
