import Blocking
import DataPlane
import Foundation
import Testing

/// What the reports say of tagged columns, against what Python reads out of the artifacts.
@Suite(.blocking) struct ReportTests {
    private static let setup = """
        {
          "verdicts": {
            "compare.strict": {"stage": "compared", "path": "compare.strict", "facets": {"compare.group": "compare.group"}},
            "compare.lenient": {"stage": "compared", "path": "compare.lenient", "facets": {"compare.group": "compare.group"}},
            "judge": {"stage": "judged", "path": "judge.said", "facets": {"compare.group": "compare.group"}}
          },
          "pairs": {
            "compare.strict compare.lenient": ["compared", "compare.strict", "compare.lenient"],
            "compare.strict judge": ["judged", "compare.strict", "judge.said"],
            "compare.lenient judge": ["judged", "compare.lenient", "judge.said"]
          },
          "scores": {
            "judge.score": {
              "stage": "judged", "path": "judge.score", "range": [0, 5],
              "by": {"judge": "judge.said", "compare.strict": "compare.strict", "compare.lenient": "compare.lenient"}
            }
          }
        }
        """

    @Test func everyFigureIsWhatPythonComputesFromTheArtifacts() throws {
        let workspace = try Marks.workspace(Marks.rows(1000, seed: 11))
        let result = try workspace.run()
        let run = try workspace.runFolder()
        try Oracle.run("Tests/Oracles/quality_report.py", [run.path, Self.setup])
        let quality = try run.quality
        #expect(quality["format"]?.string == "fastdistill.quality/2")
        #expect(quality["sealed_shards"]?.int == 4)
        #expect(quality["examples"]?["rejected"]?.object?.map(\.0) == ["differs", "doubtful"])
        #expect(result.output.contains("  candidates at compare.lenient: "), "\(result)")
        #expect(result.output.contains("  candidates at judge: "), "\(result)")
        let checks = try #require(quality["contamination"]?["checks"]?.array)
        #expect(checks.map { $0["stage"]?.string } == ["canonical", "distilled"])
        #expect(checks.map { $0["key"]?.string } == ["canonical.text", "canonical.text"])
        // Every tenth text comes again, some of them in another split; of those only the first goes on.
        #expect(checks[0]["shared_keys"]?.int ?? 0 > 10 && checks[1]["shared_keys"]?.int == 0, "\(checks)")
        let page = try String(contentsOfFile: run.path + "/reports/quality.md", encoding: .utf8)
        for title in [
            "Funnel", "Outcomes", "Accuracy", "Where verdicts disagree", "Scores", "Duplicates",
            "Contamination between splits",
        ] {
            #expect(page.contains("\n## \(title)\n"), "\(title)\n\(page)")
        }
        #expect(page.contains("\n| blue \\| `green` | "), "\(page)")
    }

    @Test func aColumnThatIsNoSplitIsSaidToBeNone() throws {
        let workspace = try Marks.workspace(
            Marks.rows(200, seed: 13),
            graph: Marks.graph().replacingOccurrences(of: "split: {column: split}", with: "split: {column: text}"))
        try workspace.run()
        let run = try workspace.runFolder()
        #expect(try run.quality["contamination"] == ["split": "text", "is_split": false, "checks": []])
        let page = try String(contentsOfFile: run.path + "/reports/quality.md", encoding: .utf8)
        #expect(
            page.contains(
                """

                ## Contamination between splits

                Not looked for: `text` has more than 100 values. Name a column that says which rows are for training and \
                which for tests.

                """), "\(page)")
    }

    @Test func workersAndASecondStartChangeNoByte() throws {
        let workspace = try Marks.workspace(Marks.rows(1000, seed: 12))
        try workspace.run()
        let run = try workspace.runFolder()
        try workspace.folder.write("graph.yaml", Marks.graph(workers: 3))
        try workspace.run(runs: "others")
        let other = try workspace.runFolder(in: "others")
        try other.expectSameBytes(as: run)
        // From the books of sealed shards alone.
        try workspace.run(runs: "others")
        try other.expectSameBytes(as: run)
    }
}
