import PluginABI
import Synchronization

/// A plugin: its name and its steps. A library has one, as a global constant, and exports it:
///
///     let plugin = Plugin(id: "shout", version: "1.0.0", summary: "Shouts.", steps: [Shout.self])
///
///     @c @implementation
///     public func fastdistill_plugin_v1() -> UnsafePointer<fastdistill_plugin_entry_v1>! { plugin.entry }
public struct Plugin: Sendable {
    public let id: String
    public let version: String

    /// The plugin's spec as the host reads it (Docs/specs/abi.md).
    public let specJSON: String

    /// What the exported function returns. Made once, never changed and never freed.
    nonisolated(unsafe) public let entry: UnsafePointer<fastdistill_plugin_entry_v1>

    private let steps: [any AnyStep.Type]

    /// Describes the plugin by making each step once.
    ///
    /// A declaration that cannot be right (two columns of one name, an id with a space) ends the process with a sentence
    /// that says which; that happens in the author's first test, or when the host looks at the plugin.
    ///
    /// - Parameters:
    ///   - id: `[a-z][a-z0-9_]*`.
    ///   - version: a semantic version, `1.2.0`.
    ///   - summary: one line.
    public init(id: String, version: String, summary: String, steps: [any AnyStep.Type]) {
        self.id = id
        self.version = version
        self.steps = steps
        do {
            specJSON = try PluginSpec(id: id, version: version, summary: summary, steps: steps).json()
        } catch {
            fatalError("PluginKit: \(error.message)")
        }
        let bytes = Array(specJSON.utf8CString)
        let text = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
        text.initialize(from: bytes, count: bytes.count)
        let entry = UnsafeMutablePointer<fastdistill_plugin_entry_v1>.allocate(capacity: 1)
        entry.initialize(
            to: fastdistill_plugin_entry_v1(
                abi_version: FASTDISTILL_ABI_VERSION, reserved: 0, spec_json: text,
                spec_json_length: UInt64(bytes.count - 1), get_interface: interface))
        self.entry = UnsafePointer(entry)
        let plugin = self
        Plugin.inThisLibrary.withLock { $0.append(plugin) }
    }

    /// The plugins of this library, for `create`, which is only told the step's id. A library exports one plugin; only a
    /// test program has more. Each library has its own PluginKit and so its own list.
    private static let inThisLibrary = Mutex<[Plugin]>([])

    static func step(_ id: String) -> (any AnyStep.Type)? {
        inThisLibrary.withLock { plugins in
            for plugin in plugins {
                if let step = plugin.steps.first(where: { $0.id == id }) { return step }
            }
            return nil
        }
    }
}
