import PluginKit

/// The conformance kit of FastDistill in a plugin's own tests.
///
///     import PluginConformance
///
///     @Test func conforms() throws {
///         let library = try PluginConformance.library(ofProduct: "fastdistill-plugin-shout")
///         let report = try PluginConformance.check(library: library)
///         #expect(report.failures.isEmpty, "\(report)")
///     }
///
/// Runs `fastdistill plugins check`: the program that the variable `FASTDISTILL` names, else the one in `PATH`.
public enum PluginConformance {
    /// Tries the rules on a plugin file, each in a process of its own.
    ///
    /// - Parameters:
    ///   - library: the path of the plugin.
    ///   - options: values of options by name, as text; resources as paths. Required options need one, unless an example
    ///     of the step has it.
    ///   - rules: ids of rules or groups, either with `:step`; empty for all.
    ///   - rows: the path of a JSONL file with input rows, from which values are taken besides those of the examples.
    ///   - seed: of the generated rows.
    /// - Throws: ``ConformanceError``. A plugin that does not conform is no error: see ``ConformanceReport/failures``.
    public static func check(
        library: String, with options: [String: String] = [:], only rules: [String] = [], rows: String? = nil,
        seed: UInt32? = nil
    ) throws(ConformanceError) -> ConformanceReport {
        var arguments = ["plugins", "check", library, "--json"]
        for (name, value) in options.sorted(by: { $0.key < $1.key }) { arguments += ["--with", "\(name)=\(value)"] }
        for rule in rules { arguments += ["--only", rule] }
        if let rows { arguments += ["--rows", rows] }
        if let seed { arguments += ["--seed", String(seed)] }
        let ended = try program.run(arguments)
        // 6: a rule failed or crashed.
        guard ended.status == 0 || ended.status == 6 else { throw ConformanceError(.refused, ended.errors) }
        do {
            return try ConformanceReport(json: try ended.output.withUnsafeBytes { try JSONReader.read($0) })
        } catch {
            throw ConformanceError(.unreadable, "'\(program.path)' printed no report that this library can read")
        }
    }

    /// Whether there is a program to check with: a condition for tests that shall not fail without one.
    public static var isAvailable: Bool { program.exists }

    private static var program: Program { Program.named(byVariable: "FASTDISTILL", else: "fastdistill") }

    /// The path of a dynamic library that the package makes, as SwiftPM puts it beside the tests.
    ///
    /// - Throws: ``ConformanceError`` where it has not been built.
    public static func library(ofProduct name: String) throws(ConformanceError) -> String {
        let path = Program.ownFolder + "/lib\(name).so"
        guard Program.isThere(path) else {
            throw ConformanceError(.notBuilt, "there is no '\(path)': build the package first, with swift build")
        }
        return path
    }
}
