/// Calls `body` with each line of a text file, without its line end; a last line without one is left out, since it may be
/// half written.
///
/// Memory is bounded by the longest line.
public func forEachLine(of path: String, _ body: (ArraySlice<UInt8>) -> Void) throws(Failure) {
    let file = try InputFile(path)
    var carried: [UInt8] = []
    while true {
        let chunk = try file.read()
        if chunk.isEmpty { return }
        var start = 0
        while let end = chunk[start...].firstIndex(of: UInt8(ascii: "\n")) {
            if carried.isEmpty {
                body(chunk[start..<end])
            } else {
                carried += chunk[start..<end]
                body(carried[...])
                carried.removeAll(keepingCapacity: true)
            }
            start = end + 1
        }
        carried += chunk[start...]
    }
}
