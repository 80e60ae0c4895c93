import Billing
import Ledger

/// What the customers must have been billed, worked out from what their apps reported and nothing else: no code of the
/// worker's is asked. It adds, multiplies and takes the floor.
struct BillOracle: Sendable {
    struct Key: Hashable, Sendable {
        let book: String
        let customer: String
    }

    /// Credit that was given.
    struct Grant: Sendable {
        let key: Key
        let micros: Int64
        let isPromotional: Bool
        /// Whether the giver was told that it was.
        var isAcknowledged = false
    }

    private var reported: [String: Market.Recorded] = [:]
    private(set) var order: [Market.Recorded] = []
    private var corrected: Set<String> = []
    /// By its reason.
    private(set) var grants: [String: Grant] = [:]

    static func name(_ merchant: Market.Merchant, _ event: String) -> String { "\(merchant.account) \(event)" }

    /// The app was told that this usage is recorded. Being told twice changes nothing.
    mutating func noteRecorded(_ recorded: Market.Recorded) {
        let name = Self.name(recorded.merchant, recorded.report.id)
        if reported.updateValue(recorded, forKey: name) == nil { order.append(recorded) }
    }

    mutating func noteCorrected(_ event: String, of merchant: Market.Merchant) {
        corrected.insert(Self.name(merchant, event))
    }

    func isCorrected(_ event: String, of merchant: Market.Merchant) -> Bool {
        corrected.contains(Self.name(merchant, event))
    }

    var corrections: Int { corrected.count }

    mutating func noteAsked(_ reason: String, _ micros: Int64, isPromotional: Bool, for person: Market.Person) {
        let key = Key(book: person.merchant.account.text, customer: person.name)
        grants[reason] = Grant(key: key, micros: micros, isPromotional: isPromotional)
    }

    mutating func noteGranted(_ reason: String) { grants[reason]?.isAcknowledged = true }

    /// How many events and corrections there must be.
    var events: Int { reported.count + corrected.count }

    /// What each customer's usage comes to: the floor of the exact sum, in micros. What providers took is marked up;
    /// the product's months cost what its price list says of all that is left of them.
    /// - Parameter countedAt: when each event of the product was counted, by its id.
    func owed(_ countedAt: [String: Instant]) throws -> [Key: Int128] {
        var exact: [Key: Int128] = [:]
        var months: [Key: [String: ProductOracle.Month]] = [:]
        for (name, event) in reported where !corrected.contains(name) {
            let key = Key(book: event.merchant.account.text, customer: event.report.customer)
            if let use = event.report.use {
                guard let instant = countedAt[event.event] else {
                    throw Breach("what was acknowledged is there", "\(event.report.id) is not")
                }
                let month = ProductOracle.month(of: instant, in: event.merchant.zone)
                months[key, default: [:]][month, default: ProductOracle.Month()].add(use)
            }
            let factor = 1_000_000 + Int128(event.merchant.markup.partsPerMillion)
            exact[key, default: 0] += Int128(event.report.cost ?? 0) * factor * 1_000_000
        }
        for (key, months) in months { exact[key, default: 0] += months.values.reduce(0) { $0 + $1.price } }
        return exact.mapValues { $0 / 1_000_000_000_000 }
    }
}
