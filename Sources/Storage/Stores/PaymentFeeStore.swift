public import Billing
public import Ledger

extension Transaction {
    public var paymentFees: PaymentFeeStore { PaymentFeeStore(tx: self) }
}

/// What payments of one customer have cost in a quarter of an hour.
public struct PaymentFees: Hashable, Sendable {
    public let startsAt: Instant
    /// `nil` for fees of no payment of ours.
    public let customer: Customer.ID?
    public let currency: Currency
    /// What Stripe has taken.
    public let processorMicros: Int64
    /// What the platform has taken through Connect.
    public let applicationMicros: Int64

    public var isZero: Bool { processorMicros == 0 && applicationMicros == 0 }

    public init(
        startsAt: Instant, customer: Customer.ID?, currency: Currency, processorMicros: Int64, applicationMicros: Int64
    ) {
        self.startsAt = startsAt
        self.customer = customer
        self.currency = currency
        self.processorMicros = processorMicros
        self.applicationMicros = applicationMicros
    }
}

/// Fees as the books have them, summed up when they are booked.
public struct PaymentFeeStore {
    let tx: Transaction

    public func add(_ fees: PaymentFees, of account: ConnectedAccount.ID) throws {
        try tx.execute(
            """
            INSERT INTO payment_fees (account, starts_at, customer, currency, processor_micros, application_micros)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (account, starts_at, customer, currency) DO UPDATE SET
                processor_micros = payment_fees.processor_micros + excluded.processor_micros,
                application_micros = payment_fees.application_micros + excluded.application_micros
            """, account.text, fees.startsAt.millisecondsSince1970, fees.customer?.text ?? "", fees.currency.code,
            fees.processorMicros, fees.applicationMicros)
    }

    /// Hands over the fees of a half-open stretch of time, in its order.
    /// - Parameter customer: `nil` for those of all, and of nobody.
    public func forEach(
        account: ConnectedAccount.ID, from: Instant, to: Instant, customer: Customer.ID?,
        body: (PaymentFees) throws -> Void
    ) throws {
        try tx.forEach(
            """
            SELECT * FROM payment_fees WHERE account = $1 AND starts_at >= $2 AND starts_at < $3
                AND ($4 = '' OR customer = $4)
            ORDER BY starts_at, customer, currency
            """, account.text, from.millisecondsSince1970, to.millisecondsSince1970, customer?.text ?? ""
        ) { row in
            let customer = try row.text("customer")
            try body(
                PaymentFees(
                    startsAt: try row.instant("starts_at"),
                    customer: customer.isEmpty ? nil : Customer.ID(stored: customer),
                    currency: try row.currency("currency"), processorMicros: try row.int64("processor_micros"),
                    applicationMicros: try row.int64("application_micros")))
        }
    }
}
