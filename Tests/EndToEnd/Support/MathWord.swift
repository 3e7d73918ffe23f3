import Foundation
import Testing

/// The plugin in C++, which `swift build` does not know: its Makefile builds it before the first test that needs it.
enum MathWord {
    private static let made = Result {
        try shell(["make", "--no-print-directory", "-C", "Plugins/MathWord", "CXX=clang++"])
    }

    /// The folder of the library, for `--plugin-path`.
    static func folder() throws -> String {
        let made = try made.get()
        try #require(made.status == 0, "\(made)")
        return Package.root + "/Plugins/MathWord/.build"
    }
}
