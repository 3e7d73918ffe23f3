import Blocking
import DataPlane
import Glibc
import Testing

@testable import TrainingPlane

@Suite("Servers of models", .blocking)
struct ModelServerTests {
    private let folder: TemporaryFolder
    private var log: String { folder.file("serve/student.log") }

    init() throws { folder = try TemporaryFolder() }

    private func server(
        _ command: [String], ready: String = "http://127.0.0.1:{port}/", deadline: Int64 = 60_000,
        isCancelled: () -> Bool = { false }
    ) throws(Failure) -> ModelServer {
        try ModelServer(
            command: command, url: "http://127.0.0.1:{port}/v1", ready: ready, model: folder.path, log: log,
            deadlineMilliseconds: deadline, isCancelled: isCancelled)
    }

    private func failure(_ make: () throws(Failure) -> ModelServer) -> String {
        do throws(Failure) { _ = try make() } catch { return error.message.replacing(folder.path, with: "") }
        return ""
    }

    /// Python's own server of files, on the folder of the model.
    private let files = [
        "python3", "-u", "-m", "http.server", "{port}", "--bind", "127.0.0.1", "--directory", "{model}",
    ]

    @Test("It is ready when it answers with 200, says what it says into its log, and ends with its owner")
    func ready() throws {
        _ = try folder.write("health", "ok")
        let address: HTTPAddress
        do {
            let server = try server(files, ready: "http://127.0.0.1:{port}/health")
            #expect(server.url.hasPrefix("http://127.0.0.1:") && server.url.hasSuffix("/v1"))
            address = try HTTPAddress(server.url.replacing("/v1", with: "/health"))
            #expect(address.answersOK())
            #expect(try !HTTPAddress(server.url).answersOK())
        }
        #expect(!address.answersOK())
        #expect(String(decoding: try readFile(log), as: UTF8.self).contains("GET /health"))
    }

    @Test("What ends, is not ready in time, is not there or no longer wanted")
    func failures() throws {
        #expect(
            failure { () throws(Failure) in try server(["python3", "-c", "exit(3)"]) }
                == "'python3' ended with exit status 3 before it was ready; its last words are in '/serve/student.log'")
        let late = failure { () throws(Failure) in
            try server(files, ready: "http://127.0.0.1:{port}/nothing", deadline: 300)
        }
        #expect(late.hasPrefix("'python3' was not ready after 300 ms: 'http://127.0.0.1:"), "\(late)")
        #expect(
            late.hasSuffix("/nothing' did not answer with 200; its last words are in '/serve/student.log'"), "\(late)")
        #expect(
            failure { () throws(Failure) in try server(files, isCancelled: { true }) }
                == "'python3' was stopped before it was ready")
        #expect(
            failure { () throws(Failure) in try server(["no-such-server"]) }
                == "there is no program 'no-such-server' to serve the model with; install it, or give its path in the command"
        )
        #expect(
            failure { () throws(Failure) in try server(files, ready: "https://127.0.0.1/") }
                == "'https://127.0.0.1/' is no http URL of a server that could be asked whether it is ready")
    }
}
