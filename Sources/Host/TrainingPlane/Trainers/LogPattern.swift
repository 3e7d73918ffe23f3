import DataPlane

/// How the lines of a trainer's log that have a loss look.
///
/// ```swift
/// let pattern = try LogPattern(#"Iter (?<step>\d+): Train loss (?<loss>[^,]+),.*Trained Tokens (?<tokens>\d+)"#)
/// pattern.point("Iter 10: Train loss 2.311, It/sec 1.2, Trained Tokens 4096", after: 0)
/// ```
public struct LogPattern: Sendable {
    public let text: String

    /// - Parameter text: a regular expression with a group `loss`, and if the log has them `step` and `tokens`.
    /// - Throws: ``Failure`` of code `trainer` for one that cannot be read, or has no group `loss`.
    public init(_ text: String) throws(Failure) {
        self.text = text
        guard (try? Regex(text)) != nil else {
            throw Failure("trainer", "the log pattern \(quoted(text)) is not a regular expression")
        }
        guard text.contains("(?<loss>") else {
            throw Failure("trainer", "the log pattern \(quoted(text)) has no group 'loss'; write (?<loss>…) around it")
        }
    }

    /// What a line says, or nil. Where it does not say which step it is, it is the one after `step`.
    func point(_ line: String, after step: Int) -> TrainingPoint? {
        // A regular expression cannot be shared by threads, its text can; compiling it costs less than a training step.
        guard let regex = try? Regex(text), let match = try? regex.firstMatch(in: line),
            let loss = match["loss"]?.substring
        else { return nil }
        let number = { (name: String) in text.contains("(?<\(name)>") ? match[name]?.substring.flatMap { Int($0) } : nil
        }
        return TrainingPoint(step: number("step") ?? step + 1, loss: Double(loss) ?? .nan, tokens: number("tokens"))
    }
}
