import Blocking
import DataPlane
import Foundation
import Testing

/// Which requests libcurl sends, as one sees it from outside.
@Suite(.blocking) struct TransportTests {
    private let workspace: Workspace
    private let server: ChatServer

    init() throws {
        workspace = try ProviderTests.workspace()
        server = try ProviderTests.server(workspace)
    }

    /// An environment in which the loader finds a file that is no library.
    private func withoutLibcurl() throws -> [String: String] {
        try FileManager.default.createDirectory(
            atPath: workspace.folder.path + "/broken", withIntermediateDirectories: true)
        try workspace.folder.write("broken/libcurl.so.4", "")
        return ["LD_LIBRARY_PATH": workspace.folder.path + "/broken"]
    }

    private func run(_ environment: [String: String]) throws -> ChildProcess.Result {
        try workspace.start(["run", "graph.yaml"], environment: environment).wait()
    }

    @Test func aNumericAddressNeedsNoLibcurl() throws {
        try workspace.writeProviders(url: server.url)
        let result = try run(withoutLibcurl())
        #expect(result.status == 0, "\(result)")
        try workspace.runFolder().expectSameBytes(as: try ProviderTests.undisturbed.get().run)
    }

    @Test(arguments: ["https://127.0.0.1:9/v1", "http://example.invalid/v1"])
    func whatNeedsItSaysWhereItIs(url: String) throws {
        try workspace.writeProviders(url: url)
        let result = try run(withoutLibcurl())
        #expect(result.status == 1, "\(result)")
        #expect(
            result.errors.hasPrefix("error: libcurl cannot be loaded: ")
                && result.errors.hasSuffix("libcurl.so.4: file too short; install it (Debian: libcurl4)\n"), "\(result)"
        )
    }

    @Test func bothWaysMakeTheSameRun() throws {
        let url = server.url.replacing("127.0.0.1", with: "127.1")
        try workspace.writeProviders(url: url)
        try workspace.run()
        try workspace.runFolder().expectSameBytes(as: try ProviderTests.undisturbed.get().run)
    }

    @Test func aProxyIsUsedUnlessTheHostIsExcepted() throws {
        try workspace.writeProviders(url: server.url, retry: "{base: 5ms, cap: 50ms, give_up_after: 50ms}")
        let closed = try ProviderTests.server(workspace)
        closed.stop()
        let proxy = String(closed.url.dropLast(3))
        let proxied = try run(["http_proxy": proxy])
        #expect(proxied.status == 3 && proxied.output.contains("the request found nobody listening"), "\(proxied)")
        #expect(try server.counts().asked == 0)
        let excepted = try run(["http_proxy": proxy, "no_proxy": "127.0.0.1"])
        #expect(excepted.status == 0, "\(excepted)")
        #expect(try server.counts(settled: true).asked == 12)
    }
}
