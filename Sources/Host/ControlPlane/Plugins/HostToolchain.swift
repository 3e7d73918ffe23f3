/// The compiler that built this host, in the words in which PluginKit names the one that built a plugin.
let hostToolchain: String = {
    #if compiler(>=6.5)
    "swift-6.5"
    #elseif compiler(>=6.4)
    "swift-6.4"
    #elseif compiler(>=6.3.3)
    "swift-6.3.3"
    #elseif compiler(>=6.3.2)
    "swift-6.3.2"
    #elseif compiler(>=6.3.1)
    "swift-6.3.1"
    #else
    "swift-6.3"
    #endif
}()
