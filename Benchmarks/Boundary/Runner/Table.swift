import Foundation

/// The lines of the result, as Markdown.
struct Table {
    /// What JSON lines cost: CPU nanoseconds a row.
    struct Baseline {
        let native: Double
        let python: Double
    }

    private var lines: [String] = []

    mutating func add(
        _ name: String, _ place: String, _ columns: Int, _ batchRows: Int, _ figure: Figure, _ baseline: Baseline?
    ) {
        let ratios = [baseline?.native, baseline?.python].map { other in
            other.map { String(format: "%.0f×", $0 / figure.cpu.median) } ?? ""
        }
        let line =
            "| \(name) | \(place) | \(columns) | \(batchRows) | \(Self.text(figure.cpu)) | \(Self.text(figure.wall)) | "
            + "\(ratios[0]) | \(ratios[1]) |"
        lines.append(line)
    }

    /// `12.1 (11.9–14.0)`: median, least and greatest.
    ///
    /// - Parameter unit: what one of the unit is in that of the spread.
    static func text(_ spread: Figure.Spread, per unit: Double = 1) -> String {
        String(format: "%.1f (%.1f–%.1f)", spread.median / unit, spread.least / unit, spread.most / unit)
    }

    func print() {
        Swift.print(
            """
            | step | where | columns | batch | CPU ns/row | wall ns/row | JSON, C++ | JSON, Python |
            | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
            """)
        for line in lines { Swift.print(line) }
    }
}
