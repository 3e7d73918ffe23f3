import CPlatform
import DataPlane
import Glibc
import PluginABI

/// What a rule about a whole plugin works with: its file.
struct LibraryTrial {
    let path: String
    /// Whether nothing has been loaded in this process before.
    let isOwnProcess: Bool

    typealias EntryFunction = @convention(c) () -> UnsafePointer<fastdistill_plugin_entry_v1>?

    /// The function that the library exports.
    ///
    /// - Throws: ``Finding`` of kind `skip` where there is none.
    func entryFunction() throws(Finding) -> EntryFunction {
        guard let library = fdplatform_load(path), let symbol = dlsym(library, PluginLoader.entrySymbol) else {
            throw .skip("the plugin cannot be loaded, see load.opens")
        }
        return unsafeBitCast(symbol, to: EntryFunction.self)
    }

    func entry() throws(Finding) -> fastdistill_plugin_entry_v1 {
        guard let entry = try entryFunction()() else { throw .skip("there is no entry") }
        return entry.pointee
    }

    /// Why the host refuses the file; nil where it does not.
    func refusal() -> PluginRefusal? {
        do throws(PluginRefusal) {
            _ = try PluginLoader.describe(path)
            return nil
        } catch {
            return error
        }
    }

    /// Names that other libraries could find in the file, but for the entry.
    ///
    /// - Throws: ``Finding`` of kind `skip` where the file cannot be read that way.
    func otherExports() throws(Finding) -> [ELFSymbol] {
        guard let bytes = try? readFile(path), let symbols = ELFSymbols.exported(bytes) else {
            throw .skip("the file has no table of its symbols")
        }
        return symbols.filter { $0.name != PluginLoader.entrySymbol }
    }
}
