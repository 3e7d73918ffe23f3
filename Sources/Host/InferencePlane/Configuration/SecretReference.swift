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
    /// As JSON may write it; none of a key that could be a word.
    private let spellings: Set<[UInt8]>

    init(_ value: String) {
        self.value = value
        let escaped = String(JSONValue.string(value).compact.dropFirst().dropLast())
        let isWord = value.utf8.count < 8 || value.allSatisfy(\.isLetter)
        spellings = isWord ? [] : Set([value, escaped, escaped.replacing("/", with: "\\/")].map { Array($0.utf8) })
    }

    var description: String { "***" }
    var customMirror: Mirror { Mirror(self, children: []) }

    /// The only place the key goes to.
    var authorizationHeader: String { "Authorization: Bearer \(value)" }

    /// The text without the key: some providers quote it in their messages.
    func removed(from text: String) -> String { text.replacing(value, with: Self.mask) }

    /// The bytes of an answer in JSON without the key, however it is escaped there. A key that could be a word of an answer
    /// (`EMPTY`, as servers without keys want one) hides nothing and stays.
    ///
    /// - Complexity: O(bytes), without a copy where the key is not in them.
    func removed(fromAnswer bytes: [UInt8]) -> [UInt8] {
        spellings.reduce(bytes) { bytes, spelling in
            Self.holds(bytes, spelling) ? bytes.replacing(spelling, with: Array(Self.mask.utf8)) : bytes
        }
    }

    private static func holds(_ bytes: [UInt8], _ spelling: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress, let first = spelling.first else { return false }
            let end = start + bytes.count
            var position = start
            while end - position >= spelling.count,
                let found = memchr(position, Int32(first), end - position - spelling.count + 1)
            {
                if memcmp(found, spelling, spelling.count) == 0 { return true }
                position = UnsafeRawPointer(found) + 1
            }
            return false
        }
    }

    private static let mask = "***"
}
