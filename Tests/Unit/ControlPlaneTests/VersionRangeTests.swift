import DataPlane
import Testing

@testable import ControlPlane

@Suite("Version ranges")
struct VersionRangeTests {
    @Test(
        "contain these",
        arguments: [
            ("^1.2", "1.2.0"), ("^1.2", "1.99.7"), ("^1.2.3", "1.2.3"), ("^1", "1.0.0"), ("^0.3", "0.3.9"),
            ("^0.0.3", "0.0.3"), ("^0", "0.9.0"), ("^0.0", "0.0.9"), ("~1.2.3", "1.2.9"), ("~1.2", "1.2.0"),
            ("~1", "1.9.0"), ("1.2.3", "1.2.3"), ("=1.2.3", "1.2.3"), (">=1.0 <2.0", "1.9.9"), (">=1.0", "7.0.0"),
            (">1.2.3 <=1.3.0", "1.3.0"), ("*", "0.0.1"), ("1.2.3-rc.1", "1.2.3-rc.1"), ("^1.2.3-rc.1", "1.2.3-rc.2"),
            ("^1.2.3-rc.1", "1.4.0"),
        ])
    func contains(range: String, version: String) throws {
        #expect(try VersionRange(parsing: range).contains(try #require(SemanticVersion(version))))
    }

    @Test(
        "do not contain these",
        arguments: [
            ("^1.2", "1.1.9"), ("^1.2", "2.0.0"), ("^1.2", "2.0.0-rc.1"), ("^1.2", "1.3.0-rc.1"), ("^0.3", "0.4.0"),
            ("^0.0.3", "0.0.4"), ("^0", "1.0.0"), ("^0.0", "0.1.0"), ("~1.2.3", "1.3.0"), ("~1.2.3", "1.2.2"),
            ("~1", "2.0.0"), ("1.2.3", "1.2.4"), (">=1.0 <2.0", "2.0.0"), (">1.2.3", "1.2.3"), ("<=1.3.0", "1.3.1"),
            ("*", "1.0.0-rc.1"), ("^1.2.3-rc.1", "1.2.4-rc.1"), ("^1.2.3-rc.2", "1.2.3-rc.1"),
        ])
    func containsNot(range: String, version: String) throws {
        #expect(try VersionRange(parsing: range).contains(try #require(SemanticVersion(version))) == false)
    }

    @Test(
        "are not these",
        arguments: [
            "", " ", "1", "1.2", "1.2.3.4", "^", "^x", "~", "latest", "^1.2.x", "1.2.3 || 2.0.0", ">1.2", "<=1",
            "==1.2.3",
            "^01.2", "^1.2-rc.1", ">= 1.0", "^1.2 <2.0", "v1.2.3", "**",
        ])
    func refused(text: String) {
        let message =
            "error: '\(text)' is not a version range; write one such as ^1.2, ~1.2.3, 1.2.3, \">=1.0 <2.0\" or \"*\""
        #expect(GraphFixtures.messages { _ = try VersionRange(parsing: text) } == message)
    }

    @Test("are equal when they contain the same, and print as they were written")
    func equality() throws {
        #expect(try VersionRange(parsing: "^1.2") == VersionRange(parsing: ">=1.2 <2.0"))
        #expect(try VersionRange(parsing: "^1.2") != VersionRange(parsing: "~1.2"))
        #expect(try VersionRange(parsing: ">=1.2  <2.0").description == ">=1.2  <2.0")
    }
}
