import PluginABI
import PluginKit

let plugin = Plugin(
    id: "rules", version: "1.1.0", summary: "Checks texts by rules that need no model, and lets candidates vote.",
    steps: [Check.self, Agree.self])

@c @implementation
public func fastdistill_plugin_v1() -> UnsafePointer<fastdistill_plugin_entry_v1>! { plugin.entry }
