import DataPlane
import Testing

@testable import Reports

@Suite("Bypassed gates in reports")
struct BypassNoticeTests {
    private static let page = QualityPage(QualityReport(books: Books(nodes: ["source"])), name: "demo").text

    private static func page(_ sentences: [String]) -> String {
        QualityPage(QualityReport(books: Books(nodes: ["source"]), bypasses: sentences), name: "demo").text
    }

    @Test("They stand below the title of the page, and in the report for programs")
    func written() {
        #expect(
            Self.page(["the gate 'a' was bypassed: hurry", "the gate 'b' was bypassed: see ticket 12"]).hasPrefix(
                """
                # Quality of demo

                **Warning: the gate 'a' was bypassed: hurry**

                **Warning: the gate 'b' was bypassed: see ticket 12**

                0 source rows: none has an outcome yet. The books balance.

                """))
        #expect(Self.page.hasPrefix("# Quality of demo\n\n0 source rows: "))
        #expect(
            Self.page(["the gate 'a' was bypassed: <b>**now**</b> [x](y) & a_b"]).contains(
                #"**Warning: the gate 'a' was bypassed: \<b\>\*\*now\*\*\</b\> \[x\](y) \& a_b**"#))
        #expect(
            QualityReport(books: Books(nodes: ["source"]), bypasses: ["the gate 'a' was bypassed: hurry"]).json[
                "bypassed_gates"] == ["the gate 'a' was bypassed: hurry"])
        #expect(QualityReport(books: Books(nodes: ["source"])).json["bypassed_gates"] == [])
    }

    @Test("A page that is there gets the new ones for the old ones, and is what would be written anew")
    func replaced() {
        let (one, two) = (
            ["the gate 'a' was bypassed: hurry"], ["the gate 'b' was bypassed: x", "the gate 'c' was bypassed: y"]
        )
        for (before, after) in [([], one), (one, two), (two, one), (two, []), ([], [])] {
            #expect(BypassNotice.replace(in: Self.page(before), with: after) == Self.page(after))
        }
        #expect(BypassNotice.replace(in: "cut off", with: one) == "cut off")
        let report: JSONValue = ["format": "x", "bypassed_gates": ["old"], "rows": 5]
        #expect(
            BypassNotice.replace(in: report, with: one).compact
                == #"{"format":"x","bypassed_gates":["the gate 'a' was bypassed: hurry"],"rows":5}"#)
    }
}
