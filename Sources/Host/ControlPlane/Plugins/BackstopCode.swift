/// The host's own codes for rows that took a worker down with them.
///
/// They depend on the machine, so they are written into the journal and honoured on replay.
public enum BackstopCode: String, Sendable, CaseIterable {
    case timeout = "plugin_timeout"
    case crashed = "plugin_crashed"
    case memory = "plugin_memory"
}
