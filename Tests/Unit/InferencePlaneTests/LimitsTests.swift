import Foundation
import Testing

@testable import InferencePlane

struct ConcurrencyWindowTests {
    /// A provider with so many places: what it gets beyond them it turns away at once. Time goes on by 1 a request.
    private func run(_ window: inout ConcurrencyWindow, places: Int, rounds: Int) -> [Int] {
        var sizes: [Int] = []
        var now: Int64 = 0
        for _ in 0..<rounds {
            let sent = window.places
            let sentAt = now
            now += 1000
            for request in 0..<sent {
                if request < places {
                    window.succeeded(at: now + Int64(request), wasFull: true)
                } else {
                    window.overloaded(at: now + Int64(request), sentAt: sentAt)
                }
            }
            now += Int64(sent)
            sizes.append(window.places)
        }
        return sizes
    }

    @Test func doublesUntilItIsTurnedAway() {
        var window = ConcurrencyWindow(start: 4, ceiling: 1000)
        let sizes = run(&window, places: 100, rounds: 5)
        #expect(sizes[0...3] == [8, 16, 32, 64])
        #expect(sizes[4] == 128)
    }

    @Test func staysNearWhatTheProviderTakes() {
        var window = ConcurrencyWindow(start: 4, ceiling: 1000)
        let sizes = run(&window, places: 100, rounds: 200)
        // The saw tooth of additive increase: from 0.7 of the limit to a little above it.
        #expect(sizes[10...].allSatisfy { (68...130).contains($0) }, "\(sizes)")
        #expect(sizes[20...].reduce(0, +) / sizes[20...].count > 75, "\(sizes)")
    }

    @Test func neverExceedsTheCeilingNorFallsBelowOne() {
        var window = ConcurrencyWindow(start: 9, ceiling: 5)
        #expect(window.places == 5)
        #expect(run(&window, places: 100, rounds: 20).allSatisfy { $0 == 5 })
        for now in 1...50 { window.overloaded(at: Int64(now) * 10_000_000, sentAt: Int64(now) * 10_000_000 - 1) }
        #expect(window.places == 1)
    }

    @Test func aRoundOfFailuresShrinksItOnce() {
        var window = ConcurrencyWindow(start: 100, ceiling: 100)
        for request in 0..<100 { window.overloaded(at: 2000 + Int64(request), sentAt: 1000) }
        #expect(window.places == 70)
        for request in 0..<70 { window.overloaded(at: 5000 + Int64(request), sentAt: 3000) }
        #expect(window.places == 49)
    }

    /// One request in twenty is turned away, whatever the window: shrinking would not help.
    @Test func aFewRefusalsAmongAnswersAreNoOverload() {
        let seed = UInt64.random(in: 0 ... .max)
        var state = seed
        var window = ConcurrencyWindow(start: 64, ceiling: 64)
        var sizes = 0
        for round in 0..<200 {
            for request in 0..<window.places {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let now = Int64(round * 1000 + 500 + request)
                if state >> 33 < (1 << 31) / 20 {
                    window.overloaded(at: now, sentAt: Int64(round * 1000))
                } else {
                    window.succeeded(at: now, wasFull: true)
                }
            }
            sizes += window.places
        }
        #expect(sizes > 200 * 45, "\(sizes / 200) on average, seed \(seed)")
    }

    @Test func aWindowThatNobodyFillsDoesNotGrow() {
        var window = ConcurrencyWindow(start: 4, ceiling: 100)
        for now in 0..<1000 { window.succeeded(at: Int64(now), wasFull: false) }
        #expect(window.places == 4)
    }

    /// Twice as many requests that are answered no faster: the provider queues them, and more would only wait longer.
    @Test func stopsOpeningWhereMoreRequestsAreNotAnsweredFaster() {
        var window = ConcurrencyWindow(start: 2, ceiling: 1000)
        var now: Int64 = 0
        for _ in 0..<4000 {
            now += 1000
            window.succeeded(at: now, wasFull: true)
        }
        // 4000 answers later; doubling would have hit the ceiling.
        #expect(window.places < 100, "\(window.places)")
    }
}

struct TokenBucketTests {
    @Test func letsThroughNoMoreThanItsRate() {
        var bucket = TokenBucket(perMinute: 600, now: 0)
        var now: Int64 = 0
        var sent = 0
        while now < 60_000_000 {
            let time = bucket.earliest(for: 1, now: now)
            if time > now {
                now = time
                continue
            }
            bucket.take(1)
            sent += 1
        }
        // Ten a second, and what the bucket held at the start: two seconds of it.
        #expect((600...621).contains(sent), "\(sent)")
    }

    @Test func anAmountLargerThanTheBucketPassesWhenItIsFullAndIsOwed() {
        var bucket = TokenBucket(perMinute: 6000, now: 0)
        #expect(bucket.earliest(for: 100_000, now: 0) == 0)
        bucket.take(100_000)
        // 100 a second: full again when the debt is paid and the bucket filled.
        #expect(bucket.earliest(for: 200, now: 0) == 1_000_000_000)
        #expect(bucket.earliest(for: 1, now: 999_000_000) > 999_000_000 - 2_000_000)
    }

    @Test func whatIsGivenBackCanBeUsedAgain() {
        var bucket = TokenBucket(perMinute: 6000, now: 0)
        bucket.take(200)
        #expect(bucket.earliest(for: 100, now: 0) == 1_000_000)
        bucket.giveBack(150)
        #expect(bucket.earliest(for: 100, now: 0) == 0)
        bucket.giveBack(1e9)
        #expect(bucket.earliest(for: 201, now: 0) == 0)
        bucket.take(200)
        #expect(bucket.earliest(for: 1, now: 0) == 10_000)
    }

    @Test func anotherRateHoldsFromNowOn() {
        var bucket = TokenBucket(perMinute: 6000, now: 0)
        bucket.change(perMinute: 60, now: 0)
        bucket.take(2)
        #expect(bucket.earliest(for: 1, now: 0) == 1_000_000)
    }
}

struct RateHeadersTests {
    private func read(_ lines: String...) -> RateHeaders {
        var headers = RateHeaders()
        for line in lines { headers.read(line) }
        return headers
    }

    @Test func areReadAsOpenAISendsThem() {
        let headers = read(
            "x-ratelimit-limit-requests: 500\r\n", "X-RateLimit-Limit-Tokens: 30000\r\n",
            "x-ratelimit-remaining-requests: 0\r\n", "x-ratelimit-remaining-tokens: 29000\r\n",
            "x-ratelimit-reset-requests: 120ms\r\n", "x-ratelimit-reset-tokens: 6m0s\r\n", "x-request-id: 7\r\n")
        #expect(
            headers
                == RateHeaders(
                    requestLimit: 500, tokenLimit: 30000, requestsRemaining: 0, tokensRemaining: 29000,
                    requestReset: 120_000, tokenReset: 360_000_000))
    }

    @Test(arguments: [
        ("1s", 1_000_000), ("1.5s", 1_500_000), ("1h2m3s", 3_723_000_000), ("250ms", 250_000), ("2", 2_000_000),
        ("0", 0), ("1d", 86_400_000_000),
    ])
    func spans(text: String, microseconds: Int64) { #expect(RateHeaders.span(text) == microseconds) }

    @Test(arguments: ["", "s", "1x", "1s2", "-1", "1e99", "nan", "inf", "soon", "99999999999999999999h"])
    func noSpans(text: String) { #expect(RateHeaders.span(text) == nil) }

    @Test(arguments: [
        ("Retry-After: 7", 7), ("retry-after:120\r\n", 120), ("Retry-After: 0", nil), ("Retry-After: -3", nil),
        ("Retry-After: 1.7", 2), ("Retry-After: 0.5", 1), ("Retry-After: 1.2.3", nil), ("Retry-After: .", nil),
        ("Retry-After: soon", nil), ("Retry-After:", nil), ("Retry-After: 99999999999999999999", .max),
        ("Retry-After: Sun, 06 Nov 1994 08:49:37 GMT", nil),
    ])
    func waits(line: String, seconds: Int64?) { #expect(read(line).retryAfterSeconds == seconds) }

    /// RFC 9110, section 5.6.7.
    @Test(arguments: [
        "Fri, 31 Dec 2060 23:59:59 GMT", "Friday, 31-Dec-60 23:59:59 GMT", "Fri Dec 31 23:59:59 2060",
    ])
    func waitsUntilADate(date: String) throws {
        let seconds = try #require(read("Retry-After: \(date)\r\n").retryAfterSeconds)
        let expected = 2_871_763_199 - Int64(Date().timeIntervalSince1970)
        #expect(abs(seconds - expected) <= 60)
    }

    @Test func nonsenseIsPassedOver() {
        #expect(read("x-ratelimit-limit-requests: many", "x-ratelimit-limit-tokens: -5", "x-ratelimit").isEmpty)
        #expect(read("x-ratelimit-limit-requests: 0", "x-ratelimit-limit-tokens: 0").isEmpty)
    }

    @Test func holdUntilTheResetWhenNothingIsLeft() {
        let limits = RateLimits(requestsPerMinute: nil, tokensPerMinute: nil, now: 0)
        limits.learn(read("x-ratelimit-remaining-requests: 0", "x-ratelimit-reset-requests: 2s"), now: 100)
        #expect(limits.earliest(tokens: 10, now: 100) == 2_000_100)
        #expect(limits.earliest(tokens: 10, now: 3_000_000) == 3_000_000)
    }

    @Test func limitsAreLearntUnlessTheyAreConfigured() {
        let learnt = RateLimits(requestsPerMinute: nil, tokensPerMinute: nil, now: 0)
        learnt.learn(read("x-ratelimit-limit-requests: 30"), now: 0)
        learnt.take(tokens: 1)
        #expect(learnt.earliest(tokens: 1, now: 0) == 2_000_000)
        let configured = RateLimits(requestsPerMinute: 6000, tokensPerMinute: nil, now: 0)
        configured.learn(read("x-ratelimit-limit-requests: 30"), now: 0)
        configured.take(tokens: 1)
        #expect(configured.earliest(tokens: 1, now: 0) == 0)
    }
}

struct CircuitBreakerTests {
    private let span: (Int) -> Int64 = { Int64($0) * 100 }

    @Test func opensAfterFailuresInARowAndLetsOneThroughAfterItsTime() {
        var breaker = CircuitBreaker()
        for _ in 1..<CircuitBreaker.threshold { breaker.failed(at: 0, span: span) }
        #expect(breaker.earliest(now: 5, inFlight: 3) == 5)
        breaker.failed(at: 10, span: span)
        #expect(breaker.earliest(now: 20, inFlight: 0) == 110)
        #expect(breaker.earliest(now: 120, inFlight: 0) == 120)
        breaker.sent(at: 120)
        #expect(breaker.earliest(now: 130, inFlight: 1) == nil)
        // It failed: open for longer.
        breaker.failed(at: 140, span: span)
        #expect(breaker.earliest(now: 150, inFlight: 0) == 340)
        breaker.sent(at: 340)
        breaker.succeeded()
        #expect(breaker.earliest(now: 341, inFlight: 9) == 341)
    }

    @Test func anAnswerBetweenFailuresKeepsItClosed() {
        var breaker = CircuitBreaker()
        for _ in 0..<100 {
            for _ in 1..<CircuitBreaker.threshold { breaker.failed(at: 0, span: span) }
            breaker.succeeded()
        }
        #expect(breaker.earliest(now: 7, inFlight: 50) == 7)
    }

    /// Rows that have failed while others were answered, and fail again: as many as there may be, they are no outage.
    @Test func rowsUnderSuspicionDoNotOpenItButKeepItOpen() {
        var breaker = CircuitBreaker()
        for _ in 0..<100 { breaker.failed(at: 0, isSuspect: true, span: span) }
        #expect(breaker.isClosed)
        for _ in 0..<CircuitBreaker.threshold { breaker.failed(at: 0, span: span) }
        breaker.sent(at: 100)
        breaker.failed(at: 110, isSuspect: true, span: span)
        #expect(breaker.earliest(now: 120, inFlight: 0) == 310)
    }

    /// Requests that were under way when it opened fail too; that is no news.
    @Test func lateFailuresDoNotKeepItOpen() {
        var breaker = CircuitBreaker()
        for _ in 0..<50 { breaker.failed(at: 10, span: span) }
        #expect(breaker.earliest(now: 20, inFlight: 40) == 110)
    }
}
