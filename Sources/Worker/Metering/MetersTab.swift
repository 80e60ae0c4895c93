import Billing
import Ledger
import Storage

/// The meters that a request's events move, and what they say of its prices. Of an account without meters it knows
/// nothing, and asks nothing.
struct MetersTab {
    /// What one event would move.
    struct Change {
        var counted: [String] = []
        var use: ProductUse?
        var moves: [Move] = []

        static let nothing = Change()
    }

    struct Move {
        let place: Int
        let state: MeterState
        /// Whether the state was made anew, with all its different values.
        var isWhole = false
    }

    struct Held {
        let bucket: MeterBucket
        let version: Int64?
        /// Its different values are those that the request adds.
        var state: MeterState
        /// Values that were there before.
        var known: Set<String> = []
        var isTouched = false
        var isWhole = false
    }

    let tx: Transaction
    let definitions: MeteringDefinitions?
    private(set) var held: [Held] = []
    private let zone: CivilZone
    private var places: [MeterBucket: Int] = [:]
    private var days: [Instant: Instant] = [:]

    init(account: ConnectedAccount, context: WorkerContext, tx: Transaction) throws {
        self.tx = tx
        zone = account.zone
        definitions = try context.metering.definitions(of: account, in: tx)
    }

    /// - Parameters:
    ///   - zone: of the customer's months.
    ///   - takesArchived: whether it was agreed before that the product may be used.
    /// - Throws: `unknown_product`, `unmetered`, `overflow`; nothing is changed then.
    mutating func adding(
        _ report: UsageReport, by customer: Customer, key: ApiKey?, in zone: CivilZone, at time: Instant,
        countedAt: Instant, takesArchived: Bool = false
    ) throws -> Change {
        guard let definitions else { return .nothing }
        let product = try product(report.product, takesArchived: takesArchived)
        var change = Change()
        var values: [String: MeterValue] = [:]
        let attributes = MeterAttributes(report, by: customer, key: key).texts
        for meter in definitions.live {
            guard let value = meter.rule.value(of: report.quantities, attributes) else { continue }
            values[meter.slug] = value
            change.counted.append(meter.slug)
            for bucket in buckets(of: meter, customer.id, countedAt) {
                change.moves.append(try adding(value, to: bucket, at: time))
            }
        }
        if let product {
            let month = RatingMonth(holding: countedAt, in: zone)
            for metric in product.metrics where values[metric.meter] == nil {
                // One that counts nothing else any more still prices what was agreed before.
                values[metric.meter] = definitions.meters[metric.meter]?.rule.value(of: report.quantities, attributes)
            }
            let readings = try readings(of: product, values, customer.id, month, at: time, moving: &change)
            change.use = ProductUse(product: product.slug, period: month.name, readings: readings)
        }
        return change
    }

    mutating func take(_ change: Change) {
        for move in change.moves {
            held[move.place].state = move.state
            held[move.place].isWhole = move.isWhole
            held[move.place].isTouched = true
        }
    }

    func write() throws {
        for state in held where state.isTouched {
            if state.isWhole { try tx.meterStates.forgetUniques(of: state.bucket) }
            try tx.meterStates.write(state.state, to: state.bucket, after: state.version)
        }
    }

    /// The product that an event names.
    /// - Returns: `nil` when it names none, or nothing but a label, as the account has no products.
    /// - Throws: `unknown_product`.
    func product(_ slug: String?, takesArchived: Bool) throws -> Product? {
        guard let slug, let definitions, !definitions.products.isEmpty else { return nil }
        guard let product = definitions.products[slug], product.isLive || takesArchived else {
            throw WorkerError.unknownProduct(slug)
        }
        return product
    }
}

extension MetersTab {
    private mutating func readings(
        of product: Product, _ values: [String: MeterValue], _ customer: Customer.ID, _ month: RatingMonth,
        at time: Instant, moving change: inout Change
    ) throws -> [MeterReading] {
        var readings: [MeterReading] = []
        for metric in product.metrics {
            guard let meter = definitions?.meters[metric.meter], let value = values[metric.meter] else { continue }
            let move = try adding(value, to: month.bucket(of: meter, product, customer), at: time)
            let aggregation = meter.rule.aggregation
            readings.append(
                MeterReading(
                    metric, before: try held[move.place].state.value(aggregation),
                    after: try move.state.value(aggregation)))
            change.moves.append(move)
        }
        guard !readings.isEmpty else { throw WorkerError.unmetered(product) }
        return readings
    }

    /// Of the customer and of all together, by quarter and by day.
    mutating func buckets(
        of meter: Meter, _ customer: Customer.ID, _ countedAt: Instant
    ) -> [MeterBucket] {
        let quarter = QuarterHour.start(holding: countedAt)
        let day = days[quarter] ?? Period(.day, holding: quarter, in: zone).start
        days[quarter] = day
        return [customer, nil].flatMap { customer in
            [(MeterSpan.quarter, quarter), (.day, day)].map {
                MeterBucket(meter: meter.id, customer: customer, span: $0, startsAt: $1)
            }
        }
    }

    private mutating func adding(
        _ value: MeterValue, to bucket: MeterBucket, at time: Instant
    ) throws -> Move {
        let place = try place(of: bucket)
        var state = held[place].state
        // A value that was there before is one more event, and nothing new.
        try state.add(isKnown(value, at: place) ? .event : value, at: time)
        return Move(place: place, state: state)
    }

    private mutating func isKnown(_ value: MeterValue, at place: Int) throws -> Bool {
        guard case .text(let text) = value else { return false }
        if held[place].known.contains(text) { return true }
        guard held[place].version != nil, try tx.meterStates.has(text, in: held[place].bucket) else { return false }
        held[place].known.insert(text)
        return true
    }

    mutating func place(of bucket: MeterBucket) throws -> Int {
        if let known = places[bucket] { return known }
        let stored = try tx.meterStates.get(bucket)
        held.append(Held(bucket: bucket, version: stored?.version, state: stored?.state ?? .empty))
        places[bucket] = held.count - 1
        return held.count - 1
    }
}

extension WorkerError {
    static func unknownProduct(_ slug: String) -> WorkerError {
        .invalid(
            "product", "the account sells no product \(slug.prefix(40)); make it, or restore it from the archive",
            code: "unknown_product")
    }

    static func unmetered(_ product: Product) -> WorkerError {
        let meters = product.metrics.map(\.meter).joined(separator: ", ")
        return .invalid(
            "product", "no meter of the product \(product.slug) counts this event (\(meters)), so it has no price",
            code: "unmetered")
    }
}
