import DataPlane

/// All plugins that were found, and all files that were refused.
///
/// ```swift
/// let registry = try PluginRegistry.discover(PluginSearch(pluginPath: ["plugins"]))
/// let plugin = try registry.resolve("rules", try VersionRange(parsing: "^1.2"))
/// ```
public struct PluginRegistry: Sendable {
    public struct Entry: Sendable {
        public var plugin: ResolvedPlugin
        /// The file that counts instead: the same version of the same plugin, found earlier, with other bytes.
        public var shadowedBy: String?
    }

    public struct Refused: Sendable, Equatable {
        public var path: String
        public var refusal: PluginRefusal
    }

    /// In the order in which they were found.
    public let entries: [Entry]
    public let refused: [Refused]
    /// Files that are the same, byte for byte, as one found earlier: path to path.
    public let copies: [String: String]
    public let search: PluginSearch

    /// Looks through all folders. New files are described in parallel, known ones are looked up.
    ///
    /// - Parameters:
    ///   - cacheFolder: where descriptions are remembered; nil for nowhere.
    ///   - executable: a program that hands its arguments to ``HiddenCommand/run(_:)``.
    ///   - timeoutMilliseconds: how long a file may take to say what it is.
    /// - Throws: ``Failure`` for a folder that cannot be searched. A bad file is no failure: it is among ``refused``.
    public static func discover(
        _ search: PluginSearch, cacheFolder: String? = defaultCacheFolder,
        executable: String = PluginHost.workerExecutable, timeoutMilliseconds: Int64 = 5000
    ) throws(Failure) -> PluginRegistry {
        let cache = DescriptionCache(folder: cacheFolder, executable: executable)
        let describer = PluginDescriber(executable: executable, timeoutMilliseconds: timeoutMilliseconds, cache: cache)
        let files = try search.files()
        let known = cache?.knownHashes() ?? [:]
        let answers = mapInParallel(files) { path in examine(path, describer, known) }
        let hashes = known.merging(answers.compactMap(\.stamp), uniquingKeysWith: { $1 })
        if hashes != known { cache?.remember(hashes) }
        return PluginRegistry(zip(files, answers).map { ($0, $1.result) }, search)
    }

    /// Where descriptions are remembered by default.
    public static var defaultCacheFolder: String? { DescriptionCache.defaultFolder }

    private struct Answer: Sendable {
        var result: Result<ResolvedPlugin, PluginRefusal>
        /// What to remember of the file.
        var stamp: (FileStamp, String)?
    }

    private static func examine(_ path: String, _ describer: PluginDescriber, _ known: [FileStamp: String]) -> Answer {
        let stamp = FileStamp(path)
        let sha256: String
        do throws(PluginRefusal) {
            sha256 = if let stamp, let hash = known[stamp] { hash } else { try PluginLoader.hash(path) }
        } catch {
            return Answer(result: .failure(error))
        }
        let result = describer.describe(path, sha256: sha256).map { spec in
            ResolvedPlugin(spec: spec, sha256: sha256, path: path)
        }
        return Answer(result: result, stamp: stamp.flatMap { $0.isSettled ? ($0, sha256) : nil })
    }

    init(_ answers: [(path: String, result: Result<ResolvedPlugin, PluginRefusal>)], _ search: PluginSearch) {
        var entries: [Entry] = []
        var refused: [Refused] = []
        var copies: [String: String] = [:]
        for (path, result) in answers {
            switch result {
            case .failure(let refusal): refused.append(Refused(path: path, refusal: refusal))
            case .success(let plugin):
                let first = entries.first {
                    $0.plugin.spec.id == plugin.spec.id && $0.plugin.spec.version == plugin.spec.version
                }
                if let first, first.plugin.sha256 == plugin.sha256 {
                    copies[path] = first.plugin.path
                } else {
                    entries.append(Entry(plugin: plugin, shadowedBy: first?.plugin.path))
                }
            }
        }
        self.entries = entries
        self.refused = refused
        self.copies = copies
        self.search = search
    }
}
