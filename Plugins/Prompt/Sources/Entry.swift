import PluginABI
import PluginKit

let plugin = Plugin(
    id: "prompt", version: "1.0.0", summary: "Writes the messages of a question from a template, for any task.",
    steps: [Fill.self])

@c @implementation
public func fastdistill_plugin_v1() -> UnsafePointer<fastdistill_plugin_entry_v1>! { plugin.entry }
