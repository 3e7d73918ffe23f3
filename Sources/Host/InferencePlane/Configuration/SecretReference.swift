import DataPlane
import Glibc

/// Where a key is to be found: a name, never the key itself.
public struct SecretReference: Sendable {
    public enum Source: Sendable {
        case environment(String)
        case file(String)
    }

    public var source: Source
    /// Where it stands in the providers file.
    public var location: Location

    public init(_ source: Source, _ location: Location) {
        self.source = source
        self.location = location
    }

    /// Fetches the key.
    ///
    /// - Throws: ``Failure`` when it is not there, empty, or cannot stand in a header.
    func resolve(for provider: String) throws(Failure) -> Secret {
        let name: String
        var bytes: [UInt8]
        switch source {
        case .environment(let variable):
            name = "the environment variable '\(variable)'"
            guard let value = getenv(variable) else {
                throw failure("the key of provider '\(provider)' is missing: \(name) is not set; export it")
            }
            bytes = Array(String(cString: value).utf8)
        case .file(let path):
            name = "the file '\(path)'"
            do { bytes = try readFile(path, allowing: .namedPipes) } catch {
                throw failure("the key of provider '\(provider)' is missing: \(error.message)")
            }
        }
        while let last = bytes.last, last == 10 || last == 13 { bytes.removeLast() }
        guard !bytes.isEmpty else {
            throw failure("the key of provider '\(provider)' is missing: \(name) is empty")
        }
        guard bytes.allSatisfy({ (33...126).contains($0) }) else {
            throw failure(
                "the key of provider '\(provider)' is unusable: \(name) holds more than one word of plain letters")
        }
        return Secret(String(decoding: bytes, as: UTF8.self))
    }

    private func failure(_ message: String) -> Failure { Failure("secret", message, at: location) }
}

/// A key in memory. It prints as `***`.
struct Secret: Sendable, CustomStringConvertible, CustomReflectable {
    private let value: String

    init(_ value: String) { self.value = value }

    var description: String { "***" }
    var customMirror: Mirror { Mirror(self, children: []) }

    /// The only place the key goes to.
    var authorizationHeader: String { "Authorization: Bearer \(value)" }

    /// The text without the key: some providers quote it in their messages.
    func removed(from text: String) -> String { text.replacing(value, with: "***") }
}
