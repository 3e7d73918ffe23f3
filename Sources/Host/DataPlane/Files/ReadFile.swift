/// Reads a whole file: for configuration, not for data.
///
/// - Parameter allowed: what it may be besides a regular file.
/// - Throws: ``Failure`` as ``InputFile`` does.
public func readFile(_ path: String, allowing allowed: InputFile.Allowed = .streams) throws(Failure) -> [UInt8] {
    let file = try InputFile(path, allowing: allowed)
    var bytes: [UInt8] = []
    while true {
        let chunk = try file.read()
        if chunk.isEmpty { return bytes }
        bytes += chunk
    }
}
