import Billing
import Ledger
import Storage
import Synchronization
import Testing

@testable import Worker

/// Each rule of the check is broken by hand in sound books, and must be the one that is named.
@Suite struct BooksCheckTests {
    struct Damage: Sendable, CustomTestStringConvertible {
        let rule: BooksFinding.Rule
        let statements: [String]
        var testDescription: String { rule.rawValue }

        init(_ rule: BooksFinding.Rule, _ statements: String...) {
            self.rule = rule
            self.statements = statements
        }
    }

    private static let oneUsage = "(SELECT MIN(sequence) FROM journal_entries WHERE reference LIKE 'usage:%')"

    static let damages = [
        Damage(
            .gap, "DELETE FROM lot_debits WHERE entry = \(oneUsage)", "DELETE FROM postings WHERE entry = \(oneUsage)",
            "DELETE FROM journal_entries WHERE sequence = \(oneUsage)"),
        Damage(.chainBroken, "UPDATE journal_entries SET narration = 'nothing' WHERE sequence = \(oneUsage)"),
        Damage(.tooFewPostings, "DELETE FROM postings WHERE entry = \(oneUsage)"),
        Damage(.postingMissing, "DELETE FROM postings WHERE entry = \(oneUsage) AND place = 0"),
        Damage(.zeroPosting, "UPDATE postings SET amount = 0 WHERE entry = \(oneUsage) AND place = 0"),
        Damage(.unbalanced, "UPDATE postings SET amount = amount + 1 WHERE entry = \(oneUsage) AND place = 0"),
        Damage(.foreignBook, "UPDATE journal_entries SET book = 'bacc_other' WHERE sequence = \(oneUsage)"),
        Damage(.badAccount, "UPDATE ledger_accounts SET kind = 'petty_cash' WHERE kind = 'provider_cost'"),
        Damage(.badAccount, "UPDATE ledger_accounts SET customer = 'somebody' WHERE kind = 'revenue'"),
        Damage(.badReference, "UPDATE journal_entries SET reference = 'a b' WHERE sequence = \(oneUsage)"),
        Damage(.factMissing, "DELETE FROM usage_events WHERE id = (SELECT MIN(id) FROM usage_events)"),
        Damage(.factMissing, "UPDATE charges SET payment_intent = payment_intent || '_other' WHERE status = 'paid'"),
        Damage(.balanceDiffers, "UPDATE ledger_accounts SET balance = balance + 1 WHERE kind = 'revenue'"),
        Damage(.bookUnbalanced, "UPDATE ledger_accounts SET balance = balance + 1 WHERE kind = 'revenue'"),
        Damage(.floorCrossed, "UPDATE ledger_accounts SET floor = 0, balance = -1 WHERE kind = 'accrued'"),
        Damage(.floorCrossed, "UPDATE ledger_accounts SET floor = 0, balance = 1 WHERE kind = 'wallet'"),
        Damage(.pendingDiffers, "UPDATE charges SET status = 'canceled' WHERE status <> 'paid'"),
        Damage(.chargeDiffers, "UPDATE charges SET status = 'paid' WHERE status <> 'paid'"),
        Damage(.chargeDiffers, "UPDATE charges SET amount = amount + 1"),
        Damage(.topUpDiffers, "UPDATE top_ups SET status = 'open'"),
        Damage(.topUpDiffers, "UPDATE top_ups SET amount = amount - 1"),
        Damage(.refundDiffers, "UPDATE refunds SET status = 'failed' WHERE posted = 1"),
        Damage(.refundDiffers, "UPDATE refunds SET posted = 0"),
        Damage(.refundDiffers, "UPDATE charges SET refunded = refunded + 1"),
        Damage(.refundDiffers, "UPDATE settlings SET refunds_micros = refunds_micros + 1 WHERE refunds_micros > 0"),
        Damage(.refundDiffers, "UPDATE settlings SET chargebacks_micros = 0"),
        Damage(.refundDiffers, "UPDATE settlings SET taken_micros = 1"),
        Damage(.refundDiffers, "UPDATE settlings SET refunds_micros = chargebacks_micros, chargebacks_micros = 0"),
        Damage(.refundDiffers, "DELETE FROM outbox WHERE refund IS NOT NULL", "DELETE FROM refunds"),
        Damage(.factMissing, "DELETE FROM outbox WHERE refund IS NOT NULL", "DELETE FROM refunds"),
        Damage(.factMissing, "UPDATE refunds SET posted = 0"),
        Damage(.disputeDiffers, "UPDATE disputes SET withdrawn = withdrawn + 1"),
        Damage(.disputeDiffers, "DELETE FROM dispute_movements"),
        Damage(
            .disputeDiffers, "UPDATE dispute_movements SET amount = amount + 1",
            "UPDATE disputes SET withdrawn = withdrawn + 1"),
        Damage(.disputeDiffers, "UPDATE wallet_lots SET claimed_micros = claimed_micros + 1 WHERE top_up IS NOT NULL"),
        Damage(.factMissing, "DELETE FROM dispute_movements"),
        Damage(.usageDiffers, "UPDATE usage_events SET price_micros = price_micros + 1"),
        Damage(
            .walletDiffers, "UPDATE wallet_lots SET amount_micros = 9000000, remaining_micros = remaining_micros + 1"),
        Damage(
            .walletDiffers, "UPDATE wallet_lots SET customer = (SELECT id FROM customers WHERE external_id = 'eve')"),
        Damage(.walletDiffers, "DELETE FROM lot_debits", "DELETE FROM wallet_lots"),
        Damage(.lotDiffers, "UPDATE wallet_lots SET amount_micros = amount_micros + 1 WHERE kind = 'paid'"),
        Damage(.lotDiffers, "UPDATE lot_debits SET amount_micros = amount_micros - 1"),
        Damage(.lotDiffers, "DELETE FROM lot_debits WHERE entry = (SELECT MAX(entry) FROM lot_debits)"),
        Damage(.lotDiffers, "UPDATE journal_entries SET reference = 'lot:other' WHERE reference LIKE 'lot:%:granted'"),
        Damage(.factMissing, "UPDATE journal_entries SET reference = 'lot:other' WHERE reference LIKE 'lot:%:granted'"),
        Damage(.usageDiffers, "UPDATE usage_events SET cost_micros = cost_micros + 1"),
        Damage(.usageDiffers, "UPDATE usage_events SET entry = NULL"),
        Damage(.usageDiffers, "UPDATE usage_events SET entry = entry + 1"),
        Damage(.totalsDiffer, "UPDATE usage_totals SET requests = requests + 1 WHERE span = 'day'"),
        Damage(.totalsDiffer, "UPDATE usage_totals SET price_micros = price_micros + 1 WHERE span = 'quarter'"),
        Damage(.totalsDiffer, "DELETE FROM usage_totals"),
        Damage(.auditLogChanged, "UPDATE audit_log SET actor = 'nobody' WHERE sequence = 1"),
        Damage(.auditLogChanged, "UPDATE audit_log SET changes = '[]' WHERE sequence = 1"),
        Damage(.auditLogChanged, "DELETE FROM audit_log WHERE sequence = 1"),
        Damage(.auditLogChanged, "DELETE FROM audit_log WHERE sequence = (SELECT MAX(sequence) FROM audit_log)"),
        Damage(
            .auditLogChanged,
            """
            INSERT INTO audit_log (id, actor, action, object, object_id, changes, at)
            VALUES ('baud_forged', 'stripe', 'changed', 'account', 'x', '[]', 0)
            """),
    ]

    /// Paid charges, an open one, a paid top-up, a refund, a dispute, a gift of which something is left, and usage that
    /// has accrued.
    private func tradingHouse() async throws -> TestHouse {
        let house = try await TestHouse()
        let account = try await house.platformAccount(markup: 100_000)
        let ada = try await house.customer("ada", of: account)
        let eve = try await house.customer("eve", card: "pm_card_chargeCustomerFail", of: account)
        let topUp = try await house.openTopUp(500, by: ada, of: account)
        try await house.control("/_sandbox/checkout_sessions/\(try #require(topUp.checkoutSession))/pay")
        try await house.settle()
        #expect(try await house.pay(12_345_678, by: ada, of: account).status == .paid)
        #expect(try await house.pay(3_333_333, by: eve, of: account).status == .failed)
        try await house.use(1_234_567, by: "ada", of: account)
        try await comeBack(house, account)
        let max = try await house.customer("max", of: account)
        _ = try await house.database.write { [worker = house.worker] tx in
            let gift = NewGrant(amountMicros: 2_000_000, kind: .promotional, reason: "welcome")
            return try worker.grants.give(gift, to: max, account: account, by: .commandLine, in: tx)
        }
        try await house.use(500_000, by: "max", of: account)
        return house
    }

    /// A part of a charge is refunded, and a part of another one disputed.
    private func comeBack(_ house: TestHouse, _ account: ConnectedAccount) async throws {
        let bob = try await house.customer("bob", of: account)
        let (first, second) = (
            try await house.pay(5_000_000, by: bob, of: account), try await house.pay(5_000_000, by: bob, of: account)
        )
        _ = try await house.ask(NewRefund(amount: 200), of: .charge(first.id), account)
        _ = try await house.dispute(second.paymentIntent, of: account, amount: 300)
        try await house.settle()
    }

    @Test func `sound books have no finding`() async throws {
        let house = try await tradingHouse()
        let parts = Mutex<[BooksPosition.Part]>([])
        let report = try await house.worker.books.check { progress in parts.withLock { $0.append(progress.part) } }
        #expect(report.isSound && report.findings == [] && report.rowsRead > 20)
        #expect(Set(parts.withLock { $0 }) == Set(BooksPosition.Part.allCases))
    }

    @Test func `every rule of the check is tried`() {
        #expect(Set(Self.damages.map(\.rule)) == Set(BooksFinding.Rule.allCases))
    }

    @Test(arguments: damages)
    func `what does not hold is named with its row`(damage: Damage) async throws {
        let house = try await tradingHouse()
        try await house.database.write { tx in
            for statement in damage.statements {
                let changed = try tx.execute(statement)
                #expect(changed > 0)
            }
        }
        let report = try await house.worker.books.check()
        #expect(!report.isSound)
        let named = report.findings.filter { $0.rule == damage.rule }
        #expect(!named.isEmpty, "\(report.findings)")
        #expect(named.allSatisfy { !$0.row.isEmpty && !$0.detail.isEmpty })
    }

    @Test func `a reconciliation lists what the books contradict themselves in`() async throws {
        let house = try await tradingHouse()
        try await house.database.write { tx in
            _ = try tx.execute("UPDATE ledger_accounts SET balance = balance + 1 WHERE kind = 'revenue'")
        }
        let run = try await house.reconcile()
        let found = try await house.discrepancies(run).filter { $0.kind == .books }
        #expect(run.record.status == .discrepancies)
        #expect(found.contains { $0.object.hasPrefix("balance_differs account ") })
    }

    @Test func `of many findings a thousand are kept and all are counted`() async throws {
        let house = try await TestHouse()
        let account = try await house.addAccount("usd", mode: .none, stripeAccount: nil)
        for batch in 0..<3 {
            let reports = (0..<500).map { UsageReport(eventID: "\(batch)-\($0)", customer: "ada", costMicros: 7) }
            _ = try await house.database.write { [worker = house.worker] tx in
                try worker.metering.record(reports, account: account, in: tx)
            }
        }
        try await house.database.write { tx in _ = try tx.execute("UPDATE usage_events SET entry = NULL") }
        let report = try await house.worker.books.check()
        #expect(report.findingsCounted == 1_503 && report.findings.count == BooksReport.listed)
    }
}
