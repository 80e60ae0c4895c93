struct Payout: Shelved {
    enum Status: String, Sendable {
        case paid
        case failed
    }

    let id: String
    let created: Int64
    let amount: Int64
    let currency: String
    let destination: String
    var status: Status
    var transaction: String?
    var failureTransaction: String?
}

extension World {
    static let payoutOperations: [Operation] = [
        Operation("GET /v1/payouts") { world, call in
            let status = call.text("status")
            return try world.list(
                world[call.account].payouts, of: "payout", at: "/v1/payouts", for: call,
                where: { status == nil || $0.status.rawValue == status }, as: world.shape)
        },
        Operation("GET /v1/payouts/{payout}") { world, call in
            guard let payout = world[call.account].payouts[call.id("payout")] else {
                throw StripeError.noSuch("payout", call.id("payout"))
            }
            return world.shape(payout)
        },
    ]

    /// Sends what is available of an account's balance to its bank. Nil where there is nothing to send.
    mutating func payOut(_ account: String) -> Payout? {
        let due = self[account].transactions.oldestFirst().filter { $0.payout == nil && $0.availableOn <= seconds }
        let amount = due.reduce(0) { $0 + $1.net }
        guard amount > 0 else { return nil }
        var payout = Payout(
            id: makeID("po_1"), created: seconds, amount: amount, currency: settlementCurrency(of: account),
            destination: makeID("ba_1"), status: .paid)
        let transaction = record(
            "payout", amount: -amount, currency: payout.currency, source: payout.id, description: "STRIPE PAYOUT",
            of: account)
        payout.transaction = transaction.id
        for moved in due.map(\.id) + [transaction.id] { self[account].transactions[moved]?.payout = payout.id }
        self[account].payouts.add(payout)
        emit("payout.created", of: account, shape(payout))
        emit("payout.paid", of: account, shape(payout))
        return payout
    }

    /// Brings a payout back that the bank refused.
    mutating func failPayout(_ id: String, of account: String) -> Payout? {
        guard let payout = self[account].payouts[id], payout.status == .paid else { return nil }
        let transaction = record(
            "payout_failure", category: "payout_reversal", amount: payout.amount, currency: payout.currency,
            source: id, description: "STRIPE PAYOUT FAILURE", of: account)
        self[account].payouts[id]?.status = .failed
        self[account].payouts[id]?.failureTransaction = transaction.id
        guard let failed = self[account].payouts[id] else { return nil }
        emit("payout.failed", of: account, shape(failed))
        return failed
    }

    /// Source: docs.stripe.com/api/payouts/object.
    func shape(_ payout: Payout) -> JSON {
        let hasFailed = payout.status == .failed
        return [
            "id": .string(payout.id),
            "object": "payout",
            "amount": .int(payout.amount),
            "application_fee": .null,
            "application_fee_amount": .null,
            "arrival_date": .int(payout.created),
            "automatic": true,
            "balance_transaction": .text(payout.transaction),
            "created": .int(payout.created),
            "currency": .string(payout.currency),
            "description": "STRIPE PAYOUT",
            "destination": .string(payout.destination),
            "failure_balance_transaction": .text(payout.failureTransaction),
            "failure_code": hasFailed ? "account_closed" : .null,
            "failure_message": hasFailed ? "The bank account has been closed." : .null,
            "livemode": .bool(settings.isLive),
            "metadata": [:],
            "method": "standard",
            "original_payout": .null,
            "payout_method": .null,
            "reconciliation_status": "completed",
            "reversed_by": .null,
            "source_type": "card",
            "statement_descriptor": .null,
            "status": .string(payout.status.rawValue),
            "trace_id": .null,
            "type": "bank_account",
        ]
    }
}
