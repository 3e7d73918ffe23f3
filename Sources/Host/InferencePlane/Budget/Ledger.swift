import CPlatform
import DataPlane
import Glibc

/// What each role of a run has spent, and what its requests under way may spend at most: the file `ledger` of a run.
///
/// ```
/// {"role":"teacher","requests":120,"tokens":40321,"money":0}                    spent before the file was written anew
/// {"reserve":7,"role":"teacher","requests":1,"tokens":900,"money":0}            before request 7 is sent
/// {"settle":7,"requests":1,"tokens":312,"money":0}                              what it has used
/// ```
///
/// A request is reserved for at its worst, in a line that has been written (`write(2)`, so that SIGKILL cannot lose it)
/// before the request is sent. What is never settled, for the process was killed or the provider did not say, stays charged
/// in full. So spent and reserved together are never below what was really used, and a cap on their sum holds.
///
/// Without a path it keeps no file.
final class Ledger {
    /// A charge that stands until it is settled.
    struct Reservation: Equatable {
        fileprivate(set) var number: Int
        var role: String
        var charge: Charge
    }

    private struct Account {
        var settled = Charge.none
        var reservations = 0
        var reserved = ExactSum()
    }

    /// A sum of charges from which each can be taken away again: in 128 bits nothing is cut off.
    private struct ExactSum {
        private var requests: Int128 = 0
        private var tokens: Int128 = 0
        private var money: Int128 = 0

        mutating func add(_ charge: Charge, times sign: Int128) {
            requests += sign * Int128(charge.requests)
            tokens += sign * Int128(charge.tokens)
            money += sign * Int128(charge.money)
        }

        var charge: Charge {
            Charge(requests: Int64(clamping: requests), tokens: Int64(clamping: tokens), money: Int64(clamping: money))
        }
    }

    private let path: String?
    private var descriptor: Int32 = -1
    private var unwritten: [UInt8] = []
    private var byteCount = 0
    /// Whether the file may end with half a line, because a write to it has failed.
    private var isTorn = false
    private var accounts: [String: Account] = [:]
    private var open: [Int: Reservation] = [:]
    private var nextNumber = 1
    /// The file is written anew when it has grown by so many bytes.
    private let compactAfterBytes: Int

    /// Opens the file, makes it when it is not there, and charges in full what an earlier process left open.
    ///
    /// - Throws: ``Failure``: unreadable, not writable, or damaged anywhere but in a last line that was cut off.
    init(path: String?, compactAfterBytes: Int = 4 << 20) throws(Failure) {
        self.path = path
        self.compactAfterBytes = compactAfterBytes
        guard let path else { return }
        if PathKind(path) != nil { try read(path) }
        for reservation in open.values { account(reservation, as: reservation.charge) }
        open = [:]
        try writeAnew()
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Spent and reserved.
    func committed(_ role: String) -> Charge { accounts[role].map { $0.settled + $0.reserved.charge } ?? .none }

    func hasReservations(_ role: String) -> Bool { accounts[role].map { $0.reservations > 0 } ?? false }

    /// Charges the worst case of a request; to be written by ``flush()`` before it is sent.
    func reserve(_ charge: Charge, for role: String) -> Reservation {
        let reservation = Reservation(number: nextNumber, role: role, charge: charge)
        nextNumber += 1
        add(reservation)
        Self.append(reservation, to: &unwritten)
        return reservation
    }

    /// Replaces a reservation by what was used.
    func settle(_ reservation: Reservation, as charge: Charge) {
        guard open.removeValue(forKey: reservation.number) != nil else { return }
        account(reservation, as: charge)
        unwritten.openObject()
        unwritten.append(member: "settle", Int64(reservation.number))
        Self.end(charge, &unwritten)
    }

    private func add(_ reservation: Reservation) {
        open[reservation.number] = reservation
        accounts[reservation.role, default: Account()].reservations += 1
        accounts[reservation.role]?.reserved.add(reservation.charge, times: 1)
    }

    private func account(_ reservation: Reservation, as used: Charge) {
        accounts[reservation.role]?.reservations -= 1
        accounts[reservation.role]?.reserved.add(reservation.charge, times: -1)
        accounts[reservation.role]?.settled += used
    }

    /// Writes down what has changed.
    func flush() throws(Failure) {
        guard let path, !unwritten.isEmpty else {
            unwritten.removeAll(keepingCapacity: true)
            return
        }
        if isTorn || byteCount > compactAfterBytes { return try writeAnew() }
        isTorn = true
        try writeAll(unwritten[...], to: descriptor, path: path)
        isTorn = false
        byteCount += unwritten.count
        unwritten.removeAll(keepingCapacity: true)
    }

    // MARK: The file

    private static func append(_ reservation: Reservation, to lines: inout [UInt8]) {
        lines.openObject()
        lines.append(member: "reserve", Int64(reservation.number))
        lines.append(member: "role", reservation.role)
        end(reservation.charge, &lines)
    }

    /// Ends a line with what it charges.
    private static func end(_ charge: Charge, _ lines: inout [UInt8]) {
        lines.append(member: "requests", charge.requests)
        lines.append(member: "tokens", charge.tokens)
        lines.append(member: "money", charge.money)
        lines.closeObject()
        lines.append(UInt8(ascii: "\n"))
    }

    private func writeAnew() throws(Failure) {
        guard let path else { return }
        var lines: [UInt8] = []
        for (role, account) in accounts.sorted(by: { $0.key < $1.key }) {
            lines.openObject()
            lines.append(member: "role", role)
            Self.end(account.settled, &lines)
        }
        for reservation in open.values.sorted(by: { $0.number < $1.number }) { Self.append(reservation, to: &lines) }
        let text = String(decoding: lines, as: UTF8.self)
        try replaceFile(path, with: text)
        if descriptor >= 0 { close(descriptor) }
        descriptor = fdplatform_open(path, O_WRONLY | O_APPEND | O_CLOEXEC, 0)
        guard descriptor >= 0 else { throw .system("open", path, errno: errno) }
        unwritten.removeAll()
        byteCount = 0
        isTorn = false
    }

    private func read(_ path: String) throws(Failure) {
        let bytes = try readFile(path)
        let parser = JSONParser()
        var number = 1
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast() {
            guard let json = try? parser.parse(String(decoding: line, as: UTF8.self)), take(json) else {
                throw Failure(
                    "ledger",
                    "the ledger of what this run has spent is damaged; restore it, or delete the run folder and start anew",
                    at: Location(file: path, line: number))
            }
            number += 1
        }
    }

    private func take(_ json: JSONValue) -> Bool {
        guard let requests = json["requests"]?.int, let tokens = json["tokens"]?.int, let money = json["money"]?.int,
            min(requests, tokens, money) >= 0
        else { return false }
        let charge = Charge(requests: requests, tokens: tokens, money: money)
        if let number = json["settle"]?.int {
            guard let reservation = open.removeValue(forKey: Int(number)) else { return false }
            account(reservation, as: charge)
            return true
        }
        guard let role = json["role"]?.string else { return false }
        if let number = json["reserve"]?.int {
            let reservation = Reservation(number: Int(number), role: role, charge: charge)
            guard open[reservation.number] == nil else { return false }
            add(reservation)
        } else {
            accounts[role, default: Account()].settled += charge
        }
        return true
    }
}
