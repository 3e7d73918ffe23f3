import PluginKit

/// `rules/agree`: what the candidates of a sample agree on.
struct Agree: GroupedStep {
    static let id = "agree"
    static let summary = "Groups a sample's candidates by what they come to, and lets them vote."
    static let doc = """
        Candidates with the same digest are a cluster. Those without a digest, because running them failed, do not vote. \
        The largest cluster wins, and of several that are equally large the one whose first candidate comes first: \
        self-consistency (X. Wang et al., 2022, arXiv:2203.11171). `agreement` is the share of the winning cluster in all \
        candidates, `entropy` that of the clusters among those that vote, in nats.
        """

    private let digest: Input<String?>
    private let answer: OptionalInput<String>
    private let error: OptionalInput<String>
    private let status: Output<String>
    private let agreement: Output<Double>
    private let entropy: Output<Double?>
    private let candidates: Output<Int64>
    private let votes: Output<Int64>
    private let clusters: Output<Int64>
    private let cluster: Output<Int64?>
    private let clusterSize: Output<Int64>
    private let isWinner: Output<Bool>
    private let evidence: Output<String>
    private let leastAgreement: Double

    init(_ declare: inout Declaration) {
        digest = declare.reads(
            "digest", tags: [.resultDigest], doc: "What the candidate comes to; null if it comes to nothing.")
        answer = declare.readsOptional("answer", doc: "The candidate, for `evidence`.")
        error = declare.readsOptional("error", doc: "Why it comes to nothing, for `evidence`.")
        status = declare.adds(
            "status", tags: [.facet], options: ["agreed", "doubtful", "undecided"],
            doc: "Whether `agreement` reaches `min_agreement`; `undecided` if no candidate votes.")
        agreement = declare.adds(
            "agreement", minimum: 0, maximum: 1, doc: "Share of the winning cluster in all candidates; 0 without votes."
        )
        entropy = declare.adds(
            "entropy", minimum: 0, doc: "-sum p ln p over the clusters' shares of the votes; null without votes.")
        candidates = declare.adds("candidates", minimum: 1, doc: "How many candidates there are.")
        votes = declare.adds("votes", minimum: 0, doc: "How many of them have a digest.")
        clusters = declare.adds("clusters", minimum: 0, doc: "How many digests there are.")
        cluster = declare.adds(
            "cluster", minimum: 0, doc: "The candidate's cluster, numbered as they first come; null without a digest.")
        clusterSize = declare.adds("cluster_size", minimum: 0, doc: "Candidates in its cluster; 0 without a digest.")
        isWinner = declare.adds("winner", doc: "Whether it is the first candidate of the winning cluster.")
        evidence = declare.adds(
            "evidence", tags: [.json],
            doc: "All candidates as JSON, in order: `answer`, `digest`, `error` and `cluster` of each.")
        leastAgreement = declare.option(
            "min_agreement", default: 0.5, in: 0...1, doc: "The least agreement that is not `doubtful`.")
        declare.example(
            input: [["ordinal": 0, "digest": "a"], ["ordinal": 0, "digest": nil], ["ordinal": 0, "digest": "a"]],
            output: [
                Self.exampleRow(0, 2, true), Self.exampleRow(nil, 0, false), Self.exampleRow(0, 2, false),
            ])
    }

    private static func exampleRow(_ cluster: Value, _ size: Value, _ isWinner: Value) -> [String: Value] {
        [
            "status": "agreed", "agreement": .number(2.0 / 3.0), "entropy": 0.0, "candidates": 3, "votes": 2,
            "clusters": 1, "cluster": cluster, "cluster_size": size, "winner": isWinner,
            "evidence":
                #"[{"answer":null,"cluster":0,"digest":"a","error":null},{"answer":null,"cluster":null,"digest":null,"error":null},{"answer":null,"cluster":0,"digest":"a","error":null}]"#,
        ]
    }

    func run(_ sample: inout Sample) throws {
        let count = sample.count
        var digests: [String?] = []
        for index in 0..<count { digests.append(sample[digest, index]) }
        let vote = Vote(digests)
        var evidence = EvidenceText()
        for index in 0..<count {
            evidence.append(
                answer: sample[answer, index], cluster: vote.clusters[index], digest: digests[index],
                error: sample[error, index])
        }
        let share = Double(vote.winningSize) / Double(count)
        let word = vote.sizes.isEmpty ? "undecided" : share >= leastAgreement ? "agreed" : "doubtful"
        try sample.forEachRow { row, index in
            row[status] = word
            row[agreement] = share
            row[entropy] = vote.entropy
            row[candidates] = Int64(count)
            row[votes] = Int64(vote.sizes.reduce(0, +))
            row[clusters] = Int64(vote.sizes.count)
            row[cluster] = vote.clusters[index].map(Int64.init)
            row[clusterSize] = vote.clusters[index].map { Int64(vote.sizes[$0]) } ?? 0
            row[isWinner] = index == vote.winner
            row[self.evidence] = evidence.text
        }
    }
}
