/// Follows all ways in which a pattern can match a text, code point by code point.
///
/// Of several ways to one place only the one that began first is kept, and ways stand in the order of where they began: the
/// first match that nothing earlier can beat is the leftmost, and it goes on as long as it can.
struct PatternMachine {
    private struct Way {
        let place: Int
        let start: String.Index
    }

    private let instructions: [PatternProgram.Instruction]
    private var ways: [Way] = []
    private var nextWays: [Way] = []
    /// The step at which a place was last reached.
    private var reached: [Int]
    private var steps = 0
    private(set) var found: Range<String.Index>?

    init(_ instructions: [PatternProgram.Instruction]) {
        self.instructions = instructions
        reached = Array(repeating: 0, count: instructions.count)
    }

    /// Whether nothing that follows can change what was found.
    var isDone: Bool { found != nil && ways.isEmpty }

    /// Goes on from before `next`, which stands at `index`, to behind it.
    mutating func step(at index: String.Index, _ previous: Unicode.Scalar?, _ next: Unicode.Scalar?) {
        steps += 1
        nextWays.removeAll(keepingCapacity: true)
        for way in ways { follow(way, index, previous, next) }
        if found == nil { follow(Way(place: 0, start: index), index, previous, next) }
        swap(&ways, &nextWays)
    }

    /// Goes along all instructions that take nothing, and keeps those behind which `next` is taken.
    private mutating func follow(
        _ way: Way, _ index: String.Index, _ previous: Unicode.Scalar?, _ next: Unicode.Scalar?
    ) {
        if let found, way.start > found.lowerBound { return }
        var places = [way.place]
        while let place = places.popLast() {
            guard reached[place] != steps else { continue }
            reached[place] = steps
            switch instructions[place] {
            case .take(let set):
                if let next, set.contains(next.value) { nextWays.append(Way(place: place + 1, start: way.start)) }
            case .textStart:
                if previous == nil { places.append(place + 1) }
            case .textEnd:
                if next == nil { places.append(place + 1) }
            case .wordBoundary(let isNegated):
                if (Self.isWordPart(previous) != Self.isWordPart(next)) != isNegated { places.append(place + 1) }
            case .fork(let first, let second):
                places.append(second)
                places.append(first)
            case .jump(let target):
                places.append(target)
            case .match:
                found = way.start..<index
            }
        }
    }

    private static func isWordPart(_ scalar: Unicode.Scalar?) -> Bool {
        guard let scalar else { return false }
        return scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }
}
