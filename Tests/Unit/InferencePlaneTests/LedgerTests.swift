import DataPlane
import Foundation
import Testing

@testable import InferencePlane

struct LedgerTests {
    let scratch: Scratch
    init() throws { scratch = try Scratch() }

    private var path: String { scratch.path + "/ledger" }
    private func charge(_ tokens: Int64) -> Charge { Charge(requests: 1, tokens: tokens, money: tokens * 10) }

    @Test func whatIsReservedCountsUntilItIsSettled() throws {
        let ledger = try Ledger(path: nil)
        let first = ledger.reserve(charge(100), for: "teacher")
        let second = ledger.reserve(charge(50), for: "teacher")
        _ = ledger.reserve(charge(7), for: "judge")
        #expect(ledger.committed("teacher") == Charge(requests: 2, tokens: 150, money: 1500))
        ledger.settle(first, as: charge(20))
        #expect(ledger.committed("teacher") == Charge(requests: 2, tokens: 70, money: 700))
        ledger.settle(first, as: charge(1))
        ledger.settle(second, as: .none)
        #expect(ledger.committed("teacher") == charge(20))
        #expect(!ledger.hasReservations("teacher") && ledger.hasReservations("judge"))
        #expect(ledger.committed("nobody") == .none)
    }

    @Test func whatAProcessLeftOpenIsChargedInFull() throws {
        do {
            let ledger = try Ledger(path: path)
            let first = ledger.reserve(charge(100), for: "teacher")
            _ = ledger.reserve(charge(50), for: "teacher")
            try ledger.flush()
            ledger.settle(first, as: charge(20))
            try ledger.flush()
            // Not written, so it was not sent.
            _ = ledger.reserve(charge(9), for: "teacher")
        }
        let again = try Ledger(path: path)
        #expect(again.committed("teacher") == Charge(requests: 2, tokens: 70, money: 700))
        #expect(!again.hasReservations("teacher"))
        #expect(
            try String(contentsOfFile: path, encoding: .utf8)
                == "{\"role\":\"teacher\",\"requests\":2,\"tokens\":70,\"money\":700}\n")
    }

    @Test func aLineThatWasCutOffIsDropped() throws {
        let whole = "{\"role\":\"a\",\"requests\":2,\"tokens\":70,\"money\":700}\n"
        let reserve = "{\"reserve\":1,\"role\":\"a\",\"requests\":1,\"tokens\":5,\"money\":0}\n"
        for length in 0..<reserve.count {
            try (whole + reserve.prefix(length)).write(toFile: path, atomically: true, encoding: .utf8)
            #expect(try Ledger(path: path).committed("a").tokens == 70)
        }
        try (whole + reserve).write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try Ledger(path: path).committed("a").tokens == 75)
    }

    @Test(arguments: [
        "nonsense", "{}", "{\"role\":\"a\",\"requests\":-1,\"tokens\":0,\"money\":0}",
        "{\"settle\":9,\"requests\":1,\"tokens\":0,\"money\":0}", "{\"requests\":1,\"tokens\":0,\"money\":0}",
        "{\"role\":\"a\",\"requests\":1,\"tokens\":1.5,\"money\":0}",
        "{\"reserve\":1,\"role\":\"a\",\"requests\":1,\"tokens\":5,\"money\":0}\n"
            + "{\"reserve\":1,\"role\":\"a\",\"requests\":1,\"tokens\":5,\"money\":0}",
    ])
    func aDamagedLineIsNamed(line: String) throws {
        let whole = "{\"role\":\"a\",\"requests\":2,\"tokens\":70,\"money\":700}\n"
        try (whole + line + "\n" + whole).write(toFile: path, atomically: true, encoding: .utf8)
        do throws(Failure) {
            _ = try Ledger(path: path)
            Issue.record("it was read")
        } catch {
            #expect(
                FailureRenderer.render(error)
                    == "\(path):\(line.contains("\n") ? 3 : 2): error: the ledger of what this run has spent is damaged; restore it, or delete the run "
                    + "folder and start anew")
        }
    }

    @Test func theFileStaysShort() throws {
        let ledger = try Ledger(path: path, compactAfterBytes: 10_000)
        let open = ledger.reserve(charge(3), for: "teacher")
        for _ in 0..<2000 {
            ledger.settle(ledger.reserve(charge(100), for: "teacher"), as: charge(2))
            try ledger.flush()
        }
        let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
        #expect(size < 12_000)
        ledger.settle(open, as: charge(1))
        try ledger.flush()
        #expect(try Ledger(path: path).committed("teacher") == Charge(requests: 2001, tokens: 4001, money: 40010))
    }

    @Test func sumsThatDoNotFitStayLarge() throws {
        let ledger = try Ledger(path: nil)
        let huge = Charge(requests: 1, tokens: .max, money: .max)
        let reservations = (0..<9).map { _ in ledger.reserve(huge, for: "a") }
        for reservation in reservations {
            #expect(!ledger.committed("a").fits(in: Budget(tokens: .max - 1)))
            ledger.settle(reservation, as: charge(5))
        }
        #expect(ledger.committed("a") == Charge(requests: 9, tokens: 45, money: 450))
    }
}
