public import Billing
public import Ledger

extension Transaction {
    public var carries: CarryStore { CarryStore(tx: self) }
}

/// What rounding has left of each customer's amounts.
public struct CarryStore {
    let tx: Transaction

    public func get(_ customer: Customer.ID) throws -> Carries { try get([customer])[customer] ?? .zero }

    /// Those of them that anything has been left of.
    public func get(_ customers: [Customer.ID]) throws -> [Customer.ID: Carries] {
        var found: [Customer.ID: Carries] = [:]
        try tx.forEach(Self.reading, rows: customers.map(\.text.sqlValue)) { row in
            found[Customer.ID(stored: try row.text(at: 0))] = Carries(
                cost: try Carry(try row.text(at: 1)), price: try Carry(try row.text(at: 2)))
        }
        return found
    }

    public func set(_ carries: [(customer: Customer.ID, carries: Carries)], at now: Instant) throws {
        let rows = carries.flatMap { customer, carries -> [SQLValue] in
            [
                .text(customer.text), .text(carries.cost.description), .text(carries.price.description),
                .integer(now.millisecondsSince1970),
            ]
        }
        try tx.execute(Self.writing, rows: rows)
    }

    private static let reading = ManyRows(width: 1, row: { $0[0] }) { list in
        "SELECT customer, cost_carry, price_carry FROM customer_meters WHERE customer IN (\(list))"
    }

    private static let writing = ManyRows(
        width: 4, longest: 16, row: { "(\($0[0]), \($0[1]), \($0[2]), 0, 0, \($0[3]))" }
    ) { list in
        """
        INSERT INTO customer_meters (customer, cost_carry, price_carry, held_micros, filled_micros, filled_at)
        VALUES \(list)
        ON CONFLICT (customer) DO UPDATE SET cost_carry = excluded.cost_carry, price_carry = excluded.price_carry
        """
    }
}
