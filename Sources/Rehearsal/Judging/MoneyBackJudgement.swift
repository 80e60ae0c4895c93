import Billing
import Ledger
import Storage
import StripeSandbox

/// Whether the books say of refunds, disputes and each Stripe balance what Stripe says.
extension Simulation {
    func judgeMoneyBack(_ stripe: StripeFacts) async throws {
        let rows = try await house.database.read { tx in try MoneyBackRows(in: tx) }
        try judgeEntries(rows, stripe)
        try await judgeBooks(rows, stripe)
        for (topUp, claimed) in rows.claims where Int128(claimed) != stripe.atStake[topUp, default: 0] {
            throw Breach(
                "frozen is what may yet be taken",
                "\(topUp): \(claimed), and \(stripe.atStake[topUp, default: 0]) is at stake")
        }
        figures.refunds += stripe.refunds.count
        figures.disputes += stripe.disputes.count
        figures.retries += Int(rows.retries)
        figures.invariants += stripe.refunds.count + stripe.disputes.count + rows.claims.count
    }

    /// Each movement of money at Stripe is one entry, and each entry is one of them.
    private func judgeEntries(_ rows: MoneyBackRows, _ stripe: StripeFacts) throws {
        var expected: Set<String> = []
        for refund in stripe.refunds {
            expected.insert("stripe:\(refund.refund):refunded")
            if refund.isReturned { expected.insert("stripe:\(refund.refund):returned") }
        }
        for line in stripe.disputes.flatMap(\.movements) { expected.insert("stripe:\(line):disputed") }
        if let missing = expected.subtracting(rows.references).sorted().first {
            throw Breach("every Stripe money fact is one entry", "\(missing) is not in the books")
        }
        if let invented = Set(rows.references).subtracting(expected).sorted().first {
            throw Breach("every Stripe money fact is one entry", "\(invented) is not at Stripe")
        }
    }

    private func judgeBooks(_ rows: MoneyBackRows, _ stripe: StripeFacts) async throws {
        for merchant in market.merchants {
            var account = try await standing(of: merchant).text("stripe_account") ?? ""
            if account.isEmpty { account = await house.sandbox.platformAccount }
            let (book, currency) = (merchant.account.text, merchant.currency.code)
            try judgeBalances(rows, book, currency, at: await house.sandbox.balances(of: account))
            let gifts = oracle.grants.values.filter { $0.key.book == book && $0.isAcknowledged }
            let expected: [(kind: String, micros: Int128)] = [
                ("refunds", rows.deducted(book, "refunds")), ("chargebacks", rows.deducted(book, "chargebacks")),
                (
                    "promotions",
                    gifts.filter(\.isPromotional).reduce(-Int128(rows.expired(book, "promotional"))) {
                        $0 + Int128($1.micros)
                    }
                ),
                ("received_outside", gifts.filter { !$0.isPromotional }.reduce(0) { $0 + Int128($1.micros) }),
                (
                    "breakage",
                    -Int128(rows.expired(book, "paid")) - Int128(rows.expired(book, "paid_outside"))
                ),
            ]
            for (kind, micros) in expected where Int128(rows.balance(book, kind, currency)) != micros {
                throw Breach(
                    "the books say what Stripe says",
                    "\(kind) of \(book): \(rows.balance(book, kind, currency)), and it should be \(micros)")
            }
            guard rows.goneOfCharges(book) == stripe.goneOfCharges(on: account) else {
                throw Breach(
                    "what went back of charges is deducted, or taken of what corrections had made of them",
                    "\(book): \(rows.goneOfCharges(book)), and Stripe has moved \(stripe.goneOfCharges(on: account))")
            }
            figures.invariants += expected.count + 1
        }
    }

    /// Where a payment is settled in another currency, nothing is left in its own, whatever the rate was when it came,
    /// went and came again.
    private func judgeBalances(
        _ rows: MoneyBackRows, _ book: String, _ currency: String, at stripe: [String: Int64]
    ) throws {
        for code in Set(stripe.keys).union([currency]).sorted() {
            let (held, suspended) = (rows.balance(book, "stripe_balance", code), rows.balance(book, "suspense", code))
            let expected = StripeFacts.micros(stripe[code, default: 0], code)
            guard Int128(held) == expected, suspended == 0 else {
                throw Breach(
                    "the books say what Stripe says",
                    "stripe_balance of \(book) in \(code): \(held), and it should be \(expected); "
                        + "\(suspended) on suspense")
            }
            figures.invariants += 2
        }
    }
}

/// What the tables say of money that comes back.
struct MoneyBackRows: Sendable {
    /// Of the entries of refunds and disputes.
    let references: [String]
    /// Micros that are kept of each top-up's lot, by the top-up.
    let claims: [String: Int64]
    /// Tries of charges after their first.
    let retries: Int64
    private let balances: [String: Int64]
    private let expiries: [String: Int64]
    private let deductions: [String: Int64]
    private let gone: [String: Int64]

    init(in tx: Transaction) throws {
        references = try tx.query(
            """
            SELECT reference FROM journal_entries WHERE reference LIKE 'stripe:%:refunded'
                OR reference LIKE 'stripe:%:returned' OR reference LIKE 'stripe:%:disputed' ORDER BY sequence
            """
        ).map { try $0.text("reference") }
        claims = try Self.sums(
            "SELECT top_up AS name, claimed_micros AS n FROM wallet_lots WHERE top_up IS NOT NULL", in: tx)
        retries = try tx.first("SELECT COUNT(*) AS n FROM charge_attempts WHERE number > 1")?.int64("n") ?? 0
        balances = try Self.sums(
            """
            SELECT book || ' ' || kind || ' ' || currency AS name, balance AS n FROM ledger_accounts
            WHERE customer = ''
            """, in: tx)
        expiries = try Self.sums(
            """
            SELECT l.account || ' ' || l.kind AS name, SUM(p.amount) AS n
            FROM wallet_lots l JOIN journal_entries e ON e.book = l.account
                    AND (e.reference = 'lot:' || l.id || ':expired' OR e.reference LIKE 'lot:' || l.id || ':expired:%')
                JOIN postings p ON p.entry = e.sequence JOIN ledger_accounts a ON a.id = p.account
            WHERE a.kind = 'wallet' GROUP BY l.account, l.kind
            """, in: tx)
        deductions = try Self.sums(
            """
            SELECT c.account || ' refunds' AS name, s.refunds_micros AS n
            FROM settlings s JOIN charges c ON c.id = s.charge
            UNION ALL
            SELECT c.account || ' chargebacks' AS name, s.chargebacks_micros AS n
            FROM settlings s JOIN charges c ON c.id = s.charge
            """, in: tx)
        gone = try Self.sums(
            """
            SELECT c.account AS name, s.refunds_micros + s.chargebacks_micros + s.taken_micros + s.returned_micros - (
                SELECT COALESCE(SUM(w.amount_micros), 0) FROM wallet_lots w WHERE w.charge = c.id) AS n
            FROM settlings s JOIN charges c ON c.id = s.charge WHERE c.status = 'paid'
            """, in: tx)
    }

    func balance(_ book: String, _ kind: String, _ currency: String) -> Int64 {
        balances["\(book) \(kind) \(currency)", default: 0]
    }

    /// What stands on `refunds` or `chargebacks` by the charges.
    func deducted(_ book: String, _ kind: String) -> Int128 { Int128(deductions["\(book) \(kind)", default: 0]) }

    /// What has gone back of the book's charges, by what it has done.
    func goneOfCharges(_ book: String) -> Int128 { Int128(gone[book, default: 0]) }

    /// What expired of lots of a kind.
    func expired(_ book: String, _ kind: String) -> Int64 { expiries["\(book) \(kind)", default: 0] }

    private static func sums(_ sql: String, in tx: Transaction) throws -> [String: Int64] {
        Dictionary(
            try tx.query(sql).map { (try $0.text("name"), try $0.int64("n")) }, uniquingKeysWith: { $0 + $1 })
    }
}
