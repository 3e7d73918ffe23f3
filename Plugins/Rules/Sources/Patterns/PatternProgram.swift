/// A regular expression as instructions for a machine that is in many places at once.
///
/// Source: K. Thompson, Regular expression search algorithm, 1968, doi:10.1145/363347.363387.
struct PatternProgram {
    enum Instruction {
        case take(ScalarSet)
        case textStart
        case textEnd
        case wordBoundary(isNegated: Bool)
        case fork(Int, Int)
        case jump(Int)
        case match
    }

    /// Counted repetitions are written out, so a short pattern can be a long program.
    static let longest = 10_000

    private(set) var instructions: [Instruction] = []

    init(_ node: PatternNode) throws(Pattern.Fault) {
        try add(node)
        try emit(.match)
    }

    private mutating func emit(_ instruction: Instruction) throws(Pattern.Fault) {
        guard instructions.count < Self.longest else {
            throw Pattern.Fault(message: "it is too long with its counts written out (\(Self.longest) steps)")
        }
        instructions.append(instruction)
    }

    private mutating func add(_ node: PatternNode) throws(Pattern.Fault) {
        switch node {
        case .empty: break
        case .set(let set): try emit(.take(set))
        case .textStart: try emit(.textStart)
        case .textEnd: try emit(.textEnd)
        case .wordBoundary(let isNegated): try emit(.wordBoundary(isNegated: isNegated))
        case .sequence(let parts):
            for part in parts { try add(part) }
        case .choice(let branches): try add(choice: branches[...])
        case .repetition(let part, let least, let most): try add(part, least, most)
        }
    }

    private mutating func add(choice branches: ArraySlice<PatternNode>) throws(Pattern.Fault) {
        var jumps: [Int] = []
        for (index, branch) in zip(branches.indices, branches) {
            guard index < branches.endIndex - 1 else {
                try add(branch)
                break
            }
            let fork = instructions.count
            try emit(.fork(fork + 1, 0))
            try add(branch)
            jumps.append(instructions.count)
            try emit(.jump(0))
            instructions[fork] = .fork(fork + 1, instructions.count)
        }
        for jump in jumps { instructions[jump] = .jump(instructions.count) }
    }

    private mutating func add(_ part: PatternNode, _ least: Int, _ most: Int?) throws(Pattern.Fault) {
        for _ in 0..<least { try add(part) }
        guard let most else {
            let fork = instructions.count
            try emit(.fork(fork + 1, 0))
            try add(part)
            try emit(.jump(fork))
            instructions[fork] = .fork(fork + 1, instructions.count)
            return
        }
        var forks: [Int] = []
        for _ in least..<most {
            forks.append(instructions.count)
            try emit(.fork(instructions.count + 1, 0))
            try add(part)
        }
        for fork in forks { instructions[fork] = .fork(fork + 1, instructions.count) }
    }
}
