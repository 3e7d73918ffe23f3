import PluginABI
import PluginKit

let plugin = Plugin(
    id: "copy_swift", version: "1.0.0", summary: "Copies texts.",
    steps: [CopyStrings.One.self, CopyStrings.Eight.self, CopyBytes.One.self, CopyBytes.Eight.self])

@c @implementation
public func fastdistill_plugin_v1() -> UnsafePointer<fastdistill_plugin_entry_v1>! { plugin.entry }
