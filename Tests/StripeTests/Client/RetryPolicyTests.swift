import Testing

@testable import Stripe

@Suite struct RetryPolicyTests {
    private static func error(
        _ kind: StripeError.Kind, shouldRetry: Bool? = nil, retryAfterSeconds: Int64? = nil, isReplayed: Bool = false
    ) -> StripeError {
        StripeError(
            kind, .serverError, shouldRetry: shouldRetry, retryAfterSeconds: retryAfterSeconds,
            isReplayed: isReplayed)
    }

    @Test(arguments: 0..<500)
    func `every delay lies between the first and the longest, whatever the numbers`(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let policy = RetryPolicy(
            maximumAttempts: .random(in: 1...20, using: &generator),
            initialDelayMilliseconds: .random(in: -5...2_000, using: &generator),
            maximumDelayMilliseconds: Bool.random(using: &generator)
                ? .max : .random(in: -5...60_000, using: &generator))
        let delay = policy.delayMilliseconds(
            attempts: .random(in: -1...200, using: &generator), random: generator.next())
        #expect(delay >= policy.initialDelayMilliseconds)
        #expect(delay <= policy.maximumDelayMilliseconds)
    }

    @Test func `delays double up to the longest, and chance takes at most a half`() {
        let policy = RetryPolicy()
        let longest = (1...6).map { policy.delayMilliseconds(attempts: $0, random: 0) }
        #expect(longest == [500, 1_000, 2_000, 4_000, 5_000, 5_000])
        for attempts in 1...6 {
            let full = longest[attempts - 1]
            #expect(policy.delayMilliseconds(attempts: attempts, random: UInt64(full / 2)) == max(500, full / 2))
        }
    }

    @Test func `a refusal is final, everything else is tried again`() {
        let policy = RetryPolicy()
        #expect(policy.decision(after: Self.error(.rejected), attempts: 1, random: 0) == .giveUp)
        for kind in [StripeError.Kind.unavailable, .indeterminate] {
            #expect(
                policy.decision(after: Self.error(kind), attempts: 1, random: 0) == .retry(afterMilliseconds: 500))
        }
    }

    @Test func `what Stripe says about retrying overrules the status`() {
        let policy = RetryPolicy()
        for kind in StripeError.Kind.allCases {
            #expect(policy.decision(after: Self.error(kind, shouldRetry: false), attempts: 1, random: 0) == .giveUp)
            #expect(
                policy.decision(after: Self.error(kind, shouldRetry: true), attempts: 1, random: 0)
                    == .retry(afterMilliseconds: 500))
        }
    }

    @Test func `attempts come to an end`() {
        let policy = RetryPolicy(maximumAttempts: 2)
        let error = Self.error(.unavailable, shouldRetry: true)
        #expect(policy.decision(after: error, attempts: 1, random: 0) != .giveUp)
        #expect(policy.decision(after: error, attempts: 2, random: 0) == .giveUp)
    }

    @Test func `an answer that Stripe has kept will not change`() {
        let error = Self.error(.indeterminate, isReplayed: true)
        #expect(RetryPolicy().decision(after: error, attempts: 1, random: 0) == .giveUp)
    }

    @Test func `Retry-After is waited for, or given up when it asks too much`() {
        let policy = RetryPolicy()
        func decision(_ seconds: Int64) -> RetryPolicy.Decision {
            policy.decision(after: Self.error(.unavailable, retryAfterSeconds: seconds), attempts: 1, random: 0)
        }
        #expect(decision(0) == .retry(afterMilliseconds: 500))
        #expect(decision(7) == .retry(afterMilliseconds: 7_000))
        #expect(decision(60) == .retry(afterMilliseconds: 60_000))
        #expect(decision(61) == .giveUp)
        #expect(decision(.max) == .giveUp)
    }
}
