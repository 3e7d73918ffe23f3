import Blocking
import Foundation
import Testing

/// The host is killed at a call by which it changes the disk, or that call fails; then the same command is started again.
@Suite(.blocking) struct FaultPointTests {
    @Test(arguments: try FaultPoints.ofAFreshRun.get())
    func aRunThatIsKilledAtAWriteGoesOn(_ chosen: FaultPoints) throws {
        let undisturbed = try UndisturbedRun.of(.few)
        var kills = 0
        for chosen in chosen.points {
            var next: FaultPoint? = chosen
            while let point = next {
                let crashCase = try CrashCase(.few)
                var bill = CrashCase.Bill()
                let isKilled = try crashCase.run(to: point, &bill)
                try crashCase.finish(bill, as: undisturbed, point.testDescription)
                if isKilled { kills += 1 }
                next = isKilled ? nil : point.earlier
            }
        }
        #expect(kills * 2 >= chosen.points.count, "\(kills) of \(chosen.points.count) points were reached")
    }

    @Test(arguments: try FaultPoints.ofARecovery.get())
    func aRunThatIsKilledWhileItRecoversGoesOn(_ chosen: FaultPoints) throws {
        let undisturbed = try UndisturbedRun.of(.few)
        let first = try FaultPoints.whereRecoveryBegins
        for point in chosen.points {
            let crashCase = try CrashCase(.few)
            var bill = CrashCase.Bill()
            #expect(try crashCase.run(to: first, &bill))
            try crashCase.run(to: point, &bill)
            try crashCase.finish(bill, as: undisturbed, "\(first.testDescription), then \(point.testDescription)")
        }
    }

    @Test(arguments: try FaultPoints.ofDescriptions.get())
    func aRunThatIsKilledWhileItGetsToKnowPluginsGoesOn(_ chosen: FaultPoints) throws {
        let undisturbed = try UndisturbedRun.of(.few)
        for point in chosen.points {
            let crashCase = try CrashCase(.few)
            var bill = CrashCase.Bill()
            let cache = FaultPoints.descriptions(in: crashCase.workspace)
            try crashCase.run(to: point, &bill, environment: cache)
            let result = try crashCase.run(environment: cache)
            #expect(result.status == 0, "\(point.testDescription): \(result)")
            try crashCase.check(bill, as: undisturbed, point.testDescription)
        }
    }

    /// The run ends with the reason, and goes on when there is room.
    @Test(arguments: try FaultPoints.ofAFullDisk.get())
    func aRunWhoseDiskIsFullForAMomentGoesOn(_ chosen: FaultPoints) throws {
        let undisturbed = try UndisturbedRun.of(.few)
        for point in chosen.points {
            let what = point.testDescription
            let crashCase = try CrashCase(.few)
            var bill = CrashCase.Bill()
            let result = try crashCase.run(environment: point.environment(in: crashCase.workspace))
            #expect([0, 1, 3].contains(result.status) && !result.isSignalled, "\(what): \(result)")
            let words = result.output + result.errors
            #expect(
                result.status == 0 || words.contains("No space left on device")
                    || words.contains(
                        "cannot grow (database or disk is full); make room, then run the same command again")
                    || words.contains(
                        "cannot be read or written (disk I/O error); see whether its disk is full or failing, then run the same "
                            + "command again"),
                "\(what): \(result)")
            try crashCase.noteKill(&bill, what)
            try crashCase.finish(bill, as: undisturbed, what)
        }
    }
}
