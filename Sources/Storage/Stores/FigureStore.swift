public import Ledger

extension Transaction {
    public var figures: FigureStore { FigureStore(tx: self) }
}

/// Sums over what is open, each by an index that holds nothing else.
public struct FigureStore {
    let tx: Transaction

    /// How many charges are not at their end, by status.
    public func openCharges() throws -> [String: Int64] {
        let rows = try tx.query(
            """
            SELECT status, COUNT(*) AS charges FROM charges
            WHERE status IN (\(StatusList.openCharges)) GROUP BY status
            """)
        return Dictionary(uniqueKeysWithValues: try rows.map { (try $0.text("status"), try $0.int64("charges")) })
    }

    /// What lies on suspense, whatever its sign, by currency.
    public func unexplainedMicros() throws -> [Currency: Int64] {
        let rows = try tx.query(
            """
            SELECT currency, CAST(SUM(ABS(balance)) AS BIGINT) AS micros FROM ledger_accounts
            WHERE kind = 'suspense' GROUP BY currency
            """)
        return Dictionary(uniqueKeysWithValues: try rows.map { (try $0.currency("currency"), try $0.int64("micros")) })
    }
}
