/// Which numbers of some results count as one: neighbours, in the order of their values, that are close.
///
/// Two numbers are close if they are equal, or if one of them is a real and they differ by no more than the tolerance
/// of the larger one's size. Two integers are close only if they are equal.
struct NumberClusters {
    private struct Member {
        let kind: Cell.Kind
        let bits: UInt64
        let value: Double

        var isReal: Bool { kind == .real }
    }

    /// The members that are not their own representative, with it.
    private var representatives: [Key: Key] = [:]

    private struct Key: Hashable {
        let isReal: Bool
        let bits: UInt64
    }

    /// O(n log n) in the number of numbers; nothing at all if there are no reals.
    init(_ tables: [ResultTable], tolerance: Double) {
        guard tables.contains(where: \.hasReals) else { return }
        var members: [Member] = []
        for table in tables {
            for index in 0..<table.cellCount {
                switch table.kinds[index] {
                case .integer:
                    let value = Double(Int64(bitPattern: table.values[index]))
                    members.append(Member(kind: .integer, bits: table.values[index], value: value))
                case .real:
                    let value = Double(bitPattern: table.values[index])
                    let (_, bits) = ValueNumbers.canonical(.real, table.values[index])
                    members.append(Member(kind: .real, bits: bits, value: value))
                default:
                    break
                }
            }
        }
        members.sort { $0.value == $1.value ? $0.bits < $1.bits : $0.value < $1.value }
        var first = 0
        for index in members.indices {
            if index > 0, !Self.areClose(members[index - 1], members[index], tolerance) { first = index }
            let own = Self.key(members[index])
            let shared = Self.key(members[first])
            if own != shared { representatives[own] = shared }
        }
    }

    func representative(_ kind: Cell.Kind, _ bits: UInt64) -> (Cell.Kind, UInt64) {
        guard !representatives.isEmpty,
            let shared = representatives[Key(isReal: kind == .real, bits: bits)]
        else { return (kind, bits) }
        return (shared.isReal ? .real : .integer, shared.bits)
    }

    private static func key(_ member: Member) -> Key {
        Key(isReal: member.isReal && Int64(exactly: member.value) == nil, bits: member.bits)
    }

    private static func areClose(_ first: Member, _ second: Member, _ tolerance: Double) -> Bool {
        guard first.isReal || second.isReal else { return first.bits == second.bits }
        if first.value == second.value { return true }
        guard first.value.isFinite, second.value.isFinite else { return false }
        return abs(first.value - second.value) <= tolerance * max(abs(first.value), abs(second.value))
    }
}
