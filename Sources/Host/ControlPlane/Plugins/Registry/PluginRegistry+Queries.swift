import DataPlane
import Glibc

extension PluginRegistry {
    /// All plugins that can be resolved, by id and then from the highest version down.
    public func list() -> [Entry] {
        entries.filter { $0.shadowedBy == nil }.sorted {
            let (a, b) = ($0.plugin.spec, $1.plugin.spec)
            return a.id == b.id ? a.version > b.version : a.id < b.id
        }
    }

    /// All files of a plugin, from the highest version down, shadowed ones after the one that counts.
    ///
    /// - Throws: ``Failure`` of code `unknown_plugin` that names the plugins there are.
    public func show(_ id: String) throws(Failure) -> [Entry] {
        let found = entries.enumerated().filter { $0.element.plugin.spec.id == id }
        if found.isEmpty { throw unknown(id) }
        return found.sorted {
            let (a, b) = ($0.element.plugin.spec.version, $1.element.plugin.spec.version)
            return a == b ? $0.offset < $1.offset : a > b
        }.map(\.element)
    }

    /// The highest version of a plugin in a range.
    ///
    /// - Throws: ``Failure`` of code `unknown_plugin` or `plugin_version` that names what there is.
    public func resolve(_ id: String, _ range: VersionRange) throws(Failure) -> ResolvedPlugin {
        let candidates = list().map(\.plugin).filter { $0.spec.id == id }
        if candidates.isEmpty { throw unknown(id) }
        if let best = candidates.first(where: { range.contains($0.spec.version) }) { return best }
        let versions = candidates.map { "\($0.spec.version)" }.joined(separator: ", ")
        throw Failure(
            "plugin_version",
            "no version of the plugin '\(id)' is within \(range); installed: \(versions)")
    }

    /// What became of a file, as a sentence for a user.
    public func why(_ path: String) -> String {
        let path = absolutePath(path, in: currentFolder())
        if let entry = entries.first(where: { $0.plugin.path == path }) {
            let name = "plugin '\(entry.plugin.spec.id)' \(entry.plugin.spec.version)"
            guard let other = entry.shadowedBy else { return "'\(path)' is in use as \(name)." }
            return "'\(path)' is \(name), but '\(other)' claims to be the same with other bytes and was found first; "
                + "remove one of them or give them different versions."
        }
        if let original = copies[path] { return "'\(path)' is a copy of '\(original)', which is in use." }
        if let refused = refused.first(where: { $0.path == path }) {
            return "\(refused.refusal.failure(path: path).message)."
        }
        if PathKind(path) == nil { return "There is no file '\(path)'." }
        let folders = search.folders.map { "'\($0.path)'" }.joined(separator: ", ")
        return "'\(path)' was not looked at: it is not a *.so or *.dylib file in one of the plugin folders \(folders)."
    }

    private func unknown(_ id: String) -> Failure {
        let ids = Set(list().map(\.plugin.spec.id)).sorted()
        let hint = ConfigReader.suggestion(for: id, among: ids)
        let folders = search.folders.map { "'\($0.path)'" }.joined(separator: ", ")
        var message = "there is no plugin '\(id)'; \(hint)"
        if ids.isEmpty { message = "there is no plugin '\(id)', nor any other, in \(folders)" }
        // A file that was meant to be this plugin is the likeliest reason.
        let causes = refused.filter { Self.fileName($0.path).contains(id) }.map { $0.refusal.failure(path: $0.path) }
        return Failure("unknown_plugin", message, causes: causes)
    }

    private static func fileName(_ path: String) -> Substring {
        path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...]
    }
}
