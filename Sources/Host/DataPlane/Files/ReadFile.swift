/// Reads a whole file: for configuration, not for data.
///
/// - Throws: ``Failure`` with the system's reason.
public func readFile(_ path: String) throws(Failure) -> [UInt8] {
    let file = try InputFile(path)
    var bytes: [UInt8] = []
    while true {
        let chunk = try file.read()
        if chunk.isEmpty { return bytes }
        bytes += chunk
    }
}
