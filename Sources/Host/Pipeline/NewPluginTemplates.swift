import ControlPlane
import DataPlane
import Glibc

/// The templates of packages: `plugin/swift`, `plugin/c`, `plugin/cpp`, each a folder of files, and `plugin/common`.
///
/// ```
/// 1  <folder of the executable>/../share/fastdistill/templates    an installation
/// 2  Templates in the folder that holds the build folder          a checkout, built with swift build
/// ```
struct NewPluginTemplates {
    let folder: String
    let isInstalled: Bool
    /// Where the package looks for FastDistill, unless its user says otherwise.
    let prefix: String

    /// - Throws: ``Failure`` of code `usage`: they are in neither place, or build files cannot name the place.
    init(executable: String = PluginHost.ownExecutable) throws(Failure) {
        var own = ""
        if let resolved = realpath(executable, nil) {
            own = parentFolder(of: String(cString: resolved))
            free(resolved)
        }
        let root = parentFolder(of: own)
        let installed = "\(root)/share/fastdistill/templates"
        if PathKind(installed) == .folder {
            (folder, isInstalled, prefix) = (installed, true, root)
            try checkPrefix()
            return
        }
        var checkout = own
        while !checkout.isEmpty, PathKind("\(checkout)/Templates/plugin") != .folder {
            checkout = parentFolder(of: checkout)
        }
        guard !checkout.isEmpty else {
            throw Failure(
                "usage", "the templates are missing: there is no folder '\(installed)'; install FastDistill again",
                at: Location(file: installed))
        }
        (folder, isInstalled, prefix) = ("\(checkout)/Templates", false, "/usr/local")
    }

    /// The prefix goes into a makefile and into a Swift literal as it is.
    private func checkPrefix() throws(Failure) {
        guard let wrong = prefix.first(where: { "\"\\$#".contains($0) || $0.isNewline }) else { return }
        throw Failure(
            "usage",
            "FastDistill is installed in \(quoted(prefix)), and a build file cannot hold \(quoted(String(wrong))); "
                + "install it in another folder")
    }

    /// Calls with the path and the text of each template of a language.
    ///
    /// A file called `gitignore` becomes `.gitignore`: under that name it would be one in the folder of the templates too.
    ///
    /// - Returns: how many there are.
    func forEach(
        _ language: NewPluginLanguage, _ body: (_ path: String, _ text: String) throws(Failure) -> Void
    ) throws(Failure) -> Int {
        var count = 0
        for part in ["common", language.rawValue] {
            let root = "\(folder)/plugin/\(part)"
            let paths = try files(in: root, below: "")
            for path in paths {
                let text = String(decoding: try readFile("\(root)/\(path)"), as: UTF8.self)
                try body(path == "gitignore" ? ".gitignore" : path, text)
            }
            count += paths.count
        }
        return count
    }

    private func files(in root: String, below path: String) throws(Failure) -> [String] {
        var files: [String] = []
        for name in try fileNames(in: root + "/" + path) {
            let own = path.isEmpty ? name : "\(path)/\(name)"
            if PathKind("\(root)/\(own)") == .folder {
                files += try self.files(in: root, below: own)
            } else {
                files.append(own)
            }
        }
        return files
    }
}
