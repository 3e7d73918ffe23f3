import CPlatform
import DataPlane
import Glibc

extension RunDirectory {
    /// Copies plugins into the run's folder, so that an upgrade of the installed files does not disturb the run.
    ///
    /// A copy is named by what is in it: `plugins/<id>-<version>-<first 12 digits of the SHA-256>.so`. A later start of the
    /// run finds it there. A plugin stays where it is if it needs a library that lies beside it, which it would not find
    /// from elsewhere, and all do where the run's folder is on a file system that nothing may be run from.
    ///
    /// - Returns: the plugins with the paths they are to be loaded from.
    /// - Throws: ``Failure``: a file cannot be read or written, or is no longer what was resolved.
    public func keepPlugins(_ plugins: [ResolvedPlugin]) throws(Failure) -> [ResolvedPlugin] {
        let folder = file("plugins")
        try createFolder(folder)
        var status = statvfs()
        guard statvfs(folder, &status) == 0, status.f_flag & Self.noExecution == 0 else { return plugins }
        var kept: [ResolvedPlugin] = []
        for var plugin in plugins {
            let home = parentFolder(of: plugin.path)
            if let library = try? LibraryFile(plugin.path), library.librariesBesideIt(in: home).isEmpty {
                let name = "\(plugin.spec.id)-\(plugin.spec.version)-\(plugin.sha256.prefix(12)).so"
                plugin.path = try copy(plugin, to: absolutePath("\(folder)/\(name)", in: currentFolder()))
            }
            kept.append(plugin)
        }
        return kept
    }

    /// `ST_NOEXEC` of statvfs(3), which Swift's Glibc module does not import.
    private static let noExecution: UInt = 8

    /// Not synced: what a power cut leaves behind is found out by its hash and copied anew.
    private func copy(_ plugin: ResolvedPlugin, to path: String) throws(Failure) -> String {
        if PathKind(path) == .file, try hashFile(path) == plugin.sha256 { return path }
        let temporary = path + ".tmp"
        let output = fdplatform_open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o755)
        guard output >= 0 else { throw .system("create", temporary, errno: errno) }
        do throws(Failure) {
            defer { close(output) }
            let input = try InputFile(plugin.path)
            var hash = SHA256()
            while true {
                let chunk = try input.read()
                if chunk.isEmpty { break }
                chunk.withUnsafeBytes { hash.update($0) }
                try writeAll(chunk[...], to: output, path: temporary)
            }
            guard hash.finish() == plugin.sha256 else { throw PluginRefusal.changed.failure(path: plugin.path) }
        } catch {
            unlink(temporary)
            throw error
        }
        guard rename(temporary, path) == 0 else { throw .system("rename", temporary, errno: errno) }
        return path
    }
}
