import Foundation
import Testing

/// The plugin in C++, which `swift build` does not know: its Makefile builds it before the first test that needs it.
enum MathWord {
    private static let isInstalled = Result { try install() }

    /// Puts the library beside the program, where `make` puts it too.
    static func require() throws { try isInstalled.get() }

    private static func install() throws {
        let made = try shell(["make", "--silent", "--no-print-directory", "-C", "Plugins/MathWord", "CXX=clang++"])
        try #require(made.status == 0, "\(made)")
        let name = "libfastdistill-plugin-mathword.so"
        let library = try Data(contentsOf: URL(filePath: "\(Package.root)/Plugins/MathWord/.build/\(name)"))
        let place = URL(filePath: "\(Package.products)/\(name)")
        // Tests that run at the same time look into the folder: the file is there as a whole, or not at all.
        if (try? Data(contentsOf: place)) != library { try library.write(to: place, options: .atomic) }
    }
}
