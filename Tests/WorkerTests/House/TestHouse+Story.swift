import Billing
import Ledger
import Storage
import Stripe
import StripeSandbox
import Testing

import struct Billing.Charge
import struct Billing.Customer

@testable import Worker

/// What the people of a story do, in a line each.
extension TestHouse {
    var database: Database { worker.context.database }

    /// A merchant who is the platform itself: connected from the start.
    func platformAccount(
        _ currency: String = "usd", markup: Int64 = 0, threshold: Int64? = nil, cycle: ConnectedAccount.Cycle = .off
    ) async throws -> ConnectedAccount {
        try await addAccount(
            currency, mode: .platform, stripeAccount: nil, markup: markup, threshold: threshold, cycle: cycle)
    }

    func addAccount(
        _ currency: String, mode: ConnectedAccount.StripeMode, stripeAccount: String?, markup: Int64 = 0,
        threshold: Int64? = nil, cycle: ConnectedAccount.Cycle = .off
    ) async throws -> ConnectedAccount {
        let account = ConnectedAccount(
            id: .make(worker.context.seams), name: "Test merchant", email: nil, country: "US",
            currency: try #require(Currency(currency)), stripeMode: mode, stripeAccount: stripeAccount,
            status: mode == .none ? .unbilled : .connected, markup: Percent(partsPerMillion: markup), cycle: cycle,
            chargeThreshold: threshold, nextRunAt: cycle.nextRun(after: clock.now), createdAt: clock.now)
        try await database.write { tx in _ = try tx.accounts.insert(account) }
        return account
    }

    /// A customer whose card Stripe has on file.
    func customer(_ name: String, card: String = "pm_card_visa", of account: ConnectedAccount) async throws -> Customer
    {
        let client = try #require(worker.context.stripe).client
        let scope = try account.scope()
        let made = try await client.send(Stripe.Customer.create(in: scope, idempotencyKey: "test:\(name)"))
        let method = try await attach(card, to: made.id, account: account)
        return try await database.write { [worker] tx in
            try worker.customers.create(
                NewCustomer(
                    externalID: name, details: CustomerDetails(stripeCustomer: made.id, paymentMethod: method)),
                account: account, by: .commandLine, in: tx)
        }
    }

    /// Usage of `micros` of cost.
    @discardableResult
    func use(_ micros: Int64, by customer: String, of account: ConnectedAccount, id: String? = nil) async throws
        -> UsageVerdict
    {
        let name = id ?? "use-" + String(random.next(), radix: 36)
        let report = UsageReport(eventID: name, customer: customer, costMicros: micros)
        let verdicts = try await database.write { [worker] tx in
            try worker.metering.record([report], account: account, in: tx)
        }
        return try #require(verdicts.first)
    }

    func charge(_ customer: Customer, of account: ConnectedAccount) async throws -> Charge {
        try await database.write { [worker] tx in
            guard let current = try tx.customers.find(customer.id), let account = try tx.accounts.find(account.id)
            else {
                throw WorkerError.notFound("customer")
            }
            return try worker.charging.open(current, account: account, in: tx)
        }
    }

    func current(_ charge: Charge) async throws -> Charge {
        try #require(try await database.read { tx in try tx.charges.find(charge.id) })
    }

    func balance(_ customer: Customer, of account: ConnectedAccount) async throws -> CustomerBalance {
        try await database.read { [worker] tx in try worker.customers.balance(of: customer, account: account, in: tx) }
    }

    /// Carries every webhook that is due to the worker, and lets the worker do all that it has to do.
    func settle() async throws {
        var isBusy = true
        while isBusy {
            isBusy = false
            while let delivery = await sandbox.nextDelivery() {
                await sandbox.delivered(delivery.id, status: try await receive(delivery))
                isBusy = true
            }
            while try await worker.outbox.step() { isBusy = true }
            while try await worker.inbox.step() { isBusy = true }
        }
    }

    func receive(_ delivery: WebhookDelivery) async throws -> Int {
        let endpoint: Inbox.Endpoint = delivery.url.hasSuffix("/connect") ? .connect : .platform
        let header = delivery.headers.first { $0.name.lowercased() == "stripe-signature" }?.value
        _ = try await worker.inbox.receive(endpoint, signature: header, body: delivery.body)
        return 200
    }

    /// How many PaymentIntents the Stripe of the test has made.
    func paymentIntents(of account: ConnectedAccount) async throws -> [Stripe.PaymentIntent] {
        let client = try #require(worker.context.stripe).client
        return try await client.send(Stripe.PaymentIntent.list(limit: 100, in: try account.scope())).data
    }

    /// Every currency of every book sums to zero, stored balances are the sums of their postings, and no floor is
    /// crossed.
    func checkBooks(_ comment: Comment? = nil) async throws {
        let faults = try await database.read { tx in
            try tx.query(
                """
                SELECT a.id AS id FROM ledger_accounts a
                WHERE a.balance <> (SELECT COALESCE(SUM(p.amount), 0) FROM postings p WHERE p.account = a.id)
                UNION ALL
                SELECT p.entry AS id FROM postings p JOIN ledger_accounts a ON a.id = p.account
                GROUP BY p.entry, a.currency HAVING SUM(p.amount) <> 0
                """
            ).count
        }
        #expect(faults == 0, comment)
    }

    func attach(_ card: String, to customer: String, account: ConnectedAccount) async throws -> String {
        let headers = ["authorization": "Bearer sk_test_sandbox"].merging(
            account.stripeAccount.map { ["stripe-account": $0] } ?? [:]
        ) { first, _ in first }
        let outcome = await sandbox.handle(
            SandboxRequest(
                method: "POST", target: "/v1/payment_methods/\(card)/attach", headers: headers,
                body: Array("customer=\(customer)".utf8)))
        guard case .answer(let answer) = outcome, answer.status == 200 else { throw WorkerError.notFound("card") }
        return try RawAnswer(status: 200, headers: [:], body: answer.body).decoded(as: UnreadObject.self).id
    }
}
