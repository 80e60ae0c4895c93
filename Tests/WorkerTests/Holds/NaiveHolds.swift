import Billing
import Ledger

/// Holds as a child would keep them: everything that ever happened is in a list, and each question adds it all up.
struct NaiveHolds {
    struct Entry {
        let customer: String
        let key: String?
        let held: Int64
        let expiresAt: Instant
        let at: Instant
        var end: End?
    }

    enum End: Equatable { case captured(Int64), released }

    struct Use {
        let customer: String
        let key: String?
        let price: Int64
        let at: Instant
    }

    /// Prepaid; what each was given.
    var given: [String: Int64] = [:]
    var holds: [Entry] = []
    var uses: [Use] = []
    let accountCap: Int64
    let accountRequests: Int64
    let keyCap: Int64

    func open(at now: Instant) -> [Entry] { holds.filter { $0.end == nil && now < $0.expiresAt } }

    func available(_ customer: String, at now: Instant) -> Int64 {
        (given[customer] ?? 0) - uses.filter { $0.customer == customer }.reduce(0) { $0 + $1.price }
            - open(at: now).filter { $0.customer == customer }.reduce(0) { $0 + $1.held }
    }

    /// Whether there is room for it in the wallet, under the key's cap and in the account's month.
    func allows(_ micros: Int64, by customer: String, key: String?, at now: Instant) -> Bool {
        let open = open(at: now)
        let month = String(now.rfc3339.prefix(7))
        let used = uses.filter { $0.at.rfc3339.prefix(7) == month }
        guard used.reduce(0, { $0 + $1.price }) + open.reduce(0, { $0 + $1.held }) + micros <= accountCap,
            Int64(used.count + open.count) + 1 <= accountRequests
        else { return false }
        if let key {
            let spent = uses.filter { $0.key == key }.reduce(0) { $0 + $1.price }
            let held = open.filter { $0.key == key }.reduce(0) { $0 + $1.held }
            guard spent + held + micros <= keyCap else { return false }
        }
        return micros <= available(customer, at: now)
    }

    /// What the holds then in flight may take above themselves.
    static func excess(of holds: [Entry], percent: Int64) -> Int64 {
        holds.reduce(0) { $0 + $1.held * percent / 100 }
    }
}
