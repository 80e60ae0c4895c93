import Billing
import Testing

@Suite struct TopUpTests {
    typealias Status = TopUp.Status

    @Test(arguments: Status.allCases)
    func `paid is final, and everything else yields to paid`(status: Status) {
        #expect(status.after(.paid) == .paid)
        #expect(Status.paid.after(status) == .paid)
    }

    @Test(arguments: [Status.failed, .expired])
    func `failed and expired yield to nothing but paid`(ended: Status) {
        for late in Status.allCases where late != .paid { #expect(ended.after(late) == ended) }
    }

    @Test func `a top-up never goes back to an earlier step`() {
        let steps: [Status] = [.creating, .open, .pending]
        for (place, status) in steps.enumerated() {
            for earlier in steps[...place] { #expect(status.after(earlier) == status) }
            for later in steps[place...] { #expect(status.after(later) == later) }
        }
    }

    @Test func `in whatever order its events come, a top-up that was paid is paid`() {
        for seed in 0..<2_000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let words: [Status] = [.open, .pending, .paid, .expired, .failed, .paid].shuffled(using: &random)
            #expect(words.reduce(Status.creating) { $0.after($1) } == .paid, "seed \(seed)")
        }
    }

    @Test func `in whatever order, completed and then refused ends failed`() {
        #expect([Status.open, .pending, .failed].reduce(Status.creating) { $0.after($1) } == .failed)
        #expect([Status.open, .failed, .pending].reduce(Status.creating) { $0.after($1) } == .failed)
    }
}
