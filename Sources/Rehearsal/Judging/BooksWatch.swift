import Ledger
import Storage

/// What must hold after every act, at the cost of what is new: a ledger of its own, which only adds, beside the stored
/// one. It reads the tables itself, so that no code of the worker's stands between it and the books.
struct BooksWatch: Sendable {
    private var chain = WatchedChain()
    private var balances: [Int64: Int64] = [:]
    private var month = ""

    /// - Throws: `Breach`.
    func sight(of database: Database) async throws -> Sight {
        let (chain, known) = (chain, balances)
        return try await database.read { tx in try Sight(after: chain, known, in: tx) }
    }

    mutating func keep(_ sight: Sight) { (chain, balances) = (sight.chain, sight.balances) }

    mutating func isNewMonth(_ now: Instant) -> Bool {
        let here = String(now.rfc3339.prefix(7))
        defer { month = here }
        return here != month
    }

    /// All that is in the journal, in 64 bits; two runs that did the same have the same.
    func digest(of database: Database) async throws -> String {
        let text = try await database.read { tx in
            var trace = Trace(isKept: false)
            try tx.forEach(
                """
                SELECT e.sequence AS sequence, e.reference AS reference, e.posted_at AS posted_at, p.account AS account,
                    p.amount AS amount
                FROM journal_entries e JOIN postings p ON p.entry = e.sequence ORDER BY e.sequence, p.place
                """
            ) { row in
                trace.add(
                    "\(try row.int64("sequence")) \(try row.text("reference")) \(try row.int64("posted_at")) "
                        + "\(try row.int64("account")) \(try row.int64("amount"))")
            }
            return trace.digest
        }
        return text
    }
}

/// One look, on one snapshot.
struct Sight: Sendable {
    private(set) var chain: WatchedChain
    private(set) var balances: [Int64: Int64]
    /// How many things were compared.
    private(set) var compared = 0

    init(after chain: WatchedChain, _ known: [Int64: Int64], in tx: Transaction) throws {
        self.chain = chain
        balances = known
        try addNewPostings(in: tx)
        try self.chain.compareEnd(in: tx)
        try compareBalances(in: tx)
        try compareLots(in: tx)
        try compareClaims(in: tx)
        try compareHolds(in: tx)
    }

    private mutating func addNewPostings(in tx: Transaction) throws {
        for entry in try WatchedEntry.after(chain.sequence, in: tx) {
            var sums: [String: Int64] = [:]
            for posting in entry.postings {
                sums[posting.currency, default: 0] += posting.amount
                balances[posting.account, default: 0] += posting.amount
                compared += 1
            }
            guard sums.allSatisfy({ $0.value == 0 }) else {
                throw Breach("an entry sums to zero", "entry \(entry.sequence)")
            }
            try chain.follow(entry)
            compared += 1
        }
    }

    private mutating func compareBalances(in tx: Transaction) throws {
        for row in try tx.query("SELECT id, kind, floor, balance FROM ledger_accounts ORDER BY id") {
            let (id, balance, floor) = try (row.int64("id"), row.int64("balance"), row.int64("floor"))
            let own = balances[id] ?? 0
            guard own == balance else {
                throw Breach(
                    "a stored balance is the sum of its postings", "account \(id) holds \(balance), and sums to \(own)")
            }
            guard floor == 0 || (floor == 1 ? balance >= 0 : balance <= 0) else {
                throw Breach("no account crosses its floor", "\(try row.text("kind")) \(id) holds \(balance)")
            }
            compared += 2
        }
    }

    private mutating func compareLots(in tx: Transaction) throws {
        let rows = try tx.query(
            """
            SELECT a.customer AS customer, a.balance AS balance, (
                SELECT COALESCE(SUM(remaining_micros), 0) FROM wallet_lots WHERE wallet_lots.customer = a.customer
                    AND remaining_micros > 0) AS lots
            FROM ledger_accounts a WHERE a.kind = 'wallet' ORDER BY a.id
            """)
        for row in rows {
            let (balance, lots) = try (row.int64("balance"), row.int64("lots"))
            guard balance == -lots else {
                throw Breach(
                    "lots add up to the wallet",
                    "customer \(try row.text("customer")): lots \(lots), wallet \(-balance)")
            }
            compared += 1
        }
    }

    /// What refunds under way and open disputes may take of a lot is no more than its payment has brought, and of what
    /// is no payment nothing is kept.
    private mutating func compareClaims(in tx: Transaction) throws {
        let rows = try tx.query(
            "SELECT id, claimed_micros, COALESCE(top_up, charge) AS payment FROM wallet_lots WHERE claimed_micros <> 0"
                + " ORDER BY id")
        for row in rows {
            guard try row.int64("claimed_micros") > 0, try row.textOrNil("payment") != nil else {
                throw Breach("claims are on payments", "lot \(try row.text("id"))")
            }
            compared += 1
        }
    }

    private mutating func compareHolds(in tx: Transaction) throws {
        let rows = try tx.query(
            """
            SELECT customer_meters.customer AS customer, held_micros, (
                SELECT COALESCE(SUM(authorizations.held_micros), 0) FROM authorizations
                WHERE authorizations.customer = customer_meters.customer AND status = 'held') AS holds
            FROM customer_meters ORDER BY customer_meters.customer
            """)
        for row in rows {
            let (total, holds) = try (row.int64("held_micros"), row.int64("holds"))
            guard total == holds else {
                throw Breach(
                    "holds add up to what is held",
                    "customer \(try row.text("customer")): holds \(holds), total \(total)")
            }
            compared += 1
        }
    }
}
