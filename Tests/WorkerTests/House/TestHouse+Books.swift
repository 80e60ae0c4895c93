import Billing
import Ledger
import Storage
import Testing

@testable import Worker

/// What an accountant asks of the house.
extension TestHouse {
    /// Runs a reconciliation to its end.
    func reconcile(
        _ account: ConnectedAccount.ID? = nil, scope: ReconciliationRecord.Scope = .full
    ) async throws -> ReconciliationResult {
        let run = try await database.write { [worker] tx in
            try worker.reconciliation.start(account: account, scope: scope, in: tx)
        }
        while try await worker.reconciliation.step(run.id) {}
        return try await result(run.id)
    }

    func result(_ run: ReconciliationRecord.ID) async throws -> ReconciliationResult {
        try await database.read { [worker] tx in try worker.reconciliation.get(run, in: tx) }
    }

    func discrepancies(_ run: ReconciliationResult) async throws -> [Discrepancy] {
        try await database.read { [worker] tx in
            try worker.reconciliation.discrepancies(of: run.record.id, limit: 1_000, in: tx)
        }
    }

    /// What the book holds on accounts of `kind`, in micros.
    func booked(_ kind: LedgerAccount.Kind, of account: ConnectedAccount, _ currency: String? = nil) async throws
        -> Int64
    {
        let balances = try await database.read { [worker] tx in try worker.books.balances(book: account.id, in: tx) }
        return balances.first { $0.kind == kind && $0.balance.currency.code == currency ?? account.currency.code }?
            .balance.micros ?? 0
    }

    /// The books agree with themselves in every row.
    func expectSoundBooks(_ comment: Comment? = nil) async throws {
        let report = try await worker.books.check()
        #expect(report.findings == [], comment)
        #expect(report.rowsRead > 0)
    }

    /// Charges `micros` of usage, and lets Stripe's answer and webhooks come in.
    func pay(_ micros: Int64, by customer: Billing.Customer, of account: ConnectedAccount) async throws
        -> Billing.Charge
    {
        try await use(micros, by: customer.externalID, of: account)
        let charge = try await charge(customer, of: account)
        try await settle()
        return try await current(charge)
    }
}
