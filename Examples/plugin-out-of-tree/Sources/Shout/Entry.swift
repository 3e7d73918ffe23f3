import PluginABI
import PluginKit

let plugin = Plugin(id: "shout", version: "1.0.0", summary: "Shouts.", steps: [Shout.self])

@c @implementation
public func fastdistill_plugin_v1() -> UnsafePointer<fastdistill_plugin_entry_v1>! { plugin.entry }
