/// The version of the host. The ABI, PluginKit and each plugin have their own.
public let fastDistillVersion = "0.2.0-dev"

/// How the user called this program, so that the commands it shows can be copied.
let invokedProgram = CommandLine.arguments.first ?? "fastdistill"
