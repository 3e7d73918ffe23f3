import DataPlane
import Testing

/// The sums in a run's file `ledger` (Docs/specs/provider-gateway.md): what is settled, and what is not in full.
struct LedgerFile {
    struct Spent {
        var requests: Int64 = 0
        var tokens: Int64 = 0
    }

    private(set) var roles: [String: Spent] = [:]

    init(_ path: String) throws {
        var open: [Int64: (role: String, spent: Spent)] = [:]
        func add(_ spent: Spent, to role: String) {
            roles[role, default: Spent()].requests += spent.requests
            roles[role, default: Spent()].tokens += spent.tokens
        }
        for line in try jsonLines(path) {
            let spent = Spent(
                requests: try #require(line["requests"]?.int), tokens: try #require(line["tokens"]?.int))
            if let number = line["settle"]?.int {
                let reservation = open.removeValue(forKey: number)
                add(spent, to: try #require(reservation).role)
            } else if let number = line["reserve"]?.int {
                open[number] = (try #require(line["role"]?.string), spent)
            } else {
                add(spent, to: try #require(line["role"]?.string))
            }
        }
        for (role, spent) in open.values { add(spent, to: role) }
    }
}
