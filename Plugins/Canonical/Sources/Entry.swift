import PluginABI
import PluginKit

let plugin = Plugin(
    id: "canonical", version: "1.1.0", summary: "Brings text into one form, so that equal texts are equal bytes.",
    steps: [Canonicalize.self, FirstMessages.self])

@c @implementation
public func fastdistill_plugin_v1() -> UnsafePointer<fastdistill_plugin_entry_v1>! { plugin.entry }
