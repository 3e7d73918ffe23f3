import Testing

@testable import InferencePlane

struct SchedulingTests {
    private let policy = RetryPolicy(
        attempts: 5, baseMilliseconds: 500, capMilliseconds: 30_000, giveUpAfterMilliseconds: 1)

    @Test func waitsDoubleUpToTheCap() {
        let longest = (1...9).map { policy.longestDelay(failures: $0) }
        #expect(longest == [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
        #expect(policy.longestDelay(failures: 10_000) == 30_000)
        let long = RetryPolicy(
            attempts: 1, baseMilliseconds: .max / 2, capMilliseconds: .max, giveUpAfterMilliseconds: 1)
        #expect(long.longestDelay(failures: 9) == .max)
    }

    @Test func waitsAreSpreadOverTheWholeSpan() {
        var random = SystemRandomNumberGenerator()
        let delays = (0..<4000).map { _ in policy.delay(failures: 1, retryAfterMilliseconds: nil, using: &random) }
        #expect(delays.allSatisfy { (0...500).contains($0) })
        // Each half of the span misses all 4000 draws once in 2^4000 runs.
        #expect(delays.contains { $0 < 250 } && delays.contains { $0 > 250 })
    }

    @Test func neverLessThanTheProviderAsksFor() {
        var random = SystemRandomNumberGenerator()
        let delays = (0..<100).map { _ in policy.delay(failures: 1, retryAfterMilliseconds: 90_000, using: &random) }
        #expect(delays.allSatisfy { (90_000...90_500).contains($0) })
    }

    @Test func timersComeInTheOrderOfTheirTimes() {
        let seed = UInt64.random(in: 0 ... .max)
        var state = seed
        var queue = TimerQueue<Int>()
        var expected: [(time: Int64, number: Int)] = []
        for number in 0..<500 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let time = Int64(state >> 58)
            queue.add(number, at: time)
            expected.append((time, number))
        }
        let removed = queue.remove { $0 % 7 == 0 }
        #expect(Set(removed) == Set((0..<500).filter { $0 % 7 == 0 }), "seed \(seed)")
        expected = expected.filter { $0.number % 7 != 0 }.sorted { $0 < $1 }
        #expect(queue.earliest == expected.first?.time)
        var popped: [Int] = []
        for now in Int64(0)..<64 {
            while let number = queue.pop(until: now) {
                popped.append(number)
                #expect(expected[popped.count - 1].time <= now, "seed \(seed)")
            }
        }
        #expect(popped == expected.map(\.number), "seed \(seed)")
        #expect(queue.isEmpty && queue.pop(until: .max) == nil)
    }

    @Test func aQueueKeepsItsOrderOverManyTurns() {
        var queue = Fifo<Int>()
        var next = 0
        var expected = 0
        for turn in 0..<300 {
            for _ in 0..<(turn % 7) {
                queue.append(next)
                next += 1
            }
            for _ in 0..<(turn % 5) {
                guard let element = queue.popFirst() else { break }
                #expect(element == expected)
                expected += 1
            }
        }
        #expect(queue.count == next - expected)
        #expect(queue.removeAll() == Array(expected..<next))
        #expect(queue.isEmpty && queue.popFirst() == nil)
    }

    @Test func tokensAreSharedByLength() {
        #expect(ChatResponse.shares(of: 10, sizes: [3, 1]) == [8, 2])
        #expect(ChatResponse.shares(of: 11, sizes: [0, 0, 0]) == [4, 4, 3])
        #expect(ChatResponse.shares(of: .max, sizes: [.max / 2, 1]).reduce(0, +) == .max)
    }
}
