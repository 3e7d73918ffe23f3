import Blocking
import Foundation
import Pipeline
import Testing

/// `make install` makes something that stands on its own.
@Suite(.blocking) struct InstallTests {
    /// What `make install` asks for.
    @Test func makeInstallsTheReleaseBuildWherePrefixSays() throws {
        // Without the words of the make that may run the tests.
        let make = ["env", "-u", "MAKEFLAGS", "-u", "MAKELEVEL", "make", "-n"]
        let printed = try shell(make + ["install", "PREFIX=/opt/fd", "DESTDIR=/stage"])
        #expect(printed.output.contains("swift build -c release\n"))
        #expect(
            printed.output.hasSuffix("scripts/install.sh .build/release \"/opt/fd\" \"/stage\"\n"), "\(printed)")
        let removed = try shell(make + ["uninstall"])
        #expect(removed.output == "scripts/install.sh --uninstall \"/usr/local\" \"\"\n", "\(removed)")
    }

    @Test func everythingIsInItsPlace() throws {
        let files = try Installation.shared.get().files
        for file in [
            "bin/fastdistill", "lib/fastdistill/fastdistill-worker", "lib/fastdistill/libFastDistillParquet.so",
            "lib/fastdistill/libswiftCore.so",
            "lib/fastdistill/plugins/libfastdistill-plugin-canonical.so",
            "lib/fastdistill/plugins/libfastdistill-plugin-judge.so",
            "lib/fastdistill/plugins/libfastdistill-plugin-prompt.so",
            "lib/fastdistill/plugins/libfastdistill-plugin-rules.so",
            "lib/fastdistill/plugins/libfastdistill-plugin-text2sql.so", "lib/pkgconfig/fastdistill.pc",
            "include/fastdistill/plugin.h", "share/fastdistill/PluginKit/Package.swift",
            "share/fastdistill/PluginKit/Sources/PluginABI/include/module.modulemap",
            "share/fastdistill/PluginKit/Sources/PluginKit/Plugin/Step.swift",
            "share/fastdistill/templates/plugin/c/Makefile", "share/fastdistill/graph.schema.json",
        ] {
            #expect(files.contains(file), "\(file)")
        }
    }

    /// The loader of the system says where each library comes from.
    @Test func noLibraryComesFromTheToolchainOrTheCheckout() throws {
        let installation = try Installation.shared.get()
        let binaries = try installation.files.filter { $0.hasPrefix("bin/") || $0.contains(".so") }
        #expect(binaries.count > 12)
        let own = URL(filePath: installation.prefix).resolvingSymlinksInPath().path
        for binary in binaries.sorted() {
            let linked = try shell(["env", "-i", "ldd", "\(installation.prefix)/\(binary)"])
            for line in linked.output.split(separator: "\n") where line.contains(" => ") {
                let path = line.split(separator: " => ")[1]
                let real = URL(filePath: String(path.prefix { $0 != " " })).resolvingSymlinksInPath().path
                #expect(
                    real.hasPrefix(own + "/lib/") || real.hasPrefix("/usr/lib/") || real.hasPrefix("/lib"),
                    "\(binary): \(line)")
            }
        }
    }

    /// In a file system without this checkout, its dependencies and the toolchain; moved, and with an empty environment.
    @Test(.enabled(if: DiskTests.canMount, DiskTests.cannotMount))
    func itRunsWhenCheckoutAndToolchainAreGone() throws {
        let folder = try TemporaryFolder()
        let installed = try Installation(prefix: "/opt/fastdistill", staging: folder.file("stage"))
        try FileManager.default.moveItem(atPath: installed.prefix, toPath: folder.file("moved"))
        try FileManager.default.copyItem(atPath: Package.root + "/Examples/smallest", toPath: folder.file("smallest"))
        let found = try shell(["bash", "-c", "dirname \"$(dirname \"$(readlink -f \"$(command -v swift)\")\")\""])
        let toolchain = found.output.trimmingCharacters(in: .newlines)
        let script = """
            for gone in "$1" "$(readlink -f "$1/.deps")" "$2"; do
                case $gone in /|/usr) ;; *) [ ! -d "$gone" ] || mount -t tmpfs none "$gone" ;; esac
            done
            [ ! -e "$1/Package.swift" ] && cd smallest && rm -f *.lock
            env -i "$0" run graph.yaml --quiet && env -i "$0" verify runs/*
            """
        let result = try ChildProcess(
            ["unshare", "-m", "bash", "-c", script, folder.file("moved/bin/fastdistill"), Package.root, toolchain],
            directory: folder.path
        ).wait()
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("  6 rows: 2 kept, 0 deferred, 0 not_selected, 3 rejected, 1 duplicate\n"))
        #expect(result.output.hasSuffix(": everything is as the manifests say\n"), "\(result)")
    }

    @Test func anotherInstallationTakesThePlaceOfTheFirstAndUninstallLeavesWhatIsNotItsOwn() throws {
        let folder = try TemporaryFolder()
        let installed = try Installation(prefix: folder.file("prefix"))
        let files = try installed.files
        // As if the first had been an older version, with a header that is no more.
        let list = "share/fastdistill/installed.txt"
        try folder.write("prefix/include/fastdistill/old.h", "")
        let listed = try String(contentsOfFile: folder.file("prefix/" + list), encoding: .utf8)
        #expect(Set(listed.split(separator: "\n").map(String.init)).union([list]) == files)
        try folder.write("prefix/" + list, listed + "include/fastdistill/old.h\n")
        try folder.write("prefix/lib/fastdistill/plugins/mine.so", "")
        let again = try Installation(prefix: folder.file("prefix"))
        #expect(try again.files == files.union(["lib/fastdistill/plugins/mine.so"]))

        let removed = try shell([Installation.script, "--uninstall", folder.file("prefix")])
        #expect(removed.status == 0 && removed.output == "removed fastdistill from \(folder.file("prefix"))\n")
        #expect(try again.files == ["lib/fastdistill/plugins/mine.so"])
        let none = try shell([Installation.script, "--uninstall", folder.file("prefix")])
        #expect(none.status == 2)
        #expect(
            none.errors == "install: error: '\(folder.file("prefix"))' holds no installation: there is no "
                + "share/fastdistill/installed.txt\n")
    }

    @Test func whatCannotBeInstalledIsSaidBeforeAnythingIsWritten() throws {
        let folder = try TemporaryFolder()
        let relative = try shell([Installation.script, Package.products, "here"], directory: folder.path)
        #expect(relative.status == 2)
        #expect(relative.errors == "install: error: PREFIX must be an absolute path, not 'here'\n")
        let empty = try shell([Installation.script, folder.path, folder.file("prefix")])
        #expect(empty.status == 2)
        #expect(
            empty.errors == "install: error: '\(folder.path)' holds no fastdistill; build it first: make build\n")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }

    @Test func pkgConfigFindsTheHeadersWhereverItWasMoved() throws {
        let prefix = try Installation.shared.get().prefix
        let text = try String(contentsOfFile: prefix + "/lib/pkgconfig/fastdistill.pc", encoding: .utf8)
        #expect(
            text == """
                prefix=${pcfiledir}/../..
                includedir=${prefix}/include
                plugindir=${prefix}/lib/fastdistill/plugins

                Name: FastDistill
                Description: Headers for plugins of FastDistill
                Version: \(fastDistillVersion)
                Cflags: -I${includedir}

                """)
    }

    /// A file whose RUNPATH is too short is left as it is.
    @Test func aRunpathThatDoesNotFitIsRefused() throws {
        let folder = try TemporaryFolder()
        try folder.write("empty.c", "int nothing;\n")
        let library = folder.file("empty.so")
        let built = try shell(["cc", "-shared", "-Wl,-rpath,/short", "-o", library, folder.file("empty.c")])
        try #require(built.status == 0, "\(built)")
        let before = try Data(contentsOf: URL(filePath: library))
        let script = Package.root + "/scripts/set_runpath.py"
        let refused = try shell(["python3", script, library, "$ORIGIN/lib"])
        #expect(refused.status == 1)
        #expect(refused.errors == "set_runpath: '$ORIGIN/lib' does not fit in the place of '/short' in \(library)\n")
        #expect(try Data(contentsOf: URL(filePath: library)) == before)
        let text = try shell(["python3", script, folder.file("empty.c"), "/a"])
        #expect(text.errors == "set_runpath: \(folder.file("empty.c")) is not a 64-bit little-endian ELF file\n")
        #expect(try shell(["python3", script, library, "/a"]).status == 0)
        #expect(try shell(["readelf", "-d", library]).output.contains("runpath: [/a]"))
    }
}
