#if arch(x86_64)
import Blocking
import CPlatform
import Foundation
import Testing

@Suite("Memory that is not needed goes back to the system", .blocking)
struct ReleaseMemoryTests {
    /// A library whose code was written to when it was loaded: an address stands in the middle of its pages.
    private static let relocatedText = """
            .text
            .space 8192
            .globl probe
        probe:
            movabsq $value, %rax
            movl (%rax), %eax
            ret
            .space 8192
            .data
            .globl value
        value:
            .long 42
            .section .note.GNU-stack,"",@progbits

        """

    @Test("A library with relocated code goes on working")
    func relocatedText() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "fdmemory-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Self.relocatedText.write(toFile: "\(folder)/probe.s", atomically: false, encoding: .utf8)
        let compiler = Process()
        compiler.executableURL = URL(filePath: "/usr/bin/env")
        compiler.arguments = ["cc", "-shared", "-Wl,-z,notext", "-o", "\(folder)/probe.so", "\(folder)/probe.s"]
        compiler.standardError = FileHandle.nullDevice
        try compiler.run()
        compiler.waitUntilExit()
        #expect(compiler.terminationStatus == 0)

        let library = try #require(dlopen("\(folder)/probe.so", RTLD_NOW))
        defer { dlclose(library) }
        let symbol = try #require(dlsym(library, "probe"))
        let probe = unsafeBitCast(symbol, to: (@convention(c) () -> Int32).self)
        #expect(probe() == 42)
        fdplatform_release_memory()
        #expect(probe() == 42)
    }
}
#endif
