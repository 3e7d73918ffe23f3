import ControlPlane
import DataPlane
import Glibc

/// Shows on standard error how far a run is.
///
/// On a terminal a line a node, redrawn in place; elsewhere a plain line every few seconds.
final class ProgressDisplay {
    private let tokens: TokenCounter
    private let rowCount: RowCount
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let start = monotonicNanoseconds()
    private var drawnLines = 0
    private var lastPlain: UInt64

    /// How often a plain line is written.
    private static let plainIntervalNanoseconds: UInt64 = 5_000_000_000

    init(tokens: TokenCounter, rowCount: RowCount) {
        self.tokens = tokens
        self.rowCount = rowCount
        lastPlain = start
    }

    func show(_ progress: Progress) {
        if isTerminal {
            draw(progress)
        } else if monotonicNanoseconds() - lastPlain >= Self.plainIntervalNanoseconds {
            lastPlain = monotonicNanoseconds()
            writeError(summaryLine(progress) + "\n")
        }
    }

    /// Says something that stays, above the picture.
    func tell(_ notice: String) {
        if drawnLines > 0 { Pipeline.draw("\u{1B}[\(drawnLines)A\u{1B}[J") }
        writeError(notice + "\n")
        drawnLines = 0
    }

    /// Leaves the last picture standing.
    func end() { drawnLines = 0 }

    private func draw(_ progress: Progress) {
        let lines = [summaryLine(progress)] + nodeLines(progress)
        var text = drawnLines > 0 ? "\u{1B}[\(drawnLines)A" : ""
        let width = terminalWidth()
        for line in lines { text += "\u{1B}[2K" + String(line.prefix(width)) + "\n" }
        drawnLines = lines.count
        Pipeline.draw(text)
    }

    private var elapsedSeconds: Double { Double(monotonicNanoseconds() - start) / 1e9 }

    func summaryLine(_ progress: Progress) -> String {
        let total = progress.isSourceExhausted ? progress.read : rowCount.rows
        var line = "rows \(progress.settled)" + (total.map { "/\($0)" } ?? "")
        line += ", \(progress.sealedShards) \(progress.sealedShards == 1 ? "shard" : "shards") sealed"
        if let total, progress.settled > 0, progress.settled < total {
            let left = elapsedSeconds / Double(progress.settled) * Double(total - progress.settled)
            line += ", \(Self.duration(left)) left"
        }
        return line
    }

    private func nodeLines(_ progress: Progress) -> [String] {
        let width = progress.nodes.map(\.id.count).max() ?? 0
        let tokens = self.tokens.completionTokens
        return progress.nodes.map { node in
            var line = "  " + node.id + String(repeating: " ", count: width - node.id.count)
            line +=
                "  in \(Self.padded(node.rowsIn))  out \(Self.padded(node.rowsOut))  rejected \(Self.padded(node.rejected))"
            line += "  in flight \(Self.padded(node.inFlight))"
            if node.ended > node.rejected { line += "  other ends \(node.ended - node.rejected)" }
            if let count = tokens[node.id] { line += "  \(Int(Double(count) / max(elapsedSeconds, 0.001))) tokens/s" }
            return line
        }
    }

    private static func padded(_ number: Int) -> String {
        let text = String(number)
        return String(repeating: " ", count: max(0, 7 - text.count)) + text
    }

    static func duration(_ seconds: Double) -> String {
        let total = Int(seconds.rounded(.up))
        if total < 60 { return "\(total) s" }
        if total < 3600 { return "\(total / 60) min \(total % 60) s" }
        return "\(total / 3600) h \(total % 3600 / 60) min"
    }

    private func terminalWidth() -> Int {
        var size = winsize()
        return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }
}
