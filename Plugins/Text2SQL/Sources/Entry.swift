import PluginABI
import PluginKit

let plugin = Plugin(
    id: "text2sql", version: "1.1.0",
    summary: "Questions to SQL on SQLite: schema, prompt, parsing, sandboxed execution, verdicts, audit.",
    steps: [SchemaStep.self, PromptStep.self, ParseStep.self, ExecuteStep.self, CompareStep.self, AuditStep.self])

/// The one function that the host looks for.
@c @implementation
public func fastdistill_plugin_v1() -> UnsafePointer<fastdistill_plugin_entry_v1>! { plugin.entry }
