public import Billing
import Ledger

extension Transaction {
    public var alerts: AlertStore { AlertStore(tx: self) }
}

public struct AlertStore {
    let tx: Transaction

    /// - Returns: `false` when it was given before; nothing is changed then.
    public func insert(_ alert: Alert) throws -> Bool {
        try tx.execute(
            """
            INSERT INTO alerts (id, account, customer, api_key, kind, measure, percent, period_start, used, cap,
                subject, charge, reason, url, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
            ON CONFLICT (subject, kind, measure, percent, period_start) DO NOTHING
            """, alert.id.text, alert.account.text, alert.customer?.text, alert.apiKey, alert.kind.rawValue,
            alert.measure, alert.percent, alert.periodStart.millisecondsSince1970, alert.used, alert.cap,
            alert.occasion, alert.charge?.charge.text, alert.charge?.reason, alert.charge?.url,
            alert.createdAt.millisecondsSince1970) == 1
    }

    /// Newest first, those given before `after`.
    /// - Parameter key: a customer's, who is told nothing of what the merchant pays, nor of other keys; `nil` for the
    ///   merchant's.
    public func list(
        account: ConnectedAccount.ID, customer: Customer.ID?, kind: Alert.Kind?, shownTo key: ApiKey? = nil,
        after: Alert.ID?, limit: Int
    ) throws -> [Alert] {
        var conditions = Conditions()
        conditions.add("account = ?", account.text)
        conditions.add("customer = ?", customer?.text)
        conditions.add("kind = ?", kind?.rawValue)
        conditions.add("id < ?", after?.text)
        if let key {
            conditions.add("measure NOT LIKE ?", "%cost_micros")
            conditions.add("api_key IS NULL OR api_key = ?", key.countedAs.text)
        }
        return try conditions.rows("alerts", order: "id DESC", limit: limit, in: tx).map(Self.alert)
    }

    static func alert(_ row: Row) throws -> Alert {
        Alert(
            id: Alert.ID(stored: try row.text("id")), account: ConnectedAccount.ID(stored: try row.text("account")),
            customer: try row.textOrNil("customer").map(Customer.ID.init(stored:)),
            apiKey: try row.textOrNil("api_key"), kind: try row.choice("kind"), measure: try row.text("measure"),
            percent: try row.int64("percent"), periodStart: try row.instant("period_start"),
            used: try row.int64("used"), cap: try row.int64("cap"),
            charge: try notice(row), createdAt: try row.instant("created_at"))
    }

    private static func notice(_ row: Row) throws -> ChargeNotice? {
        guard let charge = try row.textOrNil("charge") else { return nil }
        return ChargeNotice(
            charge: Charge.ID(stored: charge), reason: try row.textOrNil("reason"), url: try row.textOrNil("url"))
    }
}
