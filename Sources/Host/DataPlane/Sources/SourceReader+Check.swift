extension SourceReader {
    /// Opens every file and reads CSV headers and Parquet schemas, so that a file that does not fit is found before a
    /// run reaches it.
    ///
    /// No row is looked at. Pipes are left alone, because what is read of them is gone.
    ///
    /// - Throws: ``Failures``: for each file that cannot be read as `description` says, the first reason.
    /// - Complexity: O(files), at most 64 KiB and a Parquet footer of each.
    public static func checkFiles(_ description: SourceDescription) throws(Failures) {
        var failures: [Failure] = []
        for file in description.files where PathKind(file.path) != .other {
            do throws(Failure) {
                _ = try open(file, description)
            } catch {
                failures.append(error)
            }
        }
        if !failures.isEmpty { throw Failures(failures) }
    }
}
