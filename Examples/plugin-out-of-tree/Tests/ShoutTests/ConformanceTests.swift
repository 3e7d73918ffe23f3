import PluginConformance
import Testing

@Test(
    "Shout does all that a host relies on",
    .enabled(if: PluginConformance.isAvailable, "put fastdistill into PATH, or set FASTDISTILL to it"))
func conforms() throws {
    let library = try PluginConformance.library(ofProduct: "fastdistill-plugin-shout")
    let report = try PluginConformance.check(library: library)
    #expect(report.failures.isEmpty && report.warnings.isEmpty, "\(report)")
}
