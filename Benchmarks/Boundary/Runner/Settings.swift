import DataPlane
import Foundation

/// What the command line says.
///
///     boundary-benchmark [--rows N] [--repetitions N] [--only TEXT]
struct Settings {
    /// Texts sent in each repetition: rows times columns.
    var rows = 1 << 20
    /// The same for the slow way, JSON.
    var jsonRows = 1 << 17
    var repetitions = 9
    /// Only cases whose name contains this.
    var only = ""
    /// `fastdistill` of the same build, which workers are made of.
    let executable: String
    /// Where the plugins and the children lie.
    let products: String
    let scripts: String

    init(_ arguments: [String]) throws {
        products = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
        executable = products + "/fastdistill"
        scripts = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().path
        var rest = arguments.dropFirst()
        while let name = rest.popFirst() {
            let value = rest.popFirst() ?? ""
            switch (name, Int(value)) {
            case ("--rows", let count?):
                rows = count
                jsonRows = max(count / 8, 1)
            case ("--repetitions", let count?): repetitions = count
            case ("--only", _): only = value
            default: throw Failure("usage", "usage: boundary-benchmark [--rows N] [--repetitions N] [--only TEXT]")
            }
        }
    }

    func includes(_ name: String) -> Bool { only.isEmpty || name.contains(only) }
}
