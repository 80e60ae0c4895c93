import Billing
import Ledger
import Logging
import Storage
import Stripe
import Testing

import struct Billing.Charge
import struct Billing.Customer

@testable import Worker

/// Two merchants whose books agree with Stripe in every line, until a difference is planted.
struct PlantedWorld {
    let database: Database
    let worker: BillingWorker
    let stripe = PaperStripe()
    let clock = TestClock()
    private(set) var accounts: [ConnectedAccount] = []
    private let random: SeededBytes
    private var number = 0

    init(seed: UInt64) async throws {
        let (clock, stripe, random) = (clock, stripe, SeededBytes(seed: seed))
        self.random = random
        database = try Database.open(.memory, options: .inline)
        try await database.migrate(Schema.migrations)
        let client = StripeClient(
            secretKey: SecretKey("sk_test_scripted"), apiVersion: "2026-10-28.endive", apiBase: "http://stripe.test",
            transport: { request throws(TransportError) in try await stripe.send(request) })
        worker = BillingWorker(
            WorkerContext(
                database: database, seams: Seams(now: { clock.now }, randomBytes: { random.bytes($0) }),
                pause: { clock.advance(milliseconds: $0) },
                stripe: StripeAccess(
                    client: client, clientID: nil, livemode: false, platformSecrets: [], connectSecrets: []),
                policy: WorkerPolicy(publicURL: "https://bill.example"),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
        for currency in ["usd", "jpy"] { try await addMerchant(currency) }
        clock.advance(seconds: 3_600)
    }

    private mutating func addMerchant(_ currency: String) async throws {
        let account = ConnectedAccount(
            id: .make(worker.context.seams), name: "Merchant", email: nil, country: "US",
            currency: try #require(Currency(currency)), stripeMode: .connect, stripeAccount: "acct_\(currency)",
            status: .connected, createdAt: clock.now)
        try await database.write { tx in _ = try tx.accounts.insert(account) }
        accounts.append(account)
    }

    /// A charge as the books have it, and the line that Stripe has of it.
    struct Payment: Sendable {
        let charge: Charge
        var line: PaperStripe.Line
        var intent: PaperStripe.Intent
    }

    /// A charge of `amount` minor units that the books have as paid or still as pending; Stripe has taken the money.
    mutating func payment(_ amount: Int64, of account: ConnectedAccount, isPaidHere: Bool = true) async throws
        -> Payment
    {
        let (customer, name) = newCustomer(of: account)
        let now = clock.now
        var charge = Charge(
            id: .make(worker.context.seams), account: account.id, customer: customer.id, amount: amount,
            currency: account.currency, applicationFee: amount / 10, status: .pending, paymentIntent: "pi_\(name)",
            attempt: 1, payToken: "t", createdAt: now, updatedAt: now)
        let (pending, money) = (charge, try worker.context.currencies.money(minor: amount, account.currency))
        let report = UsageReport(eventID: name, customer: name, costMicros: money.micros)
        charge.status = .paid
        let paid = charge
        try await database.write { [worker] tx in
            _ = try tx.customers.insert(customer)
            _ = try worker.metering.record([report], account: account, in: tx)
            let entries = BookEntries(book: account.book, at: now)
            try tx.charges.insert(pending)
            if let opened = try tx.journal.post(try entries.charged(pending, money)) {
                try tx.settlings.insert(opened, of: customer.id, charge: pending.id, micros: money.micros, left: 0)
            }
            guard isPaidHere else { return }
            try tx.journal.post(try entries.chargePaid(paid, money, paymentIntent: "pi_\(name)"))
            try tx.charges.update(paid)
        }
        let metadata = ["bursar_charge": charge.id.text]
        let (stripeAccount, code) = (account.stripeAccount ?? "", account.currency.code)
        return Payment(
            charge: isPaidHere ? paid : pending,
            line: .init(
                id: "txn_\(name)", account: stripeAccount, amount: amount, fee: amount / 10 + 30,
                applicationFee: amount / 10, currency: code, created: now.secondsSince1970,
                source: PaperStripe.charge(
                    "ch_\(name)", intent: "pi_\(name)", amount: amount, currency: code, metadata: metadata)),
            intent: .init(
                id: "pi_\(name)", account: stripeAccount, amount: amount, currency: code, status: "succeeded",
                metadata: metadata))
    }

    /// One more customer a minute later, with a name that no other has.
    private mutating func newCustomer(of account: ConnectedAccount) -> (customer: Customer, name: String) {
        number += 1
        clock.advance(seconds: 60)
        let name = "\(account.currency)_\(number)"
        let customer = Customer(
            id: .make(worker.context.seams), account: account.id, externalID: name, stripeCustomer: "cus_\(name)",
            paymentMethod: "pm_1", createdAt: clock.now)
        return (customer, name)
    }

    /// A top-up of `amount` minor units that is paid, and the line and the PaymentIntent that Stripe has of it.
    mutating func topUp(_ amount: Int64, of account: ConnectedAccount) async throws -> (
        topUp: TopUp, line: PaperStripe.Line, intent: PaperStripe.Intent
    ) {
        let (customer, name) = newCustomer(of: account)
        let now = clock.now
        let topUp = TopUp(
            id: .make(worker.context.seams), account: account.id, customer: customer.id, amount: amount,
            currency: account.currency, applicationFee: 0, status: .paid, paymentIntent: "pi_\(name)",
            createdAt: now, updatedAt: now)
        let money = try worker.context.currencies.money(minor: amount, account.currency)
        try await database.write { [context = worker.context] tx in
            _ = try tx.customers.insert(customer)
            try tx.topUps.insert(topUp)
            try Wallet(customer: customer, currency: account.currency, context: context, tx: tx).fill(
                topUp.lot(money, at: now),
                try BookEntries(book: account.book, at: now).topUpPaid(topUp, money, paymentIntent: "pi_\(name)"),
                cause: topUp.id.text, at: now)
        }
        let (metadata, code) = (["bursar_top_up": topUp.id.text], account.currency.code)
        return (
            topUp,
            .init(
                id: "txn_\(name)", account: account.stripeAccount ?? "", amount: amount, fee: 30, currency: code,
                created: now.secondsSince1970,
                source: PaperStripe.charge(
                    "ch_\(name)", intent: "pi_\(name)", amount: amount, currency: code, metadata: metadata)),
            .init(
                id: "pi_\(name)", account: account.stripeAccount ?? "", amount: amount, currency: code,
                status: "succeeded", metadata: metadata)
        )
    }

    /// Lines that Bursar has no part in: payouts, Stripe's own fees, other sales.
    mutating func stranger(_ kind: Int, of account: ConnectedAccount) {
        number += 1
        clock.advance(seconds: 60)
        let (name, code) = ("\(account.currency)_\(number)", account.currency.code)
        let payout = #"{"id": "po_\#(name)", "object": "payout", "amount": 500, "currency": "\#(code)"}"#
        let sale = PaperStripe.charge("ch_\(name)", intent: "pi_\(name)", amount: 900, currency: code, metadata: [:])
        let (type, amount, source) = [("payout", -500, payout), ("stripe_fee", -25, "null"), ("charge", 900, sale)][
            kind]
        stripe.add(
            .init(
                id: "txn_\(name)", account: account.stripeAccount ?? "", type: type, amount: Int64(amount),
                fee: kind == 2 ? 40 : 0, currency: code, created: clock.now.secondsSince1970, source: source))
    }

    func reconcile() async throws -> (result: ReconciliationResult, found: [Discrepancy]) { try await run(.full) }

    func run(_ scope: ReconciliationRecord.Scope) async throws -> (
        result: ReconciliationResult, found: [Discrepancy]
    ) {
        let run = try await database.write { [worker] tx in try worker.reconciliation.start(scope: scope, in: tx) }
        while try await worker.reconciliation.step(run.id) {}
        return try await database.read { [worker] tx in
            (
                try worker.reconciliation.get(run.id, in: tx),
                try worker.reconciliation.discrepancies(of: run.id, limit: 1_000, in: tx)
            )
        }
    }

    /// What the books say that the merchant holds at Stripe, in minor units.
    func stripeBalance(of account: ConnectedAccount, _ currency: Currency) async throws -> Int64 {
        let money = try await database.read { tx in
            try tx.journal.balance(of: LedgerAccount(book: account.book, .stripeBalance), currency)
        }
        return try worker.context.currencies.minor(money)
    }
}
