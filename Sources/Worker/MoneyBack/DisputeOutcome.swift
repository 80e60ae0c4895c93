import Billing
import Ledger
import Logging
import Storage
import Stripe

import struct Billing.Dispute

/// Brings a dispute to what Stripe says of it. Money is booked by the movements that Stripe lists with it, each once
/// and in their order, whichever messenger brings them; the status says only what may yet come.
struct DisputeOutcome {
    let context: WorkerContext
    let tx: Transaction

    /// - Parameter owner: the payment that it is about, which the books have posted.
    /// - Returns: the dispute as it stands afterwards.
    @discardableResult
    func apply(_ told: Stripe.Dispute, to owner: PaymentOwner) throws -> Dispute {
        _ = try tx.heldTotals.lock(owner.customer, at: context.now)
        guard told.currency == owner.currency.code, told.amount >= 0 else {
            throw WorkerError.conflict("currency_differs", "dispute \(told.id) is in another currency than \(owner.id)")
        }
        let known = try tx.disputes.find(stripeDispute: told.id) ?? begin(told, owner)
        var dispute = known
        dispute.amount = told.amount
        dispute.status = Dispute.Status(told).map(known.status.after) ?? known.status
        dispute.evidenceDueBy = told.dueBy ?? known.evidenceDueBy
        let movements = try news(in: told, dispute)
        let withdrawn = movements.reduce(Int128(known.withdrawn)) { $0 + Int128($1.amount) }
        dispute.withdrawn = Int64(clamping: withdrawn)
        if dispute != known { dispute.updatedAt = context.now }
        try tx.disputes.update(dispute)
        try post(movements, told, dispute, owner)
        return dispute
    }

    /// A dispute that nobody has heard of yet; somebody should.
    private func begin(_ told: Stripe.Dispute, _ owner: PaymentOwner) throws -> Dispute {
        let now = context.now
        let dispute = Dispute(
            id: .make(context.seams), account: owner.account, customer: owner.customer, payment: owner.payment,
            stripeDispute: told.id, amount: told.amount, currency: owner.currency, reason: told.reason,
            status: Dispute.Status(told) ?? .underReview, evidenceDueBy: told.dueBy,
            createdAt: told.created.map { Instant(secondsSince1970: $0) } ?? now, updatedAt: now)
        _ = try tx.disputes.insert(dispute)
        let alert = Alert(
            id: .make(context.seams), account: owner.account, customer: owner.customer, apiKey: nil, kind: .dispute,
            measure: told.id, percent: 0, periodStart: dispute.createdAt,
            used: try context.currencies.money(minor: told.amount, owner.currency).micros,
            cap: try context.currencies.money(minor: owner.amount, owner.currency).micros, createdAt: now)
        if try tx.alerts.insert(alert) {
            context.logger.notice(
                "alert",
                metadata: [
                    "alert": "\(alert.id)", "kind": "dispute", "measure": "\(told.id)", "subject": "\(alert.subject)",
                    "of": "\(owner.id)",
                ])
        }
        return dispute
    }

    // MARK: Movements

    /// What has moved and is not in the books, in the order in which it moved.
    private func news(in told: Stripe.Dispute, _ dispute: Dispute) throws -> [DisputeMovements.Movement] {
        let known = try DisputeMovements.lines(of: told).reduce(into: [String: Int64]()) { known, line in
            known[line.id] = try tx.disputes.movement(line.id, account: dispute.account)
        }
        return try DisputeMovements(told, withdrawn: dispute.withdrawn, known: known).news.filter {
            try tx.disputes.insert(movement: $0.line.id, amount: $0.amount, of: dispute)
        }
    }

    private func post(
        _ movements: [DisputeMovements.Movement], _ told: Stripe.Dispute, _ dispute: Dispute, _ owner: PaymentOwner
    ) throws {
        let reversal = PaymentReversal(context: context, owner: owner, tx: tx)
        for movement in movements {
            let reference = try Reference.disputed(movement.line.id)
            if movement.amount > 0 {
                try reversal.goBack(movement.amount, by: .dispute, told.id, as: reference)
            } else if movement.amount < 0 {
                try reversal.comeAgain(-movement.amount, by: .dispute, told.id, as: reference)
            }
            try SuspenseRelease(context: context, account: owner.account, tx: tx).explain(
                dispute: movement.line.id, try context.currencies.money(minor: -movement.amount, owner.currency))
        }
        try reversal.refreshClaims(cause: "\(dispute.id):\(dispute.status.rawValue)")
        let booking = BalanceBooking(context: context, account: owner.account, tx: tx)
        for line in told.balanceTransactions ?? [] { try booking.book(BalanceLine(line, of: owner.paymentIntent)) }
    }
}

extension Dispute.Status {
    /// - Returns: `nil` for a word that Stripe has begun to use since.
    fileprivate init?(_ told: Stripe.Dispute) {
        switch told.status {
        case .warningNeedsResponse: self = .warningNeedsResponse
        case .warningUnderReview: self = .warningUnderReview
        case .warningClosed: self = .warningClosed
        case .needsResponse: self = .needsResponse
        case .underReview: self = .underReview
        case .appealNeedsResponse: self = .appealNeedsResponse
        case .appealUnderReview: self = .appealUnderReview
        case .won: self = .won
        case .lost: self = .lost
        case .prevented: self = .prevented
        case .other: return nil
        }
    }
}

extension Stripe.Dispute {
    fileprivate var dueBy: Instant? {
        guard let seconds = evidenceDetails?.dueBy, seconds > 0 else { return nil }
        return Instant(secondsSince1970: seconds)
    }
}
