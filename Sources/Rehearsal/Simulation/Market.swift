import Billing
import Ledger

/// The people of the simulated platform, as they know themselves.
struct Market: Sendable {
    struct Merchant: Sendable {
        let account: ConnectedAccount.ID
        let currency: Currency
        let markup: Percent
        var customers: [String] = []

        /// A yen is worth less than a dollar.
        var scale: Int64 { currency.code == "jpy" ? 100 : 1 }
    }

    struct Person: Sendable {
        let merchant: Merchant
        let name: String
    }

    /// A request whose caller has had no answer, and who will send it again until there is one.
    enum Unanswered: Sendable {
        case usage(Person, [Report])
        case correction(Merchant, Report)
        case capture(HeldMoney, cost: Int64)
    }

    struct Report: Sendable, Hashable {
        let id: String
        let customer: String
        let cost: Int64
        let time: Instant?
    }

    struct HeldMoney: Sendable {
        let person: Person
        let hold: Hold.ID
        let micros: Int64
    }

    var merchants: [Merchant] = []
    var unanswered: [Unanswered] = []
    var holds: [HeldMoney] = []

    func person(_ pick: UInt64) -> Person {
        let people = merchants.flatMap { merchant in merchant.customers.map { Person(merchant: merchant, name: $0) } }
        return people[Int(pick % UInt64(people.count))]
    }

    /// One who charges by Stripe.
    func merchant(_ pick: UInt64) -> Merchant { merchants[Int(pick % UInt64(merchants.count))] }
}
