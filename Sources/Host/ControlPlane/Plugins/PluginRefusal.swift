import DataPlane

/// Why a file cannot be used as a plugin.
public struct PluginRefusal: Error, Sendable, Equatable {
    public enum Reason: String, Sendable, CaseIterable {
        case unreadable
        case notALibrary = "not_a_library"
        case machine
        /// Shorter than its header says: half-written, or truncated.
        case cutOff = "cut_off"
        case missingLibrary = "missing_library"
        case undefinedSymbol = "undefined_symbol"
        /// The dynamic loader refuses it for any other reason.
        case unloadable
        case missingEntry = "missing_entry"
        case abiVersion = "abi_version"
        case missingInterface = "missing_interface"
        case badSpec = "bad_spec"
        case toolchain
        case crashed
        case hung
    }

    public var reason: Reason
    /// One sentence with the remedy; the file is named beside it.
    public var message: String

    public init(_ reason: Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }

    static let changed = PluginRefusal(.unreadable, "it has changed since the run began; start the run again")

    /// Whether it follows from the file's bytes alone. Only then may it be remembered by their hash: a missing library
    /// can be installed later, and a slow machine is no fault of the file.
    public var isLasting: Bool {
        switch reason {
        case .notALibrary, .machine, .cutOff, .missingEntry, .abiVersion, .missingInterface, .badSpec, .toolchain,
            .crashed:
            true
        case .unreadable, .missingLibrary, .undefinedSymbol, .unloadable, .hung: false
        }
    }

    /// As a failure about the file.
    public func failure(path: String) -> Failure {
        Failure("plugin_refused", "the plugin file '\(path)' cannot be used: \(message)", at: Location(file: path))
    }
}
