import Blocking
import Foundation
import Testing

/// The tutorial works as it is printed, for somebody who has FastDistill installed and an empty folder.
@Suite(.blocking) struct TutorialTests {
    /// Follows it to the end in a folder of its own.
    ///
    /// - Returns: the folder of the package.
    static func follow(_ language: String, in folder: TemporaryFolder) throws -> String {
        let tutorial = try Tutorial(Package.text("Docs/tutorials/write-a-task-plugin.md"), language: language)
        // Another port than the page's, which somebody else may have.
        let free = "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])"
        let port = try shell([Package.python, "-c", free]).output.trimmingCharacters(in: .newlines)
        let script = try folder.write("tutorial.sh", tutorial.script(replacing: ["8137": port]))
        let installation = try Installation.shared.get()
        let process = try ChildProcess(
            ["env", "-u", "MAKEFLAGS", "bash", script], environment: installation.environment, directory: folder.path)
        let result = try process.wait(longestSeconds: 900)
        #expect(result.status == 0, "\(result)")
        tutorial.compare(result.output)
        return folder.file("clock")
    }

    /// The two plugins say the same of the same rows: their data are equal to the byte.
    @Test func theTutorialWorksInBothLanguagesAndTheirDataAreTheSame() throws {
        let (swift, c) = (try TemporaryFolder(), try TemporaryFolder())
        let packages = [try Self.follow("In C", in: c), try Self.follow("In Swift", in: swift)]
        for file in ["first/artifacts/distilled", "second/artifacts/distilled", "second/artifacts/rejected"] {
            let bytes = try packages.map {
                try Data(contentsOf: URL(filePath: "\($0)/runs/\(file)/shard-00000.parquet"))
            }
            #expect(bytes[0] == bytes[1], "\(file)")
        }
    }

    @Test func theSwiftPackageIsFormattedAsTheHostIs() throws {
        let folder = try TemporaryFolder()
        #expect(try NewPluginTests.new(["shout"], in: folder).status == 0)
        let linted = try shell([
            "swift", "format", "lint", "--strict", "--recursive", "--configuration", Package.root + "/.swift-format",
            folder.file("shout/Sources"), folder.file("shout/Tests"),
        ])
        #expect(linted.status == 0 && linted.errors == "", "\(linted)")
    }
}
