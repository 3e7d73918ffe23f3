import CPlatform
import DataPlane
import Glibc
import PluginABI

/// A plugin in this process. It is never unloaded, so what it points to stays.
struct LoadedPlugin {
    let specText: String
    let map: MapInterface
    /// Whether it uses the Swift runtime that the host uses too.
    let sharesSwiftRuntime: Bool
}

/// Loads a plugin file and checks all that can be checked without making an instance.
///
/// Runs the file's own code: in the host only for `isolation: inline`, else in a worker.
enum PluginLoader {
    static let entrySymbol = "fastdistill_plugin_v1"

    /// Loads a file that still has the bytes it had when it was resolved.
    static func load(_ path: String, sha256: String) throws(PluginRefusal) -> LoadedPlugin {
        guard try hash(path) == sha256 else { throw PluginRefusal.changed }
        return try load(path)
    }

    /// The SHA-256 of a plugin file.
    static func hash(_ path: String) throws(PluginRefusal) -> String {
        // A pipe would be waited for as long as nobody writes to it.
        if PathKind(path) == .other || PathKind(path) == .folder {
            throw PluginRefusal(.notALibrary, "it is not a dynamic library: it is not a regular file")
        }
        do {
            return try hashFile(path)
        } catch {
            throw PluginRefusal(.unreadable, error.message)
        }
    }

    static func load(_ path: String) throws(PluginRefusal) -> LoadedPlugin {
        // Before the dynamic loader gets to see it: of what is wrong with the file it says less, or dies of it.
        try LibraryFile(path).checkMachine()
        guard let library = fdplatform_load(path) else { throw loaderRefusal(path) }
        guard let symbol = dlsym(library, entrySymbol) else {
            throw PluginRefusal(
                .missingEntry, "it does not export '\(entrySymbol)', so it is a library but not a FastDistill plugin")
        }
        typealias Entry = @convention(c) () -> UnsafePointer<fastdistill_plugin_entry_v1>?
        guard let entry = unsafeBitCast(symbol, to: Entry.self)() else {
            throw PluginRefusal(.missingEntry, "'\(entrySymbol)' returned nothing; this is a fault of the plugin")
        }
        let version = entry.pointee.abi_version
        guard version == FASTDISTILL_ABI_VERSION else {
            throw PluginRefusal(
                .abiVersion,
                "it speaks version \(version) of the plugin ABI, this host version \(FASTDISTILL_ABI_VERSION); "
                    + "install a release of the plugin, or of FastDistill, that fits the other")
        }
        guard let map = entry.pointee.get_interface?(FASTDISTILL_MAP_V1).flatMap(MapInterface.init) else {
            throw PluginRefusal(
                .missingInterface,
                "it does not offer the interface '\(FASTDISTILL_MAP_V1)', the only kind of step this host knows")
        }
        let bytes = UnsafeRawBufferPointer(start: entry.pointee.spec_json, count: Int(entry.pointee.spec_json_length))
        guard bytes.baseAddress != nil else { throw PluginRefusal(.badSpec, "its spec is missing") }
        return LoadedPlugin(
            specText: String(decoding: bytes, as: UTF8.self), map: map,
            sharesSwiftRuntime: fdplatform_needs(library, "libswiftCore.") == 1)
    }

    /// Loads a file and checks all that it says about itself.
    ///
    /// - Returns: the text of its spec.
    static func describe(_ path: String) throws(PluginRefusal) -> String {
        let plugin = try load(path)
        let spec: PluginSpec
        do throws(Failure) {
            spec = try PluginSpec(parsing: plugin.specText)
        } catch {
            throw PluginRefusal(.badSpec, "its spec is wrong, at \(error.message)")
        }
        // The Swift runtime promises nothing to code that another compiler made for another runtime on Linux.
        if plugin.sharesSwiftRuntime, spec.toolchain != hostToolchain {
            throw PluginRefusal(
                .toolchain,
                "it was built with '\(spec.toolchain)' and shares the Swift runtime of this host, which was built with "
                    + "'\(hostToolchain)'; build it with the same toolchain, or with -static-stdlib")
        }
        return plugin.specText
    }

    /// Sorts the dynamic loader's words, which are all it gives.
    private static func loaderRefusal(_ path: String) -> PluginRefusal {
        var words = dlerror().map { String(cString: $0) } ?? "no reason given"
        if words.hasPrefix("\(path): ") { words.removeFirst(path.count + 2) }
        let marker = "undefined symbol: "
        if words.hasPrefix(marker) {
            return PluginRefusal(
                .undefinedSymbol,
                "no library it is linked with defines the symbol '\(words.dropFirst(marker.count))'; "
                    + "link the missing library, or install the version it was built with")
        }
        if let end = words.firstRange(of: ": cannot open shared object file") {
            return PluginRefusal(
                .missingLibrary,
                "it needs the library '\(words[..<end.lowerBound])', which is not found; "
                    + "install it or put it where the plugin's run path points")
        }
        return PluginRefusal(.unloadable, "the system cannot load it: \(words)")
    }
}

extension StringProtocol {
    /// The first place of a text, byte for byte.
    fileprivate func firstRange(of text: String) -> Range<Index>? {
        var start = startIndex
        while start < endIndex {
            let rest = self[start...]
            if rest.hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
