/// The version of the host. The ABI, PluginKit and each plugin have their own.
public let fastDistillVersion = "0.1.0"
