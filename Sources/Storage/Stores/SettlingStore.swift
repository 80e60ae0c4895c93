public import Billing
import Ledger

extension Transaction {
    public var settlings: SettlingStore { SettlingStore(tx: self) }
}

/// An amount that was taken out of what a customer had accrued: by lots of the wallet, or by a charge.
public struct Settling: Hashable, Sendable {
    /// The journal entry that moved it.
    public let entry: Int64
    /// `nil` where the wallet has paid.
    public let charge: Charge.ID?
    public let amountMicros: Int64
    /// Of the usage that it has paid, what corrections have taken back.
    public let returnedMicros: Int64
    /// What money that went back of the charge has done; nothing where the wallet has paid.
    public let deductions: Deductions

    public var unreturnedMicros: Int64 { amountMicros - returnedMicros }

    /// Micros; none is ever below zero.
    public struct Deductions: Hashable, Sendable {
        /// What refunds have deducted from revenue, less what corrections have taken off again.
        public var refunds: Int64
        /// What disputes have.
        public var chargebacks: Int64
        /// What went back of the credit that corrections had made of the charge, and has not come again.
        public var taken: Int64

        public init(refunds: Int64 = 0, chargebacks: Int64 = 0, taken: Int64 = 0) {
            self.refunds = refunds
            self.chargebacks = chargebacks
            self.taken = taken
        }
    }
}

/// What has paid for usage that had accrued, so that a correction gives back to the one who paid.
public struct SettlingStore {
    let tx: Transaction

    /// - Parameter left: what the customer owed afterwards.
    public func insert(
        _ entry: Int64, of customer: Customer.ID, charge: Charge.ID?, micros: Int64, left: Int64
    ) throws {
        try tx.execute(
            """
            INSERT INTO settlings (customer, entry, charge, amount_micros, returned_micros, left_micros)
            VALUES ($1, $2, $3, $4, 0, $5)
            """, customer.text, entry, charge?.text, micros, left)
    }

    /// A charge is over without a payment: its amount is owed as before, and was so after all that was settled since.
    public func void(_ charge: Charge.ID, of customer: Customer.ID) throws {
        guard let row = try tx.first("SELECT entry, amount_micros FROM settlings WHERE charge = $1", charge.text) else {
            return
        }
        let entry = try row.int64("entry")
        try tx.execute(
            "UPDATE settlings SET left_micros = left_micros + $3 WHERE customer = $1 AND entry > $2",
            customer.text, entry, try row.int64("amount_micros"))
        try tx.execute("DELETE FROM settlings WHERE customer = $1 AND entry = $2", customer.text, entry)
    }

    /// The least that was owed after any of what was settled since that entry: so much of what the entry had added can
    /// be owed still, and no more.
    /// - Returns: `nil` when nothing was settled since.
    public func leastLeft(of customer: Customer.ID, after entry: Int64) throws -> Int64? {
        try tx.first(
            "SELECT MIN(left_micros) AS least FROM settlings WHERE customer = $1 AND entry > $2", customer.text, entry
        )?.int64OrNil("least")
    }

    /// What was settled after that entry and has not been given back, oldest first.
    public func unreturned(of customer: Customer.ID, after entry: Int64, limit: Int) throws -> [Settling] {
        let query = Self.unreturned(of: customer, after: entry, limit: limit)
        return try tx.query(query.sql, values: query.values).map(Self.settling)
    }

    /// What was settled before that entry and has not been given back, newest first.
    public func unreturned(of customer: Customer.ID, before entry: Int64, limit: Int) throws -> [Settling] {
        let query = Self.unreturned(of: customer, before: entry, limit: limit)
        return try tx.query(query.sql, values: query.values).map(Self.settling)
    }

    /// What a charge took; `nil` for one that is over without a payment.
    public func find(_ charge: Charge.ID) throws -> Settling? {
        try tx.first("SELECT * FROM settlings WHERE charge = $1", charge.text).map(Self.settling)
    }

    /// Counts so much more as given back, and what that, or money that moved, has made of the deductions.
    public func move(
        _ settling: Settling, of customer: Customer.ID, returning micros: Int64 = 0, to after: Settling.Deductions
    ) throws {
        let before = settling.deductions
        let moved = try tx.execute(
            """
            UPDATE settlings SET returned_micros = returned_micros + $7, refunds_micros = $8, chargebacks_micros = $9,
                taken_micros = $10
            WHERE customer = $1 AND entry = $2 AND returned_micros = $3 AND refunds_micros = $4
                AND chargebacks_micros = $5 AND taken_micros = $6
            """, customer.text, settling.entry, settling.returnedMicros, before.refunds, before.chargebacks,
            before.taken, micros, after.refunds, after.chargebacks, after.taken)
        guard moved == 1 else { throw StorageError(.locked, detail: "settlings") }
    }

    static func unreturned(
        of customer: Customer.ID, after entry: Int64, limit: Int
    ) -> (sql: String, values: [SQLValue]) {
        (
            """
            SELECT * FROM settlings WHERE customer = $1 AND entry > $2 AND returned_micros < amount_micros
            ORDER BY entry LIMIT $3
            """, [.text(customer.text), .integer(entry), .integer(Int64(limit))]
        )
    }

    static func unreturned(
        of customer: Customer.ID, before entry: Int64, limit: Int
    ) -> (sql: String, values: [SQLValue]) {
        (
            """
            SELECT * FROM settlings WHERE customer = $1 AND entry < $2 AND returned_micros < amount_micros
            ORDER BY entry DESC LIMIT $3
            """, [.text(customer.text), .integer(entry), .integer(Int64(limit))]
        )
    }

    private static func settling(_ row: Row) throws -> Settling {
        Settling(
            entry: try row.int64("entry"), charge: try row.textOrNil("charge").map(Charge.ID.init(stored:)),
            amountMicros: try row.int64("amount_micros"), returnedMicros: try row.int64("returned_micros"),
            deductions: Settling.Deductions(
                refunds: try row.int64("refunds_micros"), chargebacks: try row.int64("chargebacks_micros"),
                taken: try row.int64("taken_micros")))
    }
}
