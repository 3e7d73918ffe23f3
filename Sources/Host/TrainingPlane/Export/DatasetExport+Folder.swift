import CPlatform
import DataPlane
import Glibc

extension DatasetExport {
    /// The record that makes a folder an export.
    static let recordName = "export.json"

    /// All that an export puts into its folder; the record last, so that what is half removed can be removed again.
    private static let entries = [
        "README.md", "dataset_info.json", "axolotl.yaml", "chat", "prompt_completion", "parquet", recordName,
    ]

    /// Makes an empty folder of an earlier export, or a new one, and marks it: what is there until the record is
    /// complete may be removed by the next export.
    ///
    /// - Throws: ``Failure`` of code `export` when the folder is none of an export, or something else is in it too.
    static func prepare(_ folder: String) throws(Failure) {
        let names = try fileNames(in: folder)
        if !names.isEmpty, !names.contains(recordName) {
            throw Failure(
                "export", "'\(folder)' is not empty and no export; choose another folder", at: Location(file: folder))
        }
        // A .tmp is what a killed process left of a file that it was replacing.
        if let stranger = names.first(where: { !entries.contains($0) && !$0.hasSuffix(".tmp") }) {
            throw Failure(
                "export", "'\(folder)' holds \(quoted(stranger)), which is no part of an export; choose another folder",
                at: Location(file: folder))
        }
        remove(folder)
        try createFolder(folder)
        let mark: JSONValue = ["format": .string(format), "complete": false]
        try replaceFile("\(folder)/\(recordName)", with: mark.pretty)
    }

    static func remove(_ folder: String) {
        for entry in entries {
            let path = "\(folder)/\(entry)"
            if PathKind(path) == .folder { fdplatform_remove_folder(path) } else { unlink(path) }
        }
    }
}
