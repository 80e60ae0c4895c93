import Billing
import Ledger
import Storage
import Stripe
import StripeSandbox
import Testing

import struct Billing.Charge
import struct Billing.Customer
import struct Billing.Dispute
import struct Billing.Refund

@testable import Worker

/// Money that goes back, and comes again.
extension TestHouse {
    /// A merchant with a Stripe account of their own, of whose payments the platform takes a tenth.
    func connectedMerchant() async throws -> ConnectedAccount {
        let id = try await call("/v1/accounts", ["country": "US", "type": "standard"])
        try await control("/_sandbox/accounts/\(id)/onboard", ["outcome": "complete"])
        _ = await intercept()
        var account = try await addAccount("usd", mode: .connect, stripeAccount: id)
        account.applicationFeePercent = Percent(partsPerMillion: 100_000)
        try await database.write { [account] tx in try tx.accounts.updateSettings(account) }
        return account
    }

    func paidTopUp(
        _ amount: Int64, by customer: Customer, of account: ConnectedAccount, card: String = "4242424242424242"
    ) async throws -> TopUp {
        let topUp = try await openTopUp(amount, by: customer, of: account)
        try await send(["card_number": card], to: try #require(topUp.url))
        try await settle()
        return try await current(topUp)
    }

    /// Writes a refund down; nothing is sent yet.
    func ask(
        _ new: NewRefund = NewRefund(), of payment: PaymentID, _ account: ConnectedAccount
    ) async throws -> Refund {
        try await database.write { [worker] tx in
            try worker.refunds.create(new, of: payment, account: account, by: .commandLine, in: tx)
        }
    }

    func current(_ refund: Refund) async throws -> Refund {
        try #require(try await database.read { tx in try tx.refunds.find(refund.id) })
    }

    func refunds(of account: ConnectedAccount) async throws -> [Refund] {
        try await database.read { tx in
            try tx.refunds.list(MoneyBackFilter(account: account.id), after: nil, limit: 100)
        }
    }

    /// How many refunds the Stripe of the test has made.
    func refundsAtStripe(of account: ConnectedAccount) async throws -> [Stripe.Refund] {
        let client = try #require(worker.context.stripe).client
        return try await client.send(Stripe.Refund.list(limit: 100, in: try account.scope())).data
    }

    func lot(of topUp: TopUp) async throws -> StoredLot {
        try #require(try await database.read { tx in try tx.wallets.find(topUp.lotID) })
    }

    /// The customer complains to their bank.
    /// - Returns: Stripe's id of the dispute.
    func dispute(
        _ paymentIntent: String?, of account: ConnectedAccount, amount: Int64? = nil, isInquiry: Bool = false
    ) async throws -> String {
        let client = try #require(worker.context.stripe).client
        let charge = try #require(
            try await client.send(
                Stripe.Charge.list(paymentIntent: paymentIntent, in: try account.scope())
            ).data.first)
        var fields = ["inquiry": isInquiry ? "true" : "false"]
        fields["amount"] = amount.map(String.init)
        let made = try await control("/_sandbox/charges/\(charge.id)/dispute", fields)
        return try RawAnswer(status: 200, headers: [:], body: made).decoded(as: UnreadObject.self).id
    }

    /// Stripe says another amount of a dispute from now on, as it may.
    func tell(_ dispute: String, of account: ConnectedAccount, amount: Int) async throws {
        let body = """
            {"id": "\(dispute)", "object": "dispute", "amount": \(amount), "currency": "\(account.currency)", \
            "status": "warning_needs_response", "balance_transactions": []}
            """
        let told = try RawAnswer(status: 200, headers: [:], body: Array(body.utf8)).decoded(as: Stripe.Dispute.self)
        let known = try await self.dispute(dispute)
        try await database.write { [context = worker.context] tx in
            let owner = try #require(try PaymentOwner.find(known.payment, in: tx))
            try DisputeOutcome(context: context, tx: tx).apply(told, to: owner)
        }
    }

    func move(_ dispute: String, _ action: String) async throws {
        try await control("/_sandbox/disputes/\(dispute)", ["action": action])
    }

    func dispute(_ id: String) async throws -> Dispute {
        try #require(try await database.read { tx in try tx.disputes.find(stripeDispute: id) })
    }

    /// A full run finds nothing, and the books hold at Stripe what Stripe says.
    func expectReconciled(_ account: ConnectedAccount, _ comment: Comment? = nil) async throws {
        let run = try await reconcile()
        #expect(try await discrepancies(run).map(\.detail) == [], comment)
        #expect(run.record.status == .clean, comment)
        #expect(try await booked(.suspense, of: account) == 0, comment)
        let client = try #require(worker.context.stripe).client
        let lines = try await client.send(BalanceTransaction.list(limit: 100, in: try account.scope())).data
        let net = lines.reduce(0) { $0 + $1.net }
        #expect(try await booked(.stripeBalance, of: account) == net * 10_000, comment)
        try await expectSoundBooks(comment)
    }
}
