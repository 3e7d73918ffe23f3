import Glibc

/// The votes of a sample's candidates, each for what it comes to.
struct Vote: Equatable {
    /// The cluster of each candidate; nil for one that does not vote.
    private(set) var clusters: [Int?] = []
    /// Candidates of each cluster, in the order in which clusters first come.
    private(set) var sizes: [Int] = []
    /// The first candidate of the largest cluster; nil without votes.
    private(set) var winner: Int?

    init(_ digests: [String?]) {
        // By their bytes: texts that Unicode holds to be equivalent are different votes.
        var known: [[UInt8]: Int] = [:]
        for digest in digests {
            guard let digest else {
                clusters.append(nil)
                continue
            }
            let key = Array(digest.utf8)
            let cluster = known[key] ?? sizes.count
            if cluster == sizes.count {
                known[key] = cluster
                sizes.append(0)
            }
            sizes[cluster] += 1
            clusters.append(cluster)
        }
        // Clusters stand in the order of their first candidates, so the first of the largest wins a tie.
        guard let largest = sizes.max(), let cluster = sizes.firstIndex(of: largest) else { return }
        winner = clusters.firstIndex(of: cluster)
    }

    var winningSize: Int { sizes.max() ?? 0 }

    /// Shannon's entropy of the clusters' shares of the votes, in nats; nil without votes.
    var entropy: Double? {
        guard !sizes.isEmpty else { return nil }
        let votes = Double(sizes.reduce(0, +))
        let sum = sizes.reduce(0.0) { sum, size in
            let share = Double(size) / votes
            return sum - share * log(share)
        }
        // -1 · ln 1 is -0.
        return max(0, sum)
    }
}
