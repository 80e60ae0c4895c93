public import Billing
public import Ledger

extension Transaction {
    public var meterStates: MeterStateStore { MeterStateStore(tx: self) }
}

/// How long the stretches are that a meter's states are kept for.
public enum MeterSpan: String, CaseIterable, Sendable {
    /// A quarter of an hour, in UTC.
    case quarter
    /// In the account's time zone.
    case day
    /// A month of the customer's, which begins on its first day as if in UTC: what a product's tiers look at.
    case month
}

/// What one state is of.
public struct MeterBucket: Hashable, Sendable {
    public let meter: Meter.ID
    /// Only events that name it; `nil` for all that the meter counts.
    public let product: Product.ID?
    /// `nil` for all customers together.
    public let customer: Customer.ID?
    public let span: MeterSpan
    public let startsAt: Instant

    public init(
        meter: Meter.ID, product: Product.ID? = nil, customer: Customer.ID?, span: MeterSpan, startsAt: Instant
    ) {
        self.meter = meter
        self.product = product
        self.customer = customer
        self.span = span
        self.startsAt = startsAt
    }

    fileprivate var key: [SQLValue] {
        [
            .text(meter.text), .text(product?.text ?? ""), .text(customer?.text ?? ""), .text(span.rawValue),
            .integer(startsAt.millisecondsSince1970),
        ]
    }
}

/// Running states of meters, written in the commit of the events. The different values of `unique_count` lie in rows of
/// their own, so that a state stays small.
public struct MeterStateStore {
    let tx: Transaction

    /// - Returns: the state, whose different values are only counted, and the number of its writing; `nil` when
    ///   nothing was counted.
    public func get(_ bucket: MeterBucket) throws -> (state: MeterState, version: Int64)? {
        try tx.first(
            """
            SELECT * FROM meter_states
            WHERE meter = $1 AND product = $2 AND customer = $3 AND span = $4 AND starts_at = $5
            """, values: bucket.key
        ).map { (try Self.state($0), try $0.int64("version")) }
    }

    public func has(_ value: String, in bucket: MeterBucket) throws -> Bool {
        try tx.first(
            """
            SELECT 1 AS found FROM meter_uniques
            WHERE meter = $1 AND product = $2 AND customer = $3 AND span = $4 AND starts_at = $5 AND value = $6
            """, values: bucket.key + [.text(value)]) != nil
    }

    /// - Parameters:
    ///   - state: `uniques` are those that are new.
    ///   - version: of the state that was read; `nil` when there was none.
    /// - Throws: `StorageError` (locked) when another has written it meanwhile.
    public func write(_ state: MeterState, to bucket: MeterBucket, after version: Int64?) throws {
        let (whole, rest) = state.sumMillionths.quotientAndRemainder(dividingBy: 1_000_000)
        guard let whole = Int64(exactly: whole) else { throw StorageError(.misuse, detail: "a sum is out of range") }
        let numbers: [any SQLValueConvertible] = [
            state.count, whole, Int64(rest), state.maximum?.millionths, state.latest?.millionths,
            state.latestAt?.millisecondsSince1970, state.otherUniques + Int64(state.uniques.count), version ?? 0,
        ]
        let written = try tx.execute(
            """
            INSERT INTO meter_states (meter, product, customer, span, starts_at, events, whole, rest, maximum, latest,
                latest_at, uniques, version)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13 + 1)
            ON CONFLICT (meter, product, customer, span, starts_at) DO UPDATE SET events = excluded.events,
                whole = excluded.whole, rest = excluded.rest, maximum = excluded.maximum, latest = excluded.latest,
                latest_at = excluded.latest_at, uniques = excluded.uniques, version = excluded.version
            WHERE meter_states.version = $13
            """, values: bucket.key + numbers.map(\.sqlValue))
        guard written == 1 else { throw StorageError(.locked, detail: "meter_states") }
        for value in state.uniques.sorted() { try add(value, to: bucket) }
    }

    /// Before a state is written that holds all its different values.
    public func forgetUniques(of bucket: MeterBucket) throws {
        try tx.execute(
            """
            DELETE FROM meter_uniques
            WHERE meter = $1 AND product = $2 AND customer = $3 AND span = $4 AND starts_at = $5
            """, values: bucket.key)
    }

    private func add(_ value: String, to bucket: MeterBucket) throws {
        let written = try tx.execute(
            """
            INSERT INTO meter_uniques (meter, product, customer, span, starts_at, value)
            VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (meter, product, customer, span, starts_at, value) DO NOTHING
            """, values: bucket.key + [.text(value)])
        guard written == 1 else { throw StorageError(.locked, detail: "meter_uniques") }
    }

    static func state(_ row: Row) throws -> MeterState {
        var state = MeterState(
            count: try row.int64("events"),
            sumMillionths: Int128(try row.int64("whole")) * 1_000_000 + Int128(try row.int64("rest")),
            maximum: try row.int64OrNil("maximum").map(Quantity.init(millionths:)),
            latest: try row.int64OrNil("latest").map(Quantity.init(millionths:)),
            latestAt: try row.instantOrNil("latest_at"))
        state.otherUniques = try row.int64("uniques")
        return state
    }
}
