import Billing
import Testing

/// Late words about refunds and disputes: Stripe's events come in any order.
@Suite struct MoneyBackStatusTests {
    @Test func `a refund that is void stays so, and one that has succeeded can only come back`() {
        for next in Refund.Status.allCases {
            #expect(Refund.Status.failed.after(next) == .failed)
            #expect(Refund.Status.canceled.after(next) == .canceled)
            #expect(Refund.Status.pending.after(next) == next)
            #expect(Refund.Status.requiresAction.after(next) == next)
            #expect(Refund.Status.succeeded.after(next) == (next.isVoid ? next : .succeeded))
        }
    }

    @Test func `a dispute that is won stays won, and every other can be won, lost or prevented yet`() {
        for status in Dispute.Status.allCases {
            #expect(Dispute.Status.won.after(status) == .won)
            guard status != .won else { continue }
            for verdict in [Dispute.Status.won, .lost, .prevented] { #expect(status.after(verdict) == verdict) }
        }
    }

    @Test func `a dispute never goes back to an earlier stage`() {
        let stages: [Dispute.Status] = [
            .warningNeedsResponse, .warningUnderReview, .warningClosed, .needsResponse, .underReview, .lost,
            .appealNeedsResponse, .appealUnderReview,
        ]
        for (place, later) in stages.enumerated() {
            for earlier in stages.prefix(place) {
                #expect(earlier.after(later) == later)
                #expect(later.after(earlier) == (earlier == .lost ? .lost : later))
            }
        }
    }
}
