import Billing
import Ledger

/// What the customers must have been billed, worked out from what their apps reported and nothing else: no code of the
/// worker's is asked. It adds, multiplies and takes the floor.
struct BillOracle: Sendable {
    struct Key: Hashable, Sendable {
        let book: String
        let customer: String
    }

    private struct Reported: Sendable {
        let key: Key
        let cost: Int64
    }

    private var reported: [String: Reported] = [:]
    private(set) var order: [(merchant: Market.Merchant, report: Market.Report)] = []
    private var corrected: Set<String> = []
    private var markups: [Key: Percent] = [:]
    /// Credit that was given, by its reason: how much, and whether the giver was told that it was.
    private(set) var grants: [String: (key: Key, micros: Int64, isAcknowledged: Bool)] = [:]

    static func name(_ merchant: Market.Merchant, _ event: String) -> String { "\(merchant.account) \(event)" }

    /// The app was told that this usage is recorded. Being told twice changes nothing.
    mutating func noteRecorded(_ report: Market.Report, of merchant: Market.Merchant) {
        let key = Key(book: merchant.account.text, customer: report.customer)
        let known = reported.updateValue(
            Reported(key: key, cost: report.cost), forKey: Self.name(merchant, report.id))
        if known == nil { order.append((merchant, report)) }
        markups[key] = merchant.markup
    }

    mutating func noteCorrected(_ event: String, of merchant: Market.Merchant) {
        corrected.insert(Self.name(merchant, event))
    }

    func isCorrected(_ event: String, of merchant: Market.Merchant) -> Bool {
        corrected.contains(Self.name(merchant, event))
    }

    mutating func noteGranted(_ reason: String, _ micros: Int64, _ person: Market.Person, isAcknowledged: Bool) {
        let key = Key(book: person.merchant.account.text, customer: person.name)
        grants[reason] = (key, micros, isAcknowledged)
    }

    /// How many events and corrections there must be.
    var events: Int { reported.count + corrected.count }

    /// What each customer's usage comes to: the floor of the exact sum, in micros.
    var owed: [Key: Int128] {
        var exact: [Key: Int128] = [:]
        for (name, event) in reported where !corrected.contains(name) {
            let factor = 1_000_000 + Int128(markups[event.key]?.partsPerMillion ?? 0)
            exact[event.key, default: 0] += Int128(event.cost) * factor
        }
        return exact.mapValues { $0 / 1_000_000 }
    }
}
