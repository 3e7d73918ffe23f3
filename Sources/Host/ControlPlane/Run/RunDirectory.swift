import CPlatform
import DataPlane
import Glibc

/// The folder of one run: `runs/<run_id>/` (Docs/specs/run-directory.md).
///
/// While the value lives, the folder is locked: two processes never work on one run.
public final class RunDirectory: Sendable {
    public let path: String
    private let lock: Int32

    /// Files beside the folder have its name with something behind it, within the 255 bytes of a name.
    private static let longestName = 200

    /// Creates or opens the folder, and locks it.
    ///
    /// - Throws: when another process works on the run, or the folder holds a run of another contract.
    public init(runs: String, runID: String, contractHash: String) throws(Failure) {
        let isName = { (byte: UInt8) in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || [UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ".")].contains(byte)
        }
        guard runID.utf8.allSatisfy(isName), let first = runID.utf8.first, first != UInt8(ascii: "."),
            runID.utf8.count <= Self.longestName
        else {
            throw Failure(
                "usage",
                "a run cannot be called '\(runID.cut(to: 60))'; use up to \(Self.longestName) letters, digits, '-', '_' and '.', "
                    + "and do not begin with '.'")
        }
        guard !runs.isEmpty else {
            throw Failure("usage", "the folder of the runs has no name; leave out --runs, or name one")
        }
        path = runs + "/" + runID
        try createFolder(path)
        let lockPath = path + "/.lock"
        lock = fdplatform_open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard lock >= 0 else { throw .system("open", lockPath, errno: errno) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw Failure("run", "another process is working on the run '\(runID)'; wait for it or stop it")
        }
        guard let recorded = try recordedContractHash(), recorded != contractHash else { return }
        close(lock)
        throw Failure(
            "run",
            "the run '\(runID)' exists with another contract (\(recorded.prefix(12)), this one is "
                + "\(contractHash.prefix(12))); give --run-id another name, or leave it out")
    }

    deinit { close(lock) }

    /// The path of a file of the run.
    public func file(_ name: String) -> String { path + "/" + name }

    /// Removes the folder of a run of another contract, whose results can be made again.
    public static func discard(runs: String, runID: String, unlessContract hash: String) {
        let path = "\(runs)/\(runID)"
        guard let bytes = try? readFile("\(path)/run.json"),
            let record = try? JSONParser().parse(String(decoding: bytes, as: UTF8.self)),
            record["contract_hash"]?.string != hash
        else { return }
        fdplatform_remove_folder(path)
    }

    private func recordedContractHash() throws(Failure) -> String? {
        let path = file("run.json")
        guard access(path, F_OK) == 0 else { return nil }
        let text = String(decoding: try readFile(path), as: UTF8.self)
        guard let record = try? JSONParser().parse(text), let hash = record["contract_hash"]?.string else {
            throw Failure(
                "run", "the record of this run is damaged; delete the folder and start anew", at: Location(file: path))
        }
        return hash
    }

    /// Writes the record of the run, unless an earlier start has.
    public func writeRecord(_ record: JSONValue) throws(Failure) {
        let path = file("run.json")
        if access(path, F_OK) == 0 { return }
        try replaceFile(path, with: record.pretty)
    }

    // MARK: Books

    private func booksPath(_ shard: Int) -> String {
        let digits = String(shard)
        return file("books/shard-" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits + ".json")
    }

    /// Writes what became of the rows of a shard.
    public func writeBooks(_ books: Books, shard: Int) throws(Failure) {
        try createFolder(file("books"))
        try replaceFile(booksPath(shard), with: books.json.pretty)
    }

    /// The books of a sealed shard.
    public func books(shard: Int) throws(Failure) -> Books {
        let path = booksPath(shard)
        let text = String(decoding: try readFile(path), as: UTF8.self)
        guard let json = try? JSONParser().parse(text), let books = Books(json: json) else {
            throw Failure(
                "run", "the books of shard \(shard) are damaged; delete the run folder and start anew",
                at: Location(file: path))
        }
        return books
    }
}
