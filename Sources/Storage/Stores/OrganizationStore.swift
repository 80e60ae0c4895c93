public import Billing

extension Transaction {
    public var organizations: OrganizationStore { OrganizationStore(tx: self) }
}

/// Customers who are looked at together, by the name that the merchant gave their group.
public struct OrganizationStore {
    let tx: Transaction

    public struct Entry: Hashable, Sendable {
        public let name: String
        public let customers: Int64
    }

    /// By name, those that come after `after`.
    public func list(account: ConnectedAccount.ID, after: String?, limit: Int) throws -> [Entry] {
        try tx.query(
            """
            SELECT organization, COUNT(*) AS customers FROM customers
            WHERE account = $1 AND organization > $2 GROUP BY organization ORDER BY organization LIMIT $3
            """, account.text, after ?? "", limit
        ).map { Entry(name: try $0.text("organization"), customers: try $0.int64("customers")) }
    }

    public func find(_ name: String, account: ConnectedAccount.ID) throws -> Entry? {
        let row = try tx.first(
            "SELECT COUNT(*) AS customers FROM customers WHERE account = $1 AND organization = $2", account.text, name)
        guard let count = try row?.int64("customers"), count > 0 else { return nil }
        return Entry(name: name, customers: count)
    }

    /// What the ledger accounts of all its customers hold together, by kind: micros, debits above zero.
    public func balances(_ name: String, account: ConnectedAccount.ID) throws -> [String: Int128] {
        let rows = try tx.query(
            """
            SELECT l.kind, \(ExactSum.columns(of: "l.balance")) FROM customers c
            JOIN ledger_accounts l ON l.book = c.account AND l.customer = c.id
            WHERE c.account = $1 AND c.organization = $2 GROUP BY l.kind
            """, account.text, name)
        return try Dictionary(rows.map { (try $0.text("kind"), try ExactSum.total($0)) }) { first, _ in first }
    }

    /// What is set apart for requests in flight of all its customers, in micros.
    public func held(_ name: String, account: ConnectedAccount.ID) throws -> Int128 {
        let row = try tx.first(
            """
            SELECT \(ExactSum.columns(of: "m.held_micros")) FROM customers c
            JOIN customer_meters m ON m.customer = c.id WHERE c.account = $1 AND c.organization = $2
            """, account.text, name)
        return try row.map(ExactSum.total) ?? 0
    }
}
