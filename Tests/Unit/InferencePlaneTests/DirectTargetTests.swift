import Testing

@testable import InferencePlane

@Suite struct DirectTargetTests {
    @Test(arguments: [
        ("http://127.0.0.1:8000/v1/chat/completions", "127.0.0.1:8000", ["127.0.0.1"], 8000, "/v1/chat/completions"),
        ("HTTP://10.1.2.3/v1", "10.1.2.3", ["10.1.2.3"], 80, "/v1"),
        ("http://10.1.2.3", "10.1.2.3", ["10.1.2.3"], 80, "/"),
        ("http://10.1.2.3?a=b", "10.1.2.3", ["10.1.2.3"], 80, "/?a=b"),
        ("http://10.1.2.3:80/v1?a=../b", "10.1.2.3:80", ["10.1.2.3"], 80, "/v1?a=../b"),
        ("http://localhost:11434/v1", "localhost:11434", ["::1", "127.0.0.1"], 11434, "/v1"),
        ("http://[::1]:8000/v1", "[::1]:8000", ["::1"], 8000, "/v1"),
        ("http://[fe80::1]/", "[fe80::1]", ["fe80::1"], 80, "/"),
    ])
    func needsNoLookup(url: String, name: String, addresses: [String], port: UInt16, path: String) throws {
        let target = try #require(DirectTarget(url: url))
        #expect(target.host.name == name && target.host.addresses == addresses && target.host.port == port)
        #expect(target.path == path)
    }

    @Test(arguments: [
        "https://127.0.0.1/v1", "http://example.com/v1", "http://127.1:80/v1", "http://2130706433/v1",
        "ftp://127.0.0.1",
        "http://me:pw@127.0.0.1/v1", "http://127.0.0.1/v1#part", "http://127.0.0.1/a b", "http://127.0.0.1/ä",
        "http://127.0.0.1/a/../b", "http://127.0.0.1/./b", "http://127.0.0.1/%2E%2E/b", "http://127.0.0.1:0/",
        "http://127.0.0.1:65536/", "http://127.0.0.1:x/", "http://127.0.0.1:+80/", "http://127.0.0.1:/", "http://::1/",
        "http://[::1/", "http://[::1]8000/", "http://[127.0.0.1]/", "http://[localhost]/", "http://[fe80::1%25eth0]/",
        "http://", "http:///v1", "", "127.0.0.1:80",
    ])
    func isLeftToLibcurl(url: String) { #expect(DirectTarget(url: url) == nil) }
}
