import DataPlane

/// In which order the providers of a role are asked for a sample.
enum Assignment {
    /// The members' positions, first choice first.
    ///
    /// The choice depends on role, sample and weights alone, so that it is the same in every run: the first four draws are
    /// the four 64-bit words (little-endian) of sha256("fastdistill.assign.v1\n", role, sample_id); each picks, modulo the
    /// sum of the weights left, one of the members left. Later ones and those without weight follow in the order of the
    /// file.
    static func order(role: String, sampleID: String, weights: [UInt64]) -> [Int] {
        var left = weights.indices.filter { weights[$0] > 0 }
        guard weights.count > 1, !left.isEmpty else { return Array(weights.indices) }
        var hash = SHA256()
        hash.update("fastdistill.assign.v1\n")
        hash.update(field: role)
        hash.update(field: sampleID)
        let digest = hash.finishBytes()
        var order: [Int] = []
        for draw in 0..<4 where !left.isEmpty {
            let word = digest[draw * 8..<draw * 8 + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            var place = word % left.reduce(0) { $0 + weights[$1] }
            let chosen = left.firstIndex { member in
                if place < weights[member] { return true }
                place -= weights[member]
                return false
            }
            order.append(left.remove(at: chosen ?? 0))
        }
        return order + left + weights.indices.filter { weights[$0] == 0 }
    }
}
