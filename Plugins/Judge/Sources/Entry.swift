import PluginABI
import PluginKit

let plugin = Plugin(
    id: "judge", version: "1.1.0", summary: "Has a model mark or compare queries without knowing the right one.",
    steps: [Prompt.self, Score.self, Votes.self, PairPrompt.self, Pair.self])

@c @implementation
public func fastdistill_plugin_v1() -> UnsafePointer<fastdistill_plugin_entry_v1>! { plugin.entry }
