import PluginABI
import PluginKit

/// Its version is that of the file VERSION; a test compares them.
let plugin = Plugin(id: "{{name}}", version: "0.1.0", summary: "Counts words.", steps: [Count.self])

/// The one function that the library exports.
@c @implementation
public func fastdistill_plugin_v1() -> UnsafePointer<fastdistill_plugin_entry_v1>! { plugin.entry }
