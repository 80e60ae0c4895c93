public import Billing
import Ledger

extension Transaction {
    public var prices: PriceStore { PriceStore(tx: self) }
}

/// Prices as they were taken in; rows are added and never changed.
public struct PriceStore {
    let tx: Transaction

    public func insert(_ batch: PriceImport, _ prices: [CataloguePrice]) throws {
        let last = try tx.first("SELECT MAX(number) AS number FROM price_imports")?.int64OrNil("number")
        try tx.execute(
            """
            INSERT INTO price_imports (id, number, account, source, version, prices, imported_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """, batch.id.text, (last ?? 0) + 1, batch.account?.text, batch.source, batch.version, batch.count,
            batch.importedAt.millisecondsSince1970)
        for (place, price) in prices.enumerated() {
            try tx.execute(
                "INSERT INTO prices (import, place, price) VALUES ($1, $2, $3)", batch.id.text, place,
                try CatalogueFile.line(price))
        }
    }

    /// What was taken in last: while it is the same, so are the prices.
    /// - Parameter account: `nil` for the public prices.
    public func newest(account: ConnectedAccount.ID?) throws -> PriceImport.ID? {
        try imports(account: account, limit: 1).first?.id
    }

    /// The last ones, newest first.
    public func imports(account: ConnectedAccount.ID?, limit: Int) throws -> [PriceImport] {
        try tx.query(
            "SELECT * FROM price_imports WHERE \(Self.owner(account)) ORDER BY number DESC LIMIT $2",
            account?.text ?? "", limit
        ).map(Self.priceImport)
    }

    /// Every price that was ever taken in, in the order of taking in; the numbers count the public ones and those of
    /// every account together.
    public func all(
        account: ConnectedAccount.ID?
    ) throws -> [(batch: PriceImport, number: Int, prices: [CataloguePrice])] {
        let batches = try tx.query(
            "SELECT * FROM price_imports WHERE \(Self.owner(account)) ORDER BY number", account?.text ?? ""
        ).map { (try Self.priceImport($0), try $0.int("number")) }
        return try batches.map { batch, number in
            let rows = try tx.query("SELECT price FROM prices WHERE import = $1 ORDER BY place", batch.id.text)
            return (
                batch, number,
                try rows.map {
                    try CatalogueFile.price(
                        line: try $0.text("price"), version: batch.version, source: batch.source)
                }
            )
        }
    }

    private static func owner(_ account: ConnectedAccount.ID?) -> String {
        account == nil ? "account IS NULL AND $1 = ''" : "account = $1"
    }

    private static func priceImport(_ row: Row) throws -> PriceImport {
        PriceImport(
            id: PriceImport.ID(stored: try row.text("id")),
            account: try row.textOrNil("account").map(ConnectedAccount.ID.init(stored:)),
            source: try row.text("source"), version: try row.text("version"), count: try row.int("prices"),
            importedAt: try row.instant("imported_at"))
    }
}
