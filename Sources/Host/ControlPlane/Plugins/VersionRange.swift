import DataPlane

/// Which versions of a plugin a graph accepts.
///
/// ```
/// ^1.2           at least 1.2.0, below the next version that may break: 2.0.0 (^0.3 ends at 0.4.0, ^0.0.3 at 0.0.4)
/// ~1.2.3         at least 1.2.3, below 1.3.0 (~1 ends at 2.0.0)
/// 1.2.3          exactly this one
/// >=1.0 <2.0     all of several comparisons: >=, >, <=, <, =
/// *              any release
/// ```
///
/// Numbers left out are 0. A prerelease is accepted only where the range names a prerelease of the same three numbers,
/// so that `^1.2` never picks up 1.3.0-rc.1. The rules are those of node-semver.
public struct VersionRange: Hashable, Sendable, CustomStringConvertible {
    enum Comparison: String, Hashable, Sendable {
        case atLeast = ">="
        case above = ">"
        case atMost = "<="
        case below = "<"
        case equal = "="
    }

    struct Bound: Hashable, Sendable {
        var comparison: Comparison
        var version: SemanticVersion

        func holds(for other: SemanticVersion) -> Bool {
            switch comparison {
            case .atLeast: other >= version
            case .above: other > version
            case .atMost: other <= version
            case .below: other < version
            case .equal: other == version
            }
        }
    }

    /// All have to hold.
    let bounds: [Bound]
    /// As it was written.
    public let description: String

    /// - Throws: ``Failure`` of code `version_range` that says what can be written.
    public init(parsing text: String) throws(Failure) {
        description = text
        guard let bounds = Self.parse(text) else {
            throw Failure(
                "version_range",
                "\(quoted(text)) is not a version range; write one such as ^1.2, ~1.2.3, 1.2.3, \">=1.0 <2.0\" or \"*\""
            )
        }
        self.bounds = bounds
    }

    public func contains(_ version: SemanticVersion) -> Bool {
        guard bounds.allSatisfy({ $0.holds(for: version) }) else { return false }
        if version.prerelease.isEmpty { return true }
        return bounds.contains { !$0.version.prerelease.isEmpty && $0.version.hasNumbers(of: version) }
    }

    public static func == (left: VersionRange, right: VersionRange) -> Bool { left.bounds == right.bounds }
    public func hash(into hasher: inout Hasher) { hasher.combine(bounds) }

    private static func parse(_ text: String) -> [Bound]? {
        if text == "*" { return [] }
        if let partial = text.first == "^" ? PartialVersion(text.dropFirst()) : nil {
            return span(from: partial.lower, to: partial.nextBreaking)
        }
        if let partial = text.first == "~" ? PartialVersion(text.dropFirst()) : nil {
            return span(from: partial.lower, to: partial.next(partial.count == 1 ? 0 : 1))
        }
        if let exact = SemanticVersion(text) { return [Bound(comparison: .equal, version: exact)] }
        var bounds: [Bound] = []
        for word in text.split(separator: " ") {
            let sign = word.prefix { "<>=".contains($0) }
            guard let comparison = Comparison(rawValue: String(sign)),
                let partial = PartialVersion(word.dropFirst(sign.count))
            else { return nil }
            // `>1.2` could mean above 1.2.0 or above all of 1.2: three numbers say it.
            if partial.count < 3, comparison != .atLeast, comparison != .below { return nil }
            bounds.append(Bound(comparison: comparison, version: partial.lower))
        }
        return bounds.isEmpty ? nil : bounds
    }

    /// From one version, included, to another, excluded.
    private static func span(from lower: SemanticVersion, to upper: SemanticVersion) -> [Bound] {
        [Bound(comparison: .atLeast, version: lower), Bound(comparison: .below, version: upper)]
    }
}

/// `1`, `1.2`, `1.2.3` or `1.2.3-rc.1`.
private struct PartialVersion {
    /// How many numbers were written.
    let count: Int
    let lower: SemanticVersion

    init?(_ text: Substring) {
        let numbers = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)[0]
            .split(separator: ".", omittingEmptySubsequences: false)
        let padding = String(repeating: ".0", count: max(3 - numbers.count, 0))
        guard numbers.count == 3 || !text.contains("-"), let lower = SemanticVersion(text + padding) else { return nil }
        count = numbers.count
        self.lower = lower
    }

    /// The smallest version with another number at a place: 0 is major, 1 minor, 2 patch.
    func next(_ place: Int) -> SemanticVersion {
        switch place {
        case 0: SemanticVersion(lower.major + 1, 0, 0)
        case 1: SemanticVersion(lower.major, lower.minor + 1, 0)
        default: SemanticVersion(lower.major, lower.minor, lower.patch + 1)
        }
    }

    /// The leftmost number that is not 0 must stay; where all written ones are 0, the last written one.
    var nextBreaking: SemanticVersion {
        let numbers = [lower.major, lower.minor, lower.patch].prefix(count)
        return next(numbers.firstIndex { $0 != 0 } ?? count - 1)
    }
}

extension SemanticVersion {
    fileprivate func hasNumbers(of other: SemanticVersion) -> Bool {
        (major, minor, patch) == (other.major, other.minor, other.patch)
    }
}
