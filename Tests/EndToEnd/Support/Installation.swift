import Foundation
import Pipeline
import Testing

/// FastDistill, installed from the folder of the products.
struct Installation {
    /// The one that all tests use which change nothing in it. It lies beside the products and is written once a run.
    static let shared = Result { try Installation(prefix: Package.products + "/installation") }

    let prefix: String

    /// Installs.
    ///
    /// - Parameter staging: what `DESTDIR` says: the folder that stands for the root of a file system.
    init(prefix: String, staging: String = "") throws {
        self.prefix = staging + prefix
        let result = try shell([Self.script, Package.products, prefix, staging])
        try #require(result.status == 0, "\(result)")
        #expect(result.output == "installed fastdistill \(fastDistillVersion) in \(staging)\(prefix)\n")
        #expect(result.errors == "")
    }

    static let script = Package.root + "/scripts/install.sh"

    var executable: String { prefix + "/bin/fastdistill" }

    /// An environment in which this FastDistill is on the path, and Python with its packages.
    var environment: [String: String] {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return ["PATH": "\(prefix)/bin:\(Package.root)/.deps/python/bin:\(path)"]
    }

    /// The regular files of the installation, relative to the prefix.
    var files: Set<String> {
        get throws {
            let listed = try shell(["find", prefix, "-type", "f", "-printf", "%P\n"])
            return Set(listed.output.split(separator: "\n").map(String.init))
        }
    }
}
