import Blocking
import DataPlane
import Foundation
import Testing

@testable import ControlPlane

/// Finding, describing, refusing, remembering and resolving plugin files.
@Suite(.blocking) struct RegistryTests {
    private func discover(
        _ folders: [TemporaryFolder], cache: TemporaryFolder? = nil, timeoutMilliseconds: Int64 = 60_000
    ) throws -> PluginRegistry {
        try PluginRegistry.discover(
            PluginSearch(folders: folders.map { .init(path: $0.path) }), cacheFolder: cache?.path,
            executable: Package.executable, timeoutMilliseconds: timeoutMilliseconds)
    }

    @Test(arguments: [
        (
            "other_abi",
            "it speaks version 7 of the plugin ABI, this host version 1; "
                + "install a release of the plugin, or of FastDistill, that fits the other"
        ),
        (
            "other_interface",
            "it does not offer the interface 'fastdistill.map/1', the only kind of step this host knows"
        ),
        ("no_entry", "it does not export 'fastdistill_plugin_v1', so it is a library but not a FastDistill plugin"),
        ("bad_spec", "its spec is wrong, at /steps/0: unknown member 'cardinalty'; did you mean 'cardinality'?"),
        (
            "undefined_symbol",
            "no library it is linked with defines the symbol 'fastdistill_nobody_has_this'; "
                + "link the missing library, or install the version it was built with"
        ),
        (
            "crashes_in_loader",
            "the process that loaded it to see what it is was ended by SIGABRT; "
                + "its standard error ends with:\nnot today"
        ),
    ])
    func eachRefusalHasItsReason(_ plugin: String, _ reason: String) throws {
        let folder = try TemporaryFolder()
        let path = try FixturePlugin.compile(plugin, into: folder)
        let registry = try discover([folder])
        #expect(registry.entries.isEmpty)
        #expect(registry.refused.map(\.refusal.message) == [reason])
        #expect(registry.why(path) == "the plugin file '\(path)' cannot be used: \(reason).")
    }

    @Test func aFileThatIsNoLibraryIsRefused() throws {
        let folder = try TemporaryFolder()
        try "#!/bin/sh\n".write(toFile: "\(folder.path)/script.so", atomically: true, encoding: .utf8)
        let refusal = try #require(try discover([folder]).refused.first).refusal
        #expect(refusal.message == "it is not a dynamic library: it does not begin as an ELF file does")
    }

    /// Half a copy, as one finds it while another process still writes.
    @Test(arguments: [5, 63, 64, 1000, 9000])
    func aHalfWrittenFileIsRefused(_ length: Int) throws {
        let folder = try TemporaryFolder()
        let path = try FixturePlugin.compile("good", into: folder)
        let bytes = try Data(contentsOf: URL(filePath: path))
        try #require(bytes.count > length)
        try bytes.prefix(length).write(to: URL(filePath: path))
        let refusal = try #require(try discover([folder]).refused.first).refusal
        // What its header says it has: the table of sections comes last.
        let whole = length < 64 ? 64 : bytes.count
        #expect(
            refusal.message
                == "it is cut off: it has \(length) bytes of at least \(whole); copy or build it again, and wait for the end"
        )
    }

    @Test func oneByteLessIsCutOffToo() throws {
        let folder = try TemporaryFolder()
        let path = try FixturePlugin.compile("good", into: folder)
        let bytes = try Data(contentsOf: URL(filePath: path))
        try bytes.dropLast().write(to: URL(filePath: path))
        #expect(try discover([folder]).refused.first?.refusal.reason == .cutOff)
    }

    /// The words of the ELF header that name class, byte order and machine.
    @Test(arguments: [
        ([18: 183, 19: 0], "aarch64"), ([18: 243, 19: 0], "riscv64"), ([4: 1, 18: 3, 19: 0], "32-bit x86"),
        ([18: 0xEE, 19: 0xEE], "the machine with ELF number 61166"),
    ])
    func aLibraryForAnotherMachineIsRefused(_ changes: [Int: UInt8], _ name: String) throws {
        let folder = try TemporaryFolder()
        let path = try FixturePlugin.compile("good", into: folder)
        var bytes = try Data(contentsOf: URL(filePath: path))
        for (place, byte) in changes { bytes[place] = byte }
        try bytes.write(to: URL(filePath: path))
        let refusal = try #require(try discover([folder]).refused.first).refusal
        let own = try shell(["uname", "-m"]).output.trimmingCharacters(in: .newlines)
        #expect(
            refusal.message
                == "it is built for \(name), and this program runs on \(own); build it for this machine, or install the "
                + "release for it")
    }

    /// A pipe that nobody writes to would be waited for.
    @Test func whatIsNoRegularFileIsRefused() throws {
        let folder = try TemporaryFolder()
        try #require(mkfifo("\(folder.path)/pipe.so", 0o600) == 0)
        try FileManager.default.createDirectory(atPath: "\(folder.path)/folder.so", withIntermediateDirectories: false)
        let messages = try discover([folder]).refused.map(\.refusal.message)
        #expect(messages == Array(repeating: "it is not a dynamic library: it is not a regular file", count: 2))
        let path = "\(folder.path)/graph.yaml.lock"
        try #require(mkfifo(path, 0o600) == 0)
        #expect(
            try failureMessage { _ = try PluginLock(reading: path) }
                == "'\(path)' is not a lock file of version 1; run with --update-lock to write it anew")
    }

    @Test func anObjectFileIsRefused() throws {
        let folder = try TemporaryFolder()
        let source = "\(Package.root)/Tests/Fixtures/Plugins/good.c"
        let flags = FixturePlugin.flags.filter { $0 != "-shared" }
        let result = try shell(["clang"] + flags + ["-c", source, "-o", "\(folder.path)/object.so"])
        try #require(result.status == 0, "\(result.output)")
        let refusal = try #require(try discover([folder]).refused.first).refusal
        #expect(refusal.message == "it is not a dynamic library but another kind of ELF file; link it with -shared")
    }

    /// Every header is hostile: any byte of it may be anything, and the answer is a refusal or a plugin, never a crash.
    @Test func noHeaderBringsTheReaderDown() throws {
        let folder = try TemporaryFolder()
        let path = try FixturePlugin.compile("good", into: folder)
        let bytes = try Data(contentsOf: URL(filePath: path))
        let target = "\(folder.path)/changed.so"
        for place in 4..<min(bytes.count, 64 + 56 * 12) {
            for value in [0x00, 0x7F, 0xFF] as [UInt8] {
                var changed = bytes
                changed[place] = value
                try changed.write(to: URL(filePath: target))
                do throws(PluginRefusal) {
                    _ = try LibraryFile(target)
                } catch {
                    #expect(!error.message.isEmpty)
                }
            }
        }
    }

    @Test func aLibraryNamesWhatItNeedsAndWhereItLooks() throws {
        let folder = try TemporaryFolder()
        try "int helper(void) { return 1; }".write(
            toFile: "\(folder.path)/helper.c", atomically: true, encoding: .utf8)
        let helper = "\(folder.path)/libhelper.so"
        let built = try shell(["clang", "-shared", "-fPIC", "\(folder.path)/helper.c", "-o", helper])
        try #require(built.status == 0, "\(built.output)")
        let path = try FixturePlugin.compile(
            "good", into: folder,
            linking: [
                "-L\(folder.path)", "-Wl,--no-as-needed", "-lhelper", "-Wl,-rpath,/nowhere:$ORIGIN:${ORIGIN}/sub",
            ])
        let library = try LibraryFile(path)
        #expect(library.needed.contains("libhelper.so") && library.needed.contains("libc.so.6"))
        #expect(library.runPath == ["/nowhere", "$ORIGIN", "${ORIGIN}/sub"])
        #expect(library.librariesBesideIt(in: folder.path) == [helper])
        #expect(try LibraryFile(helper).librariesBesideIt(in: folder.path) == [])
    }

    @Test func aFileThatCannotBeReadIsRefused() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/gone.so"
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "\(folder.path)/nowhere")
        let refusal = try #require(try discover([folder]).refused.first).refusal
        #expect(refusal.message == "cannot open '\(path)': No such file or directory")
    }

    @Test func aPluginThatNeverGetsLoadedIsRefused() throws {
        let folder = try TemporaryFolder()
        try FixturePlugin.compile("hangs_in_loader", into: folder)
        let refusal = try #require(try discover([folder], timeoutMilliseconds: 300).refused.first).refusal
        #expect(refusal.message == "it did not say what it is within 300 ms after it was loaded")
    }

    @Test func aPluginOfAnotherSwiftRuntimeIsRefused() throws {
        let folder = try TemporaryFolder()
        try FixturePlugin.compileSharingTheRuntime("swift-1.0", into: folder)
        let refusal = try #require(try discover([folder]).refused.first).refusal
        #expect(
            refusal.message
                == "it was built with 'swift-1.0' and shares the Swift runtime of this host, which was built with "
                + "'\(hostToolchain)'; build it with the same toolchain, or with -static-stdlib")
    }

    @Test func aPluginOfTheSameSwiftRuntimeIsFound() throws {
        let folder = try TemporaryFolder()
        try FixturePlugin.compileSharingTheRuntime(hostToolchain, into: folder)
        #expect(try discover([folder]).entries.map(\.plugin.spec.toolchain) == [hostToolchain])
    }

    @Test func aPluginThatPrintsIsDescribedAllTheSame() throws {
        let folder = try TemporaryFolder()
        try FixturePlugin.compile("prints", into: folder)
        #expect(try discover([folder]).entries.map(\.plugin.spec.id) == ["echo"])
    }

    @Test func theHighestVersionInTheRangeIsResolved() throws {
        let folder = try TemporaryFolder()
        for version in ["1.0.0", "1.10.0", "1.9.0", "2.0.0"] {
            try FixturePlugin.compile("good", into: folder, as: "v\(version)", defines: ["VERSION": "\"\(version)\""])
        }
        let registry = try discover([folder])
        #expect(registry.list().map { "\($0.plugin.spec.version)" } == ["2.0.0", "1.10.0", "1.9.0", "1.0.0"])
        let resolve = { (text: String) in "\(try registry.resolve("echo", VersionRange(parsing: text)).spec.version)" }
        #expect(try resolve("^1.2") == "1.10.0")
        #expect(try resolve("*") == "2.0.0")
        #expect(
            try failureMessage { _ = try resolve("^3.0") }
                == "no version of the plugin 'echo' is within ^3.0; installed: 2.0.0, 1.10.0, 1.9.0, 1.0.0")
        #expect(
            try failureMessage { _ = try registry.resolve("ecko", VersionRange(parsing: "*")) }
                == "there is no plugin 'ecko'; did you mean 'echo'?")
    }

    @Test func theFirstOfTwoFilesThatClaimToBeTheSameCounts() throws {
        let first = try TemporaryFolder()
        let second = try TemporaryFolder()
        let winner = try FixturePlugin.compile("good", into: first)
        let loser = try FixturePlugin.compile("prints", into: second)
        let copy = "\(second.path)/copy.so"
        try FileManager.default.copyItem(atPath: winner, toPath: copy)
        let registry = try discover([first, second])
        #expect(registry.list().map(\.plugin.path) == [winner])
        #expect(try registry.show("echo").map(\.shadowedBy) == [nil, winner])
        #expect(
            registry.why(loser)
                == "'\(loser)' is plugin 'echo' 1.0.0, but '\(winner)' claims to be the same with other "
                + "bytes and was found first; remove one of them or give them different versions.")
        #expect(registry.why(copy) == "'\(copy)' is a copy of '\(winner)', which is in use.")
        #expect(registry.why(winner) == "'\(winner)' is in use as plugin 'echo' 1.0.0.")
        #expect(registry.why("\(first.path)/none.so") == "There is no file '\(first.path)/none.so'.")
        #expect(
            registry.why("/etc/passwd")
                == "'/etc/passwd' was not looked at: it is not a *.so or *.dylib file in one of the "
                + "plugin folders '\(first.path)', '\(second.path)'.")
    }

    @Test func aSecondStartBelievesTheCache() throws {
        let folder = try TemporaryFolder()
        let cache = try TemporaryFolder()
        try FixturePlugin.compile("good", into: folder)
        try FixturePlugin.compile("other_abi", into: folder)
        let first = try discover([folder], cache: cache)
        let answers = "\(cache.path)/\(first.entries[0].plugin.sha256).json"
        let text = try String(contentsOfFile: answers, encoding: .utf8)
        try text.replacingOccurrences(of: "Copies texts.", with: "Remembered.")
            .write(toFile: answers, atomically: true, encoding: .utf8)
        let second = try discover([folder], cache: cache)
        #expect(second.entries.map(\.plugin.spec.summary) == ["Remembered."])
        #expect(second.refused == first.refused && second.refused.count == 1)
    }

    @Test func aChangedFileIsDescribedAnew() throws {
        let folder = try TemporaryFolder()
        let cache = try TemporaryFolder()
        try FixturePlugin.compile("good", into: folder)
        #expect(try discover([folder], cache: cache).entries.map { "\($0.plugin.spec.version)" } == ["1.0.0"])
        try FixturePlugin.compile("good", into: folder, defines: ["VERSION": "\"1.0.1\""])
        #expect(try discover([folder], cache: cache).entries.map { "\($0.plugin.spec.version)" } == ["1.0.1"])
    }

    @Test func aCacheThatCannotBeWrittenIsNoHindrance() throws {
        let folder = try TemporaryFolder()
        try FixturePlugin.compile("good", into: folder)
        let registry = try PluginRegistry.discover(
            PluginSearch(folders: [.init(path: folder.path)]), cacheFolder: "/dev/null/cache",
            executable: Package.executable)
        #expect(registry.entries.count == 1)
    }

    @Test func foldersAreSearchedInTheOrderOfThePath() throws {
        let folder = try TemporaryFolder()
        let search = PluginSearch(
            pluginPath: ["\(folder.path)/a"], environmentPath: "\(folder.path)/b:\(folder.path)/c",
            executable: Package.executable)
        let parent = URL(filePath: Package.products).deletingLastPathComponent().path
        #expect(
            search.folders == [
                .init(path: "\(folder.path)/a", isRequired: true), .init(path: "\(folder.path)/b"),
                .init(path: "\(folder.path)/c"), .init(path: "\(parent)/lib/fastdistill/plugins"),
                .init(path: Package.products, prefix: "libfastdistill-plugin-"),
            ])
        #expect(
            try failureMessage { _ = try PluginRegistry.discover(search, cacheFolder: nil) }
                == "there is no plugin folder '\(folder.path)/a'; --plugin-path takes a folder")
    }

    @Test func aLockTakesWhatItNamesAndNothingElse() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/demo.yaml.lock"
        let any = try VersionRange(parsing: "*")
        let (echo, other) = (PluginName(id: "echo"), PluginName(id: "other"))
        try FixturePlugin.compile("good", into: folder, as: "old")
        let locked = try discover([folder]).resolve("echo", any)
        try PluginLock([locked]).write(to: path)
        #expect(
            try String(contentsOfFile: path, encoding: .utf8)
                == """
                {
                  "fastdistill_lock": 1,
                  "plugins": [
                    {"id":"echo","version":"1.0.0","sha256":"\(locked.sha256)"}
                  ]
                }

                """)

        try FixturePlugin.compile("good", into: folder, as: "new", defines: ["VERSION": "\"1.1.0\""])
        let lock = try PluginLock(reading: path)
        let both = try discover([folder])
        #expect(try lock.resolve(echo, any, in: both, path: path).sha256 == locked.sha256)
        #expect(try both.resolve("echo", any).spec.version == SemanticVersion(1, 1, 0))

        try FileManager.default.removeItem(atPath: "\(folder.path)/old.so")
        let new = try discover([folder])
        let remedy = "run with --update-lock to lock what is installed"
        let hash = try new.resolve("echo", any).sha256
        #expect(
            try failureMessage { _ = try lock.resolve(echo, any, in: new, path: path) }
                == "the lock file '\(path)' has version 1.0.0 (sha256 \(locked.sha256.prefix(12))…) of the plugin 'echo', "
                + "which is not installed; installed: 1.1.0 (sha256 \(hash.prefix(12))…); install it, or \(remedy)")
        #expect(
            try failureMessage { _ = try lock.resolve(other, any, in: new, path: path) }
                == "the plugin 'other' is not in the lock file '\(path)'; \(remedy)")
        #expect(
            try failureMessage { _ = try lock.resolve(echo, VersionRange(parsing: "^2.0"), in: new, path: path) }
                == "the lock file '\(path)' has version 1.0.0 of the plugin 'echo', the graph wants ^2.0; \(remedy)")
        try "{}".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(
            try failureMessage { _ = try PluginLock(reading: path) }
                == "'\(path)' is not a lock file of version 1; run with --update-lock to write it anew")
        #expect(
            try failureMessage { _ = try PluginLock(reading: path + ".none") }
                == "there is no lock file '\(path).none'; run once without --locked to write it")
    }

    @Test func aLockKeepsTwoVersionsApart() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/demo.yaml.lock"
        for version in ["1.0.0", "2.0.0"] {
            try FixturePlugin.compile("good", into: folder, as: "v\(version)", defines: ["VERSION": "\"\(version)\""])
        }
        let registry = try discover([folder])
        let names = [PluginName(id: "echo", label: "old"), PluginName(id: "echo", label: "new")]
        let plugins = try zip(names, ["^1.0", "^2.0"]).map { name, range in
            var plugin = try registry.resolve("echo", VersionRange(parsing: range))
            plugin.name = name
            return plugin
        }
        try PluginLock(plugins).write(to: path)
        let lock = try PluginLock(reading: path)
        #expect(lock == PluginLock(plugins))
        #expect(
            try String(contentsOfFile: path, encoding: .utf8).contains(
                """
                    {"id":"echo","label":"new","version":"2.0.0","sha256":"\(plugins[1].sha256)"},
                    {"id":"echo","label":"old","version":"1.0.0","sha256":"\(plugins[0].sha256)"}
                """))
        let any = try VersionRange(parsing: "*")
        for (name, plugin) in zip(names, plugins) {
            #expect(try lock.resolve(name, any, in: registry, path: path).sha256 == plugin.sha256)
        }
        #expect(lock.difference(from: lock) == nil)
        #expect(lock.difference(from: PluginLock([])) == "echo@new was not there, echo@old was not there")
        var moved = plugins[1]
        moved.name = names[0]
        #expect(PluginLock([moved]).difference(from: lock) == "echo@old 1.0.0 is now 2.0.0")
        moved.spec.version = SemanticVersion(1, 0, 0)
        #expect(PluginLock([moved]).difference(from: lock) == "echo@old 1.0.0 has other bytes")
    }
}
