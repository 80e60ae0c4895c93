import Billing
import Ledger
import Storage

/// Taking an event back from the meters that have counted it.
extension MetersTab {
    /// In readings, what can be taken back without all other events is: a count, a sum, an average; the largest, the
    /// latest and the different values stay. What a product's tiers look at becomes what the events that are left make
    /// of it, whatever the aggregation.
    /// - Returns: with how the product's meters go from what they were to what is left.
    /// - Throws: `overflow`, `not_correctable`; nothing is changed then.
    mutating func takingBack(
        _ original: UsageEvent, _ line: Rated, by customer: Customer, countedAt: Instant
    ) throws -> Change {
        guard let definitions else { return .nothing }
        var change = Change()
        for slug in line.meters {
            guard let meter = definitions.meters[slug] else { continue }
            for bucket in buckets(of: meter, original.customer, countedAt) {
                change.moves.append(try takingBack(original, of: meter, from: bucket))
            }
        }
        guard let month = line.period.flatMap(RatingMonth.init(name:)),
            let product = line.product.flatMap({ definitions.products[$0] })
        else { return change }
        var readings: [MeterReading] = []
        for metric in line.metrics {
            guard let meter = definitions.meters[metric.meter] else { continue }
            let bucket = month.bucket(of: meter, product, original.customer)
            let move =
                meter.rule.aggregation.isReversible
                ? try takingBack(original, of: meter, from: bucket)
                : try makingAnew(without: original, of: meter, product, in: month, by: customer)
            change.moves.append(move)
            guard let sold = product.metrics.first(where: { $0.meter == metric.meter }) else { continue }
            readings.append(
                MeterReading(
                    sold, before: try held[move.place].state.value(meter.rule.aggregation),
                    after: try move.state.value(meter.rule.aggregation)))
        }
        change.use = ProductUse(product: product.slug, period: month.name, readings: readings)
        return change
    }

    private mutating func takingBack(
        _ event: UsageEvent, of meter: Meter, from bucket: MeterBucket
    ) throws -> Move {
        let place = try place(of: bucket)
        var state = held[place].state
        try state.takeBack(meter.reversibleValue(of: event))
        return Move(place: place, state: state)
    }

    /// Adds up what is left of the month.
    private mutating func makingAnew(
        without original: UsageEvent, of meter: Meter, _ product: Product, in month: RatingMonth, by customer: Customer
    ) throws -> Move {
        let place = try place(of: month.bucket(of: meter, product, original.customer))
        var state = MeterState.empty
        let left = try tx.usage.left(
            of: original.customer, product: product.slug, month: month.name, without: original.id,
            limit: Self.mostToAddUp + 1)
        guard left.count <= Self.mostToAddUp else {
            throw WorkerError.conflict(
                "not_correctable",
                "more than \(Self.mostToAddUp) events of this month are priced by the meter \(meter.slug); give the "
                    + "customer credit instead (POST /v1/customers/{id}/grants)")
        }
        for (event, meters) in left where meters.contains(meter.slug) {
            let attributes = MeterAttributes(event, by: customer).texts
            guard let value = meter.rule.value(of: event.quantities, attributes) else { continue }
            try state.add(value, at: event.time)
        }
        return Move(place: place, state: state, isWhole: true)
    }

    /// They are read in the transaction that everybody waits for.
    private static let mostToAddUp = 10_000
}

extension Meter {
    /// What can be taken back of an event that the meter has counted: that it was one, and its number.
    fileprivate func reversibleValue(of event: UsageEvent) -> MeterValue {
        guard let unit = rule.field.flatMap({ try? UsageUnit($0) }), rule.aggregation != .uniqueCount else {
            return .event
        }
        return .number(event.quantities[unit])
    }
}
