import DataPlane
import Glibc

/// Where plugins are looked for.
///
/// ```
/// 1  the folders of --plugin-path, in their order        every *.so and *.dylib
/// 2  the folders of FASTDISTILL_PLUGIN_PATH              every *.so and *.dylib
/// 3  <folder of the executable>/../lib/fastdistill/plugins   every *.so and *.dylib
/// 4  the folder of the executable, when swift build made it  libfastdistill-plugin-*
/// ```
///
/// Where two files claim to be the same version of the same plugin, the first one counts.
public struct PluginSearch: Sendable {
    public struct Folder: Sendable, Equatable {
        public var path: String
        /// Only names that begin with this.
        public var prefix: String
        /// Named by the user for this command, so that it is an error if it is not there.
        public var isRequired: Bool

        public init(path: String, prefix: String = "", isRequired: Bool = false) {
            self.path = path
            self.prefix = prefix
            self.isRequired = isRequired
        }
    }

    public var folders: [Folder]

    public init(folders: [Folder]) { self.folders = folders }

    /// - Parameters:
    ///   - pluginPath: the folders of `--plugin-path`.
    ///   - environmentPath: the value of `FASTDISTILL_PLUGIN_PATH`: folders with colons between them.
    ///   - executable: a path to the program, or a link to it.
    public init(
        pluginPath: [String], environmentPath: String? = environmentPluginPath,
        executable: String = PluginHost.ownExecutable
    ) {
        let here = currentFolder()
        folders = pluginPath.map { Folder(path: absolutePath($0, in: here), isRequired: true) }
        for path in (environmentPath ?? "").split(separator: ":") {
            folders.append(Folder(path: absolutePath(String(path), in: here)))
        }
        guard let resolved = realpath(executable, nil) else { return }
        defer { free(resolved) }
        let own = parentFolder(of: String(cString: resolved))
        folders.append(Folder(path: "\(parentFolder(of: own))/lib/fastdistill/plugins"))
        if PathKind("\(own)/description.json") == .file {
            folders.append(Folder(path: own, prefix: "libfastdistill-plugin-"))
        }
    }

    /// The variable that names more folders.
    public static let environmentVariable = "FASTDISTILL_PLUGIN_PATH"
    public static var environmentPluginPath: String? { getenv(environmentVariable).map { String(cString: $0) } }

    /// The files that could be plugins, in the order in which they count.
    ///
    /// - Throws: ``Failure`` for a folder that has to be there and is not, or cannot be read.
    func files() throws(Failure) -> [String] {
        var files: [String] = []
        for folder in folders {
            if PathKind(folder.path) != .folder {
                guard folder.isRequired else { continue }
                throw Failure(
                    "plugin_path", "there is no plugin folder '\(folder.path)'; --plugin-path takes a folder",
                    at: Location(file: folder.path))
            }
            for name in try fileNames(in: folder.path)
            where name.hasPrefix(folder.prefix) && (name.hasSuffix(".so") || name.hasSuffix(".dylib")) {
                files.append("\(folder.path)/\(name)")
            }
        }
        return files
    }
}
