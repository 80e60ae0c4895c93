import Billing
import Ledger
import Storage
import Testing

/// What the database itself holds fast about money, whatever the rooms above it ask for.
@Suite struct MoneyStoresTests {
    private let now = Instant(secondsSince1970: 1_793_610_000)

    private struct Till: Sendable {
        let database: Database
        let usd: Currency
        let account: ConnectedAccount
        let customer: Customer
    }

    private func till() async throws -> Till {
        let database = try Database.open(.memory)
        try await database.migrate(Schema.migrations)
        let usd = try #require(Currency("usd"))
        let account = ConnectedAccount(
            id: .init(stored: "bacc_1"), name: "Ada's AI", email: nil, country: nil, currency: usd,
            stripeMode: .platform, status: .connected, createdAt: now)
        let customer = Customer(
            id: .init(stored: "bcus_1"), account: account.id, externalID: "ada", createdAt: now)
        try await database.write { tx in
            _ = try tx.accounts.insert(account)
            _ = try tx.customers.insert(customer)
        }
        return Till(database: database, usd: usd, account: account, customer: customer)
    }

    private func charge(_ id: String, _ status: ChargeStatus, in till: Till) -> Charge {
        Charge(
            id: .init(stored: id), account: till.account.id, customer: till.customer.id, amount: 900,
            currency: till.usd, applicationFee: 0, status: status, attempt: 1, payToken: "t", createdAt: now,
            updatedAt: now)
    }

    @Test(arguments: [ChargeStatus.pending, .requiresAction, .failed])
    func `beside an open charge a customer can have no other`(status: ChargeStatus) async throws {
        let till = try await till()
        let (first, second) = (charge("bchg_1", status, in: till), charge("bchg_2", .pending, in: till))
        try await till.database.write { tx in try tx.charges.insert(first) }
        await #expect(throws: StorageError.self) {
            try await till.database.write { tx in try tx.charges.insert(second) }
        }
    }

    @Test(arguments: [ChargeStatus.paid, .canceled])
    func `a charge at its end is left as it is, and room for the next`(status: ChargeStatus) async throws {
        let till = try await till()
        let ended = charge("bchg_1", status, in: till)
        var changed = ended
        changed.status = .failed
        changed.reason = "late"
        let (late, next) = (changed, charge("bchg_2", .pending, in: till))
        let kept = try await till.database.write { tx in
            try tx.charges.insert(ended)
            try tx.charges.update(late)
            try tx.charges.insert(next)
            return try tx.charges.find(ended.id)
        }
        #expect(kept == ended)
    }

    @Test func `a charge comes back as it was written, every field`() async throws {
        let till = try await till()
        var written = charge("bchg_1", .failed, in: till)
        written.reason = "insufficient_funds"
        written.adviceCode = "try_again_later"
        written.paymentIntent = "pi_1"
        written.attempt = 3
        let (first, changed) = (charge("bchg_1", .pending, in: till), written)
        let read = try await till.database.write { tx in
            try tx.charges.insert(first)
            try tx.charges.update(changed)
            return try tx.charges.find(changed.id)
        }
        #expect(read == written)
    }

    @Test func `one fact is one entry`() async throws {
        let till = try await till()
        let (entry, again) = (try payment(5, in: till), try payment(7, in: till))
        let posted = try await till.database.write { tx in [try tx.journal.post(entry), try tx.journal.post(again)] }
        #expect(posted == [1, nil])
        #expect(try await balance(.pending, in: till) == 5)
    }

    /// The wallet holds what was paid ahead, and nobody can be owed less than nothing.
    @Test(arguments: [LedgerAccount.Kind.accrued, .pending])
    func `what a customer owes never falls below zero`(kind: LedgerAccount.Kind) async throws {
        let till = try await till()
        let taken = try entry("usage:taken", kind, -1, in: till)
        await #expect(throws: StorageError.self) {
            try await till.database.write { tx in try tx.journal.post(taken) }
        }
        #expect(try await balance(kind, in: till) == 0)
    }

    @Test func `no wallet is overdrawn`() async throws {
        let till = try await till()
        let (filled, spent) = (try entry("top-up", .wallet, -5, in: till), try entry("spent", .wallet, 6, in: till))
        try await till.database.write { tx in try tx.journal.post(filled) }
        await #expect(throws: StorageError.self) {
            try await till.database.write { tx in try tx.journal.post(spent) }
        }
        #expect(try await balance(.wallet, in: till) == -5)
    }

    private func payment(_ micros: Int64, in till: Till) throws -> JournalEntry {
        try entry("stripe:pi_1", .pending, micros, in: till)
    }

    private func entry(
        _ reference: String, _ kind: LedgerAccount.Kind, _ micros: Int64, in till: Till
    ) throws -> JournalEntry {
        let book = till.account.book
        let amount = Money(micros: micros, till.usd)
        return try JournalEntry(
            Reference(reference), book: book, at: now, narration: "A test",
            [
                Posting(LedgerAccount(book: book, kind, customer: till.customer.id.text), amount),
                Posting(LedgerAccount(book: book, .stripeBalance), try amount.negated()),
            ])
    }

    private func balance(_ kind: LedgerAccount.Kind, in till: Till) async throws -> Int64 {
        try await till.database.read { tx in
            let account = LedgerAccount(book: till.account.book, kind, customer: till.customer.id.text)
            return try tx.journal.balance(of: account, till.usd).micros
        }
    }
}
