import CPlatform
import Glibc

/// The rates a provider allows: requests and tokens a minute, from its configuration or out of its headers.
///
/// Shared by all roles that ask the provider, since it counts them together. Times in microseconds.
final class RateLimits {
    private var requests: TokenBucket?
    private var tokens: TokenBucket?
    private let isConfigured: (requests: Bool, tokens: Bool)
    /// A header said that nothing is left before this.
    private var heldUntil: Int64 = 0

    init(requestsPerMinute: Int64?, tokensPerMinute: Int64?, now: Int64) {
        requests = requestsPerMinute.map { TokenBucket(perMinute: $0, now: now) }
        tokens = tokensPerMinute.map { TokenBucket(perMinute: $0, now: now) }
        isConfigured = (requestsPerMinute != nil, tokensPerMinute != nil)
    }

    /// When a request of so many tokens may be sent: now, or later.
    func earliest(tokens count: Double, now: Int64) -> Int64 {
        let byRequests = requests?.earliest(for: 1, now: now) ?? now
        let byTokens = tokens?.earliest(for: count, now: now) ?? now
        return max(byRequests, byTokens, heldUntil)
    }

    func take(tokens count: Double) {
        requests?.take(1)
        tokens?.take(count)
    }

    /// Replaces the tokens that were taken for a request by those it used.
    func settle(taken: Double, used: Double) {
        guard used < taken else {
            tokens?.take(used - taken)
            return
        }
        tokens?.giveBack(taken - used)
    }

    /// Learns what the headers of a response say. What is configured is not changed by them.
    func learn(_ headers: RateHeaders, now: Int64) {
        if !isConfigured.requests, let limit = headers.requestLimit { Self.set(&requests, limit, now) }
        if !isConfigured.tokens, let limit = headers.tokenLimit { Self.set(&tokens, limit, now) }
        for (remaining, reset) in [
            (headers.requestsRemaining, headers.requestReset), (headers.tokensRemaining, headers.tokenReset),
        ] {
            if remaining == 0, let reset { heldUntil = max(heldUntil, now + min(reset, 3_600_000_000)) }
        }
    }

    private static func set(_ bucket: inout TokenBucket?, _ limit: Int64, _ now: Int64) {
        if bucket == nil { bucket = TokenBucket(perMinute: limit, now: now) }
        bucket?.change(perMinute: limit, now: now)
    }
}

/// What a response's headers say of the provider's rates.
///
/// Read are `x-ratelimit-limit-requests`, `-remaining-requests`, `-reset-requests` and the same with `tokens`, as OpenAI,
/// Groq, Together and others send them; limits are a minute's. A reset is a time span: `6m0s`, `1.2s`, `350ms`, or seconds.
/// And `Retry-After`, as seconds or as a date (RFC 9110, section 10.2.3).
struct RateHeaders: Equatable {
    var requestLimit: Int64?
    var tokenLimit: Int64?
    var requestsRemaining: Int64?
    var tokensRemaining: Int64?
    /// In microseconds from now.
    var requestReset: Int64?
    var tokenReset: Int64?
    /// Nil also when it asks for no wait.
    var retryAfterSeconds: Int64?

    var isEmpty: Bool { self == RateHeaders() }

    /// Takes a header line in.
    mutating func read(_ line: some StringProtocol) {
        guard let colon = line.firstIndex(of: ":") else { return }
        let name = line[..<colon].lowercased()
        let text = line[line.index(after: colon)...].drop(while: \.isWhitespace)
        if name == "retry-after" { retryAfterSeconds = Self.wait(String(text)) }
        guard name.hasPrefix("x-ratelimit-") else { return }
        let value = String(text.filter { !$0.isWhitespace })
        switch name.dropFirst(12) {
        case "limit-requests": requestLimit = Self.limit(value) ?? requestLimit
        case "limit-tokens": tokenLimit = Self.limit(value) ?? tokenLimit
        case "remaining-requests": requestsRemaining = Self.count(value) ?? requestsRemaining
        case "remaining-tokens": tokensRemaining = Self.count(value) ?? tokensRemaining
        case "reset-requests": requestReset = Self.span(value) ?? requestReset
        case "reset-tokens": tokenReset = Self.span(value) ?? tokenReset
        default: break
        }
    }

    /// A limit of 0 would let nothing through for ever; who sends it means that there is none.
    private static func limit(_ text: String) -> Int64? { count(text).flatMap { $0 > 0 ? $0 : nil } }

    private static func count(_ text: String) -> Int64? { Int64(text).flatMap { $0 >= 0 ? $0 : nil } }

    /// Seconds from now, of a number of them or of a date. Some send fractions, which are rounded up: nobody is asked early.
    private static func wait(_ text: String) -> Int64? {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let seconds =
            number.isEmpty
            ? fdplatform_http_date(text) - Int64(time(nil))
            : Double(number).map { Int64(exactly: $0.rounded(.up)) ?? .max } ?? 0
        return seconds > 0 ? seconds : nil
    }

    /// Microseconds of a time span such as `1h2m3.5s`; nil for anything else.
    static func span(_ text: String) -> Int64? {
        if let seconds = Double(text), seconds >= 0, seconds < 1e9 { return Int64(seconds * 1e6) }
        let units: [String: Double] = ["ms": 1e3, "s": 1e6, "m": 6e7, "h": 3.6e9, "d": 8.64e10]
        var rest = text[...]
        var sum = 0.0
        while !rest.isEmpty {
            let number = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
            rest = rest[number.endIndex...]
            let unit = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest[unit.endIndex...]
            guard let value = Double(number), let factor = units[String(unit)] else { return nil }
            sum += value * factor
        }
        return text.isEmpty || sum >= 1e15 ? nil : Int64(sum)
    }
}
