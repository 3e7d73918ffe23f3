import Blocking
import Foundation
import Testing

/// `fastdistill new plugin` writes packages that work; or says why not, and leaves nothing behind.
@Suite(.blocking) struct NewPluginTests {
    /// Runs the installed program in a folder.
    static func new(_ arguments: [String], in folder: TemporaryFolder) throws -> ChildProcess.Result {
        try shell([try Installation.shared.get().executable, "new", "plugin"] + arguments, directory: folder.path)
    }

    static func expectRefusal(
        _ arguments: [String], in folder: TemporaryFolder, errors: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let before = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        let result = try new(arguments, in: folder)
        #expect(result.status == 2, sourceLocation: sourceLocation)
        #expect(result.errors == errors, sourceLocation: sourceLocation)
        #expect(result.output == "", sourceLocation: sourceLocation)
        let after = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        #expect(after == before, "something is left", sourceLocation: sourceLocation)
    }

    // MARK: Refusals

    @Test(arguments: ["Shout", "9lives", "a-b", "été", "_a", ""])
    func aNameThatGraphsCannotHold(_ name: String) throws {
        try Self.expectRefusal(
            [name], in: TemporaryFolder(),
            errors:
                "error: a plugin cannot be called '\(name)'; begin with one of a-z and go on with a-z, 0-9 and '_'\n")
    }

    @Test func aLanguageWithoutTemplates() throws {
        let folder = try TemporaryFolder()
        try Self.expectRefusal(
            ["shout", "--language", "swft"], in: folder,
            errors: "error: there are no templates for the language 'swft'; did you mean 'swift'?\n")
        try Self.expectRefusal(
            ["shout", "--language", "c++"], in: folder,
            errors: "error: there are no templates for the language 'c++'; known: swift, c, cpp\n")
    }

    @Test func aFolderThatIsNotEmptyOrNoFolder() throws {
        let folder = try TemporaryFolder()
        try folder.write("shout/notes.txt", "mine")
        try Self.expectRefusal(
            ["shout"], in: folder,
            errors: "error: the folder 'shout' is not empty; name another with --path, or empty it first\n")
        try Self.expectRefusal(
            ["other", "--path", "shout/notes.txt"], in: folder,
            errors: "error: 'shout/notes.txt' is a file; name a folder with --path\n")
    }

    @Test func aPlaceThatCannotBeWritten() throws {
        let folder = try TemporaryFolder()
        try folder.write("file", "")
        try Self.expectRefusal(
            ["shout", "--path", "file/shout"], in: folder,
            errors: "error: cannot create the folder '\(folder.path)/file': File exists\n")
    }

    /// A limit on the size of files (setrlimit(2)) stands for a disk that fills up: small files fit, the makefile does not.
    @Test func whatWasWrittenBeforeAFailureGoesAgain() throws {
        let folder = try TemporaryFolder()
        let script = "trap '' XFSZ; ulimit -f 1; exec \"$0\" new plugin shout --language c --path deep/er/shout"
        let executable = try Installation.shared.get().executable
        let result = try shell(["bash", "-c", script, executable], directory: folder.path)
        #expect(result.status == 2)
        #expect(result.errors == "error: cannot write '\(folder.path)/deep/er/shout/Makefile': File too large\n")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }

    /// The program alone, without what `make install` puts beside it.
    private static func lonelyProgram(in folder: TemporaryFolder, _ name: String) throws -> String {
        let path = folder.file("\(name)/bin/fastdistill")
        try FileManager.default.createDirectory(
            atPath: folder.file("\(name)/bin"), withIntermediateDirectories: true)
        // By a process of its own: while this one writes a program, a process that another test starts may hold it open,
        // and it cannot be run.
        try #require(shell(["cp", Package.executable, path]).status == 0)
        return path
    }

    @Test func templatesThatAreMissing() throws {
        let folder = try TemporaryFolder()
        let program = try Self.lonelyProgram(in: folder, "alone")
        let result = try shell([program, "new", "plugin", "shout"], directory: folder.path)
        let templates =
            URL(filePath: folder.path).resolvingSymlinksInPath().path
            + "/alone/share/fastdistill/templates"
        #expect(result.status == 2)
        #expect(
            result.errors == "error: the templates are missing: there is no folder '\(templates)'; install FastDistill "
                + "again\n")
    }

    @Test func aPrefixThatMakefilesCannotHold() throws {
        let folder = try TemporaryFolder()
        let program = try Self.lonelyProgram(in: folder, "co$t")
        try folder.write("co$t/share/fastdistill/templates/plugin/c/count.c", "")
        let result = try shell([program, "new", "plugin", "shout", "--language", "c"], directory: folder.path)
        let prefix = URL(filePath: folder.path).resolvingSymlinksInPath().path + "/co$t"
        #expect(result.status == 2)
        #expect(
            result.errors
                == "error: FastDistill is installed in '\(prefix)', and a build file cannot hold '$'; install "
                + "it in another folder\n")
    }

    // MARK: Packages

    /// Makes a package in C or C++, with warnings as errors.
    private static func make(_ language: String, folder: TemporaryFolder) throws -> String {
        let written = try new(["word_count", "--language", language, "--path", "a package"], in: folder)
        #expect(written.status == 0, "\(written)")
        #expect(
            written.output.hasSuffix(
                "\n  cd 'a package'\n  make\n  make check\n"
                    + "  \(try Installation.shared.get().executable) run graph.yaml --plugin-path build\n"),
            "\(written)")
        let package = folder.file("a package")
        let compiler = language == "c" ? "CC=cc -Werror" : "CXX=c++ -Werror"
        let made = try shell(["env", "-u", "MAKEFLAGS", "make", "check", compiler], directory: package)
        try #require(made.status == 0, "\(made)")
        return package
    }

    @Test(arguments: ["c", "cpp"])
    func aPackageForMakeBuildsPassesItsCheckAndRuns(_ language: String) throws {
        let folder = try TemporaryFolder()
        let package = try Self.make(language, folder: folder)
        let library = "\(package)/build/libfastdistill-plugin-word_count.so"
        let exported = try shell(["nm", "-D", "--defined-only", library])
        #expect(exported.output.hasSuffix(" T fastdistill_plugin_v1\n"))
        #expect(exported.output.split(separator: "\n").count == 1, "\(exported)")
        for name in try FileManager.default.subpathsOfDirectory(atPath: package) where !name.hasPrefix("build/") {
            let text = (try? String(contentsOfFile: "\(package)/\(name)", encoding: .utf8)) ?? ""
            #expect(!text.contains(/\{\{[A-Za-z]+\}\}/), "\(name) has a place that was not filled")
        }
        let kept = try shell(["git", "init", "-q", "."], directory: package)
        #expect(kept.status == 0)
        let untracked = try shell(["git", "status", "--short", "--untracked-files=all"], directory: package)
        #expect(!untracked.output.contains("build/") && untracked.output.contains("?? .gitignore"), "\(untracked)")
    }

    /// `make install` of the package, and a version that `VERSION` alone says.
    @Test func aPackageIsInstalledBesideTheOthersWithItsVersion() throws {
        let folder = try TemporaryFolder()
        let package = try Self.make("c", folder: folder)
        try folder.write("a package/VERSION", "0.3.7\n")
        let staging = "DESTDIR=" + folder.file("stage")
        let made = try shell(["env", "-u", "MAKEFLAGS", "make", "install", staging], directory: package)
        try #require(made.status == 0, "\(made)")
        let prefix = try Installation.shared.get().prefix
        let plugins = folder.file("stage") + prefix + "/lib/fastdistill/plugins"
        let list = try shell([Package.executable, "plugins", "list", "--plugin-path", plugins])
        #expect(list.output.contains("\nword_count 0.3.7  Counts words.\n    word_count/count  "), "\(list)")
    }

    @Test func anEmptyFolderIsFilledAndNoOtherIsMade() throws {
        let folder = try TemporaryFolder()
        let written = try Self.new(["shout", "--path", "."], in: folder)
        #expect(
            written.output == """
                .: 12 files of a plugin in Swift. Build it, check it, run it:

                  cd .
                  swift build
                  swift test
                  \(try Installation.shared.get().executable) run graph.yaml --plugin-path .build/debug

                """)
        #expect(FileManager.default.fileExists(atPath: folder.file("Sources/ShoutPlugin/Count.swift")))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 10)
    }

    /// The program in the build folder takes the templates of its checkout, and says that the package needs more.
    @Test func aProgramThatIsNotInstalledSaysSo() throws {
        let folder = try TemporaryFolder()
        let written = try shell(
            [Package.executable, "new", "plugin", "shout", "--language", "cpp"], directory: folder.path)
        #expect(
            written.output == """
                shout: 18 files of a plugin in C++. Build it, check it, run it:

                  cd shout
                  make
                  make check
                  \(Package.executable) run graph.yaml --plugin-path build

                This fastdistill is not installed, and the package needs one that is. In the checkout, type
                `make install PREFIX=DIR`; then set FASTDISTILL_PREFIX=DIR, unless DIR is /usr/local.

                """)
        let makefile = try String(contentsOfFile: folder.file("shout/Makefile"), encoding: .utf8)
        #expect(makefile.contains("\nFASTDISTILL_PREFIX ?= /usr/local\n"))
    }

    // MARK: The kits of the packages in C and C++

    /// All types, nulls, slices, options and errors, with the compiler's checks of memory and arithmetic.
    @Test(arguments: ["c", "cpp"])
    func theKitDoesWhatItsHeaderSays(_ language: String) throws {
        let folder = try TemporaryFolder()
        let fixtures = Package.root + "/Tests/Fixtures/Kits"
        let template = Package.root + "/Templates/plugin/" + language
        let flags = [
            "-g", "-Wall", "-Wextra", "-Werror", "-fsanitize=address,undefined", "-fno-sanitize-recover=all",
            "-I\(Package.root)/Sources/PluginABI/include", "-I\(template)", "-c",
        ]
        let isC = language == "c"
        let kit = try FileManager.default.contentsOfDirectory(atPath: template + "/kit").filter {
            $0.hasSuffix(isC ? ".c" : ".cpp")
        }
        var objects: [String] = []
        func compile(_ source: String, _ compiler: [String]) throws {
            let object = folder.file("\(objects.count).o")
            let result = try shell(compiler + flags + [source, "-o", object])
            try #require(result.status == 0, "\(result)")
            objects.append(object)
        }
        for source in kit.map({ "\(template)/kit/\($0)" }) + ["\(fixtures)/steps.\(isC ? "c" : "cpp")"] {
            try compile(source, isC ? ["cc", "-std=c11"] : ["c++", "-std=c++17"])
        }
        try compile("\(fixtures)/check.c", ["cc", "-std=c11"])
        let program = folder.file("check")
        let linked = try shell(["c++", "-fsanitize=address,undefined", "-o", program] + objects)
        try #require(linked.status == 0, "\(linked)")
        let result = try shell([program])
        #expect(result.status == 0 && result.output == "the kit works\n", "\(result)")
    }
}
