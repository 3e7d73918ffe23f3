import Blocking
import Foundation
import Testing

/// The host is killed at random moments, again and again.
///
/// A moment is a number of answers and a little time after them, so that it is one of the work and not of the machine's speed; or
/// a share of the time that an undisturbed run takes, for what happens before the first answer and after the last.
@Suite(.blocking) struct RandomMomentTests {
    static let killsPerSeed = 20

    /// 200 kills in all. A failure prints the seed and the moments; FASTDISTILL_CRASH_SEED begins with other ones.
    @Test(arguments: (0..<10).map { FaultPoints.seed &* 1000 &+ $0 } as [UInt64])
    func aRunThatIsKilledAgainAndAgainGoesOn(seed: UInt64) throws { try killAgainAndAgain(.many, seed) }

    @Test(arguments: [FaultPoints.seed &* 1000 &+ 10])
    func aRunForVectorsThatIsKilledAgainAndAgainGoesOn(seed: UInt64) throws {
        try killAgainAndAgain(.vectors, seed)
    }

    private func killAgainAndAgain(_ rows: CrashRows, _ seed: UInt64) throws {
        let undisturbed = try UndisturbedRun.of(rows)
        var random = SeededNumbers(seed: seed)
        var kills = 0
        var runs = 0
        while kills < Self.killsPerSeed {
            let crashCase = try CrashCase(rows, account: Account(latency: .milliseconds(1)))
            var bill = CrashCase.Bill()
            var moments: [String] = []
            while true {
                let moment = Self.moment(undisturbed, asked: crashCase.account.asked, using: &random)
                moments.append("\(moment)")
                let what = "seed \(seed), killed at \(moments.joined(separator: "; "))"
                let isLast = kills == Self.killsPerSeed
                let result = try crashCase.run { process in
                    if !isLast { moment.kill(process, crashCase.account) }
                }
                guard result.isSignalled else {
                    #expect(result.status == 0, "\(what): \(result)")
                    try crashCase.server.settle(crashCase.account)
                    try crashCase.check(bill, as: undisturbed, what)
                    break
                }
                kills += 1
                try crashCase.noteKill(&bill, what)
            }
            runs += 1
        }
        print("\(rows), seed \(seed): \(kills) kills in \(runs) runs")
    }

    enum Moment: CustomStringConvertible, Sendable {
        case afterAnswers(Int, microseconds: UInt32)
        case afterSeconds(Double)

        var description: String {
            switch self {
            case .afterAnswers(let answers, let microseconds): "\(answers) answers and \(microseconds) µs"
            case .afterSeconds(let seconds): "\(Int(seconds * 1000)) ms"
            }
        }

        /// Lets the process be killed when the moment comes.
        func kill(_ process: ChildProcess, _ account: Account) {
            switch self {
            case .afterAnswers(let answers, let microseconds):
                account.after(answers: answers) {
                    usleep(microseconds)
                    process.signalIfAlive(SIGKILL)
                }
            case .afterSeconds(let seconds):
                Thread.detachNewThread {
                    usleep(UInt32(seconds * 1e6))
                    process.signalIfAlive(SIGKILL)
                }
            }
        }
    }

    private static func moment(_ undisturbed: UndisturbedRun, asked: Int, using random: inout SeededNumbers) -> Moment {
        let left = max(0, undisturbed.requests - asked)
        if left > 0, Int.random(in: 0..<3, using: &random) > 0 {
            return .afterAnswers(
                Int.random(in: 1...(left + 1) / 2, using: &random),
                microseconds: UInt32.random(in: 0...4000, using: &random))
        }
        return .afterSeconds(Double.random(in: 0...undisturbed.seconds, using: &random))
    }
}
