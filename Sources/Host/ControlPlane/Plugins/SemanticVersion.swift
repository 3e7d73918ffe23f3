/// A version by the rules of Semantic Versioning 2.0.0, without build metadata.
///
/// ```swift
/// SemanticVersion("1.10.0")! > SemanticVersion("1.9.3")!   // true
/// ```
public struct SemanticVersion: Hashable, Sendable, Comparable, CustomStringConvertible {
    public var major: Int
    public var minor: Int
    public var patch: Int
    /// Dot-separated identifiers after the hyphen; empty for a release.
    public var prerelease: [String]

    public init(_ major: Int, _ minor: Int, _ patch: Int, prerelease: [String] = []) {
        self.major = major
        self.minor = minor
        self.patch = patch
        self.prerelease = prerelease
    }

    /// Parses `1.2.3` or `1.2.3-rc.1`; nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let numbers = parts[0].split(separator: ".", omittingEmptySubsequences: false).map(Self.number)
        guard numbers.count == 3, let major = numbers[0], let minor = numbers[1], let patch = numbers[2] else {
            return nil
        }
        let identifiers = parts.count > 1 ? parts[1].split(separator: ".", omittingEmptySubsequences: false) : []
        let isIdentifier = { (part: Substring) in
            !part.isEmpty
                && part.utf8.allSatisfy { ($0 | 0x20) >= 97 && ($0 | 0x20) <= 122 || $0 >= 48 && $0 <= 57 || $0 == 45 }
        }
        guard identifiers.allSatisfy(isIdentifier) else { return nil }
        self.init(major, minor, patch, prerelease: identifiers.map(String.init))
    }

    /// A decimal number without sign and leading zeros.
    static func number(_ text: Substring) -> Int? {
        guard !text.isEmpty, text.count < 10, text.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
        guard text == "0" || text.first != "0" else { return nil }
        return Int(text)
    }

    public var description: String {
        "\(major).\(minor).\(patch)" + (prerelease.isEmpty ? "" : "-" + prerelease.joined(separator: "."))
    }

    /// Precedence by section 11 of the specification.
    public static func < (left: SemanticVersion, right: SemanticVersion) -> Bool {
        let a = (left.major, left.minor, left.patch)
        let b = (right.major, right.minor, right.patch)
        if a != b { return a < b }
        if left.prerelease.isEmpty || right.prerelease.isEmpty {
            return !left.prerelease.isEmpty && right.prerelease.isEmpty
        }
        for (one, other) in zip(left.prerelease, right.prerelease) where one != other {
            switch (number(one[...]), number(other[...])) {
            case (let x?, let y?): return x < y
            case (.some, nil): return true
            case (nil, .some): return false
            case (nil, nil): return one < other
            }
        }
        return left.prerelease.count < right.prerelease.count
    }
}
