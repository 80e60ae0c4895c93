import Billing
import Ledger
import Logging
import Storage
import Stripe
import Testing
import Webhooks

@testable import Worker

/// A worker whose books stand where a story begins, at a Stripe that knows one object.
struct ContractBooks {
    static let account = ConnectedAccount.ID(stored: "bacc_01m7v41f00m9s346q3d25vt4f5")
    static let customer = Customer.ID(stored: "bcus_01m7v7faqvv37e3s3e28jt97kb")
    static let charge = Charge.ID(stored: "bchg_01m7wh80g86cq643dzvmxxqkfb")
    static let topUp = TopUp.ID(stored: "btop_01m7whb2fnf5kznwj47tan9zt2")
    static let chargeIntent = "pi_3SVfZbB7WZ01zgkW1vFq8nXd"
    static let topUpIntent = "pi_3SVfdHB7WZ01zgkW0aYt6uLs"
    static let secret = WebhookSecret("whsec_of_the_contract_test")

    let worker: BillingWorker
    private let database: Database
    private let usd: Currency
    private let start: Instant

    /// - Parameter object: what Stripe answers to every request; without one, asking is an error.
    init(now: Instant, object: [UInt8]?) async throws {
        database = try Database.open(.memory)
        try await database.migrate(Schema.migrations)
        let client = StripeClient(
            secretKey: SecretKey("sk_test_contract"), apiVersion: WebhookContract.current.apiVersion
        ) { _ throws(TransportError) in
            guard let object else { throw TransportError(.unavailable, .connectionFailed) }
            let isRefusal = String(decoding: object.prefix(32), as: UTF8.self).contains("\"error\"")
            return HTTPResponse(status: isRefusal ? 403 : 200, headers: [:], body: object)
        }
        let access = StripeAccess(
            client: client, clientID: nil, livemode: false, platformSecrets: [Self.secret],
            connectSecrets: [Self.secret])
        let random = SeededBytes(seed: 7)
        worker = BillingWorker(
            WorkerContext(
                database: database, seams: Seams(now: { now }, randomBytes: { random.bytes($0) }),
                pause: { _ in }, stripe: access, policy: WorkerPolicy(publicURL: "https://bursar.example"),
                logger: Logger(label: "contract", factory: { _ in SwiftLogNoOpLogHandler() })))
        usd = try #require(Currency("usd"))
        start = now.adding(seconds: -3_600)
    }

    /// The merchant, their customer, and the charge or top-up that the story is about.
    func stand(as before: [String: String], stripeAccount: String?) async throws {
        let mode: ConnectedAccount.StripeMode = stripeAccount == nil ? .platform : .connect
        let account = ConnectedAccount(
            id: Self.account, name: "Merchant Example", email: nil, country: "US", currency: usd, stripeMode: mode,
            stripeAccount: stripeAccount,
            status: try #require(ConnectedAccount.Status(rawValue: before["account"] ?? "connected")), createdAt: start)
        let customer = Customer(
            id: Self.customer, account: Self.account, externalID: "ada", stripeCustomer: "cus_TSc4tJ0nL7dQxP",
            paymentMethod: "pm_1SVfYwB7WZ01zgkWq8H2cR6t", createdAt: start)
        let charge = try before["charge"].map { self.charge(try #require(ChargeStatus(rawValue: $0))) }
        let topUp = try before["top_up"].map { self.topUp(try #require(TopUp.Status(rawValue: $0))) }
        let entries = try entries(charge: charge)
        try await database.write { [worker] tx in
            _ = try tx.accounts.insert(account)
            _ = try tx.customers.insert(customer)
            let places = try entries.map { try tx.journal.post($0) }
            if let charge {
                try tx.charges.insert(charge)
                let opened = try #require(places[1])
                try tx.settlings.insert(opened, of: customer.id, charge: charge.id, micros: 5_000_000, left: 4_321)
            }
            guard let topUp else { return }
            try tx.topUps.insert(topUp)
            guard topUp.status == .paid else { return }
            let money = Money(micros: topUp.amount * 10_000, topUp.currency)
            let entries = BookEntries(book: Self.account.text, at: start)
            try Wallet(customer: customer, currency: topUp.currency, context: worker.context, tx: tx).fill(
                topUp.lot(money, at: start),
                try entries.topUpPaid(topUp, money, paymentIntent: Self.topUpIntent), cause: topUp.id.text, at: start)
        }
    }

    /// Takes the event in at its endpoint, and works off all that is there.
    func receive(_ event: WebhookCase, at endpoint: Inbox.Endpoint, signedAt: Int64) async throws -> InboxEvent {
        let signature = Self.secret.signature(of: event.payload, at: signedAt)
        _ = try await worker.inbox.receive(endpoint, signature: signature, body: event.payload)
        while try await worker.inbox.step() {}
        return try #require(
            try await database.read { tx in try tx.inbox.list(InboxFilter(), after: nil, limit: 1) }.first)
    }

    /// Works every event off once more, as an operator can.
    func replayAll() async throws {
        _ = try await database.write { [worker] tx in try worker.inbox.replay(InboxFilter(), by: .commandLine, in: tx) }
        while try await worker.inbox.step() {}
    }

    /// How charge, top-up and account stand now.
    func standing() async throws -> [String: String] {
        try await database.read { tx in
            let charge = try tx.charges.find(Self.charge)
            let account = try tx.accounts.find(Self.account)
            let filter = MoneyBackFilter(account: Self.account)
            let refund = try tx.refunds.list(filter, after: nil, limit: 1).first
            let dispute = try tx.disputes.list(filter, after: nil, limit: 1).first
            let frozen = try tx.wallets.filled(of: Self.customer).reduce(0) { $0 + $1.frozenMicros }
            return [
                "charge": charge?.status.rawValue, "top_up": try tx.topUps.find(Self.topUp)?.status.rawValue,
                "refund": refund?.status.rawValue, "refund_reason": refund?.failureReason,
                "dispute": dispute?.status.rawValue, "frozen": String(frozen),
                "account": account?.status.rawValue, "reason": charge?.reason ?? account?.statusReason,
            ].compactMapValues(\.self)
        }
    }

    /// What was posted after the first `count` entries, in the order of posting.
    func journal(after count: Int) async throws -> HledgerJournal {
        try await database.read { tx in
            let entries = try tx.query(
                """
                SELECT sequence, reference, posted_at, narration FROM journal_entries
                ORDER BY sequence LIMIT -1 OFFSET $1
                """, count)
            return HledgerJournal(
                entries: try entries.map { row in
                    HledgerJournal.Entry(
                        date: Instant(millisecondsSince1970: try row.int64("posted_at")).day.description,
                        reference: try row.text("reference"), narration: try row.text("narration"),
                        postings: try Self.postings(of: try row.int64("sequence"), tx))
                })
        }
    }

    func countEntries() async throws -> Int {
        try await database.read { tx in try tx.first("SELECT COUNT(*) AS n FROM journal_entries")?.int("n") ?? 0 }
    }

    private static func postings(of entry: Int64, _ tx: Transaction) throws -> [String] {
        try tx.query(
            """
            SELECT a.book, a.kind, a.customer, a.currency, p.amount
            FROM postings p JOIN ledger_accounts a ON a.id = p.account
            WHERE p.entry = $1 ORDER BY p.place
            """, entry
        ).map { row in
            let customer = try row.text("customer")
            let kind = try #require(LedgerAccount.Kind(rawValue: try row.text("kind")))
            let account = LedgerAccount(
                book: try row.text("book"), kind, customer: customer.isEmpty ? nil : customer)
            return "\(account.path) \(try row.int64("amount")) \(try row.text("currency"))"
        }
    }

    /// 5.004321 dollars accrued, of which a charge has taken the whole cents; a paid one has been posted too.
    private func entries(charge: Billing.Charge?) throws -> [JournalEntry] {
        func entry(_ reference: Reference, _ debit: LedgerAccount.Kind, _ credit: LedgerAccount.Kind, _ micros: Int64)
            throws
            -> JournalEntry
        {
            func account(_ kind: LedgerAccount.Kind) -> LedgerAccount {
                LedgerAccount(
                    book: Self.account.text, kind, customer: kind.isKeptForEachCustomer ? Self.customer.text : nil)
            }
            let amount = Money(micros: micros, usd)
            return try JournalEntry(
                reference, book: Self.account.text, at: start, narration: "before the event",
                [.debit(account(debit), amount), try .credit(account(credit), amount)])
        }
        let usage = try Reference("usage:before")
        guard let charge else { return [try entry(usage, .accrued, .revenue, 4_321)] }
        var entries = [
            try entry(usage, .accrued, .revenue, 5_004_321),
            try entry(.charged(charge.id), .pending, .accrued, 5_000_000),
        ]
        if charge.status == .paid {
            entries.append(try entry(.payment(Self.chargeIntent), .stripeBalance, .pending, 5_000_000))
        }
        return entries
    }

    private func charge(_ status: ChargeStatus) -> Billing.Charge {
        Billing.Charge(
            id: Self.charge, account: Self.account, customer: Self.customer, amount: 500, currency: usd,
            applicationFee: 10, status: status, paymentIntent: status == .pending ? nil : Self.chargeIntent, attempt: 1,
            payToken: "token", createdAt: start, updatedAt: start)
    }

    private func topUp(_ status: TopUp.Status) -> TopUp {
        TopUp(
            id: Self.topUp, account: Self.account, customer: Self.customer, amount: 2_000, currency: usd,
            applicationFee: 40, status: status, paymentIntent: status == .paid ? Self.topUpIntent : nil,
            url: "https://checkout.stripe.com/c/pay/cs_test_1", createdAt: start,
            updatedAt: start)
    }
}
