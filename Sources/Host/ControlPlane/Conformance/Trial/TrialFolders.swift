import CPlatform
import DataPlane
import Glibc

/// The folders in which a rule runs, its own and empty.
struct TrialFolders {
    /// The folder that holds the others.
    let path: String

    /// The working directory, the folder for temporary files, the home.
    static let names = ["work", "tmp", "home"]

    func make() throws(Failure) {
        for name in Self.names { try createFolder("\(path)/\(name)") }
    }

    /// Makes them the folders of this process.
    func enter() {
        setenv("TMPDIR", "\(path)/tmp", 1)
        setenv("HOME", "\(path)/home", 1)
        chdir("\(path)/work")
    }

    /// What lies in them, by a path that says where.
    func contents() throws(Failure) -> [String] {
        var found: [String] = []
        for name in Self.names {
            for file in try fileNames(in: "\(path)/\(name)") { found.append("\(name)/\(file)") }
        }
        return found
    }

    /// Removes them with all that lies in them, as far as that is possible.
    func remove() { fdplatform_remove_folder(path) }

    /// Makes a new folder for the folders of all rules.
    static func makeRoot() throws(Failure) -> String {
        let parent = absolutePath(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp", in: currentFolder())
        var template = Array("\(parent)/fastdistill-check-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw .system("create a folder in", parent, errno: errno) }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
