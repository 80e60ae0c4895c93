public import Billing
import Foundation
import Ledger

extension UsageStore {
    /// What its line remembers of an event's pricing.
    private struct Priced: Decodable {
        let meters: [String]?
    }

    /// The events of a customer that were priced by a product in one month and have not been taken back, each with the
    /// slugs of the meters that counted it.
    /// - Parameters:
    ///   - product: its slug.
    ///   - month: as lines name it, `2026-11`.
    ///   - id: of an event that is left out.
    public func left(
        of customer: Customer.ID, product: String, month: String, without id: UsageEvent.ID, limit: Int
    ) throws -> [(event: UsageEvent, meters: [String])] {
        try tx.query(
            """
            SELECT * FROM usage_events e
            WHERE customer = $1 AND product = $2 AND kind = 'usage' AND id <> $3
                AND rated LIKE '%"period":"' || $4 || '"%'
                AND NOT EXISTS (SELECT 1 FROM usage_events c WHERE c.corrects = e.id)
            ORDER BY id LIMIT $5
            """, customer.text, product, id.text, month, limit
        ).map { row in
            let priced = try JSONDecoder().decode(Priced.self, from: Data(try row.text("rated").utf8))
            return (try Self.event(row), priced.meters ?? [])
        }
    }
}
