import Blocking
import DataPlane
import Foundation
import GateSimulation
import Testing

@testable import TrainingPlane

@Suite("What the rules do", .blocking)
struct GateSimulationTests {
    private func file(_ path: String) throws -> String {
        String(decoding: try readFile(Oracle.packageRoot.appending(path: path).path), as: UTF8.self)
    }

    @Test(
        "With the paired rule and no margin, a student no better passes in at most 5 % of 2,000 evaluations",
        arguments: [0.0, 0.5, 0.9, 0.98], [0, -2])
    func noBetter(correlation: Double, lead: Int) throws {
        let setting = GateSimulation.Setting(rows: 200, correlation: correlation, lead: lead)
        var simulation = GateSimulation(setting, seed: 11, resamples: 399)
        let rule = try #require(GateSimulation.rules.firstIndex { $0.name == "`paired_lower_bound`" })
        let passes = simulation.passes(of: 2000)[rule]
        #expect(passes <= 100, "\(passes) of 2000")
        // A rule that lets nobody pass would be no rule.
        var better = GateSimulation(.init(rows: 200, correlation: correlation, lead: 15), seed: 11, resamples: 399)
        #expect(better.passes(of: 50)[rule] > 40)
    }

    @Test("The documentation shows the committed simulation, and its short form comes out again")
    func table() throws {
        let page = try file("Docs/specs/gates.md")
        #expect(page.contains("\n" + (try file("Benchmarks/Gates/table.md")) + "\n"), "run 'make simulate-gates'")
        #expect(GateTable.short.text == (try file("Benchmarks/Gates/short.md")), "run 'make simulate-gates'")
    }
}
