public import Billing
public import Ledger

extension Transaction {
    public var carries: CarryStore { CarryStore(tx: self) }
}

/// What rounding has left of each customer's amounts.
public struct CarryStore {
    let tx: Transaction

    public func get(_ customer: Customer.ID) throws -> Carries {
        try tx.first(
            "SELECT cost_carry, price_carry FROM customer_meters WHERE customer = $1", customer.text
        ).map { row in
            Carries(cost: try Carry(try row.text("cost_carry")), price: try Carry(try row.text("price_carry")))
        } ?? .zero
    }

    public func set(_ carries: Carries, of customer: Customer.ID, at now: Instant) throws {
        try tx.execute(
            """
            INSERT INTO customer_meters (customer, cost_carry, price_carry, held_micros, filled_micros, filled_at)
            VALUES ($1, $2, $3, 0, 0, $4)
            ON CONFLICT (customer) DO UPDATE SET cost_carry = excluded.cost_carry, price_carry = excluded.price_carry
            """, customer.text, carries.cost.description, carries.price.description, now.millisecondsSince1970)
    }
}
