/// A compiled regular expression that takes time in proportion to the length of the text, whatever it and the text are.
///
/// All ways to match are followed at once, so nothing is ever tried again.
struct Pattern {
    /// Why a text is no regular expression.
    struct Fault: Error, Equatable {
        let message: String
    }

    let text: String
    private let instructions: [PatternProgram.Instruction]

    init(_ text: String) throws(Fault) {
        self.text = text
        instructions = try PatternProgram(try PatternParser.parse(text)).instructions
    }

    /// The first and longest part of the text that matches; nil if none does.
    ///
    /// - Complexity: O(n · m) for n code points and m instructions.
    func match(in text: String) -> String? {
        let scalars = text.unicodeScalars
        var machine = PatternMachine(instructions)
        var index = scalars.startIndex
        var previous: Unicode.Scalar?
        while true {
            let next = index < scalars.endIndex ? scalars[index] : nil
            machine.step(at: index, previous, next)
            guard let next, !machine.isDone else { break }
            previous = next
            index = scalars.index(after: index)
        }
        return machine.found.map { String(scalars[$0]) }
    }
}
