import DataPlane

/// A package for a new plugin: `fastdistill new plugin NAME`.
///
/// ```swift
/// let plugin = try NewPlugin(name: "shout", language: "c", folder: nil)
/// try plugin.write()      // shout/Makefile, shout/count.c, …
/// ```
public struct NewPlugin {
    let name: String
    let language: NewPluginLanguage
    let folder: String
    private let templates: NewPluginTemplates

    /// - Parameters:
    ///   - name: the plugin's id, `[a-z][a-z0-9_]*`.
    ///   - language: `swift`, `c` or `cpp`.
    ///   - folder: where the package goes; nil for a folder called as the plugin, in the current one.
    /// - Throws: ``Failure`` of code `usage`: the name, the language or the folder will not do; the templates are missing.
    public init(name: String, language: String, folder: String?) throws(Failure) {
        guard let first = name.utf8.first, Self.letters.contains(first),
            name.utf8.allSatisfy({ Self.letters.contains($0) || Self.digits.contains($0) || $0 == UInt8(ascii: "_") })
        else {
            throw Failure(
                "usage",
                "a plugin cannot be called \(quoted(name)); begin with one of a-z and go on with a-z, 0-9 and '_'")
        }
        guard let known = NewPluginLanguage(rawValue: language) else {
            let all = NewPluginLanguage.allCases.map(\.rawValue)
            throw Failure(
                "usage",
                "there are no templates for the language \(quoted(language)); "
                    + ConfigReader.suggestion(for: language, among: all))
        }
        self.name = name
        self.language = known
        self.folder = folder ?? name
        templates = try NewPluginTemplates()
        try Self.checkFolder(self.folder)
    }

    private static let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
    private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")

    /// The name as part of a Swift type's name: `word_count` is `WordCount`.
    var typeName: String {
        name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }

    private static func checkFolder(_ folder: String) throws(Failure) {
        switch PathKind(folder) {
        case nil: return
        case .folder?:
            let names: [String]
            do { names = try fileNames(in: folder) } catch { throw Failure("usage", error.message) }
            if names.isEmpty { return }
            throw Failure(
                "usage", "the folder \(quoted(folder)) is not empty; name another with --path, or empty it first")
        default:
            throw Failure("usage", "\(quoted(folder)) is a file; name a folder with --path")
        }
    }

    /// Writes all files of the package, or none.
    ///
    /// - Returns: what was written, and the commands that come next.
    /// - Throws: ``Failure`` of code `usage` with the system's reason. What was written until then is gone again.
    public func write() throws(Failure) -> String {
        let values = ["name": name, "Name": typeName, "prefix": templates.prefix]
        let count: Int
        var files = NewPluginFiles(root: absolutePath(folder, in: currentFolder()))
        do {
            count = try templates.forEach(language) { path, text throws(Failure) in
                try files.write(Self.fill(path, with: values), Self.fill(text, with: values))
            }
        } catch {
            files.undo()
            throw Failure("usage", error.message)
        }
        let steps = ["cd \(shellWord(folder))"] + language.commands(program: program)
        var lines = ["\(folder): \(count) files of a plugin in \(language.title). Build it, check it, run it:", ""]
        lines += steps.map { "  " + $0 }
        if !templates.isInstalled {
            lines += [
                "",
                "This fastdistill is not installed, and the package needs one that is. In the checkout, type",
                "`make install PREFIX=DIR`; then set FASTDISTILL_PREFIX=DIR, unless DIR is \(templates.prefix).",
            ]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// How to call this program from another folder.
    private var program: String {
        shellWord(
            invokedProgram.utf8.contains(UInt8(ascii: "/"))
                ? absolutePath(invokedProgram, in: currentFolder()) : invokedProgram)
    }

    /// The text with `{{key}}` replaced by the values.
    private static func fill(_ text: String, with values: [String: String]) -> String {
        var filled = ""
        var rest = text[...]
        while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}") {
            filled += rest[..<open.lowerBound]
            if let value = values[String(rest[open.upperBound..<close.lowerBound])] {
                filled += value
                rest = rest[close.upperBound...]
            } else {
                filled += "{"
                rest = rest[rest.index(after: open.lowerBound)...]
            }
        }
        return filled + rest
    }
}
