import Blocking
import ControlPlane
import DataPlane
import Foundation
import Testing

/// What a worker leaves behind: nothing.
@Suite(.blocking) struct ProcessTests {
    /// What this process has open of the kinds that a worker is given: local sockets, pipes and memory files. Other tests open
    /// some at the same time, and hundreds of network sockets.
    private func openDescriptors() throws -> Int {
        let lines = text("/proc/self/net/unix").split(separator: "\n").dropFirst()
        let local = Set(lines.compactMap { $0.split(separator: " ").dropFirst(6).first.map { "socket:[\($0)]" } })
        return try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").filter { name in
            let target = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")) ?? ""
            return local.contains(target) || target.hasPrefix("pipe:") || target.contains("fastdistill-batches")
        }.count
    }

    /// Mappings of memory that a worker shares or shared.
    private func sharedMappings() -> Int {
        text("/proc/self/maps").split(separator: "\n").count { $0.contains("fastdistill-batches") }
    }

    /// Also when a child of the step holds the other ends of all of them.
    @Test func noDescriptorAndNoMemoryIsLeaked() throws {
        let folder = try TemporaryFolder()
        let plugin = try FixturePlugin.resolve(
            "dies", into: folder, defines: ["AT_ROW": "leave_child(1); abort()", "REPORTS_PROGRESS": ""])
        let before = (try openDescriptors(), sharedMappings())
        let rounds = 40
        for _ in 0..<rounds {
            let runner = try open(plugin)
            let done = Mailbox<Result<StepOutput, Failure>>()
            runner.run(OpenStep.call(["bad", "good"])) { done.send($0) }
            #expect(try done.receive()[0].get().copies == [1: "good"])
            runner.shutdown()
        }
        // Each round starts two workers; one leaked descriptor or mapping a round would show through the noise of other tests.
        #expect(try openDescriptors() < before.0 + rounds)
        #expect(sharedMappings() < before.1 + rounds)
    }

    @Test func noChildIsLeftUnreaped() throws {
        let folder = try TemporaryFolder()
        let plugin = try FixturePlugin.resolve("crashes_on_row", into: folder)
        let runner = try open(plugin)
        let first = try #require(try workers(of: plugin.path).first)
        let done = Mailbox<Result<StepOutput, Failure>>()
        runner.run(OpenStep.call(["bad", "good"])) { done.send($0) }
        _ = try done.receive()[0].get()
        let second = try #require(try workers(of: plugin.path).first)
        runner.shutdown()
        for worker in [first, second] {
            // A zombie could still be signalled.
            #expect(kill(worker, 0) == -1 && errno == ESRCH)
        }
    }

    @Test func aWorkerHoldsNoDescriptorOfItsHost() throws {
        let folder = try TemporaryFolder()
        let plugin = try FixturePlugin.resolve("good", into: folder)
        let runner = try open(plugin)
        defer { runner.shutdown() }
        let worker = try #require(try workers(of: plugin.path).first)
        let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(worker)/fd").sorted()
        #expect(descriptors == ["0", "1", "2", "3", "4"])
    }

    @Test func aWorkerThatDiesBetweenBatchesCostsNoRow() throws {
        let folder = try TemporaryFolder()
        let plugin = try FixturePlugin.resolve("good", into: folder)
        let runner = try open(plugin)
        defer { runner.shutdown() }
        let worker = try #require(try workers(of: plugin.path).first)
        kill(worker, SIGKILL)
        let done = Mailbox<Result<StepOutput, Failure>>()
        runner.run(OpenStep.call(["one"])) { done.send($0) }
        let output = try done.receive()[0].get()
        #expect(output.copies == [0: "one"] && output.rejects.isEmpty)
    }

    @Test func aPluginFileThatChangedUnderwayIsRefused() throws {
        let folder = try TemporaryFolder()
        let plugin = try FixturePlugin.resolve("crashes_on_row", into: folder)
        let runner = try open(plugin)
        defer { runner.shutdown() }
        // A new file, as a linker makes one: the old bytes stay mapped in the worker.
        try FileManager.default.removeItem(atPath: plugin.path)
        try FixturePlugin.compile("good", into: folder, as: "crashes_on_row")
        let done = Mailbox<Result<StepOutput, Failure>>()
        runner.run(OpenStep.call(["bad", "good"])) { done.send($0) }
        let message = try failureMessage { _ = try done.receive()[0].get() }
        #expect(
            message == "the plugin file '\(plugin.path)' cannot be used: it has changed since the run began; "
                + "start the run again")
    }

    @Test func anExecutableThatIsNotThereIsAFailure() throws {
        let folder = try TemporaryFolder()
        let plugin = try FixturePlugin.resolve("good", into: folder)
        let message = try failureMessage { _ = try open(plugin, executable: "\(folder.path)/nothing") }
        #expect(message == "cannot start '\(folder.path)/nothing': No such file or directory")
    }

    /// The process that loads the plugin holds the pipe open as long as it lives: the end of the pipe is its end.
    @Test(.timeLimit(.minutes(1))) func aProcessThatHangsDiesWithItsHost() throws {
        let folder = try TemporaryFolder()
        let library = try FixturePlugin.compile("hangs_in_loader", into: folder)
        let host = Process()
        host.executableURL = URL(filePath: "/bin/sh")
        host.arguments = ["-c", "\"$0\" __describe \"$1\" & wait", Package.executable, library]
        let pipe = Pipe()
        host.standardOutput = pipe
        try host.run()
        try pipe.fileHandleForWriting.close()
        #expect(pipe.fileHandleForReading.availableData == Data("waiting\n".utf8))
        kill(host.processIdentifier, SIGKILL)
        #expect(pipe.fileHandleForReading.readDataToEndOfFile().isEmpty)
        host.waitUntilExit()
    }

    private func open(_ plugin: ResolvedPlugin, executable: String = Package.executable) throws -> any StepRunner {
        try PluginHost.open(
            plugin: plugin, step: plugin.spec.steps[0], config: [:], offered: [Field("text", .utf8)], nodeID: "node",
            runID: "run-1", isolation: .worker, workers: 1, rowTimeoutMilliseconds: 60_000, workerExecutable: executable
        )
    }

    /// Processes that have a file mapped.
    private func workers(of library: String) throws -> [pid_t] {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }
            .filter { $0 != getpid() && text("/proc/\($0)/maps").contains(library) }
    }

    private func text(_ path: String) -> String {
        ((try? readFile(path)) ?? []).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }
}
