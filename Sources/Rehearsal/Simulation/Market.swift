import Billing
import Ledger

/// The people of the simulated platform, as they know themselves.
struct Market: Sendable {
    struct Merchant: Sendable {
        let account: ConnectedAccount.ID
        /// The secret of their API key.
        let key: String
        let currency: Currency
        let markup: Percent
        /// IANA name: where their months begin.
        var zone = "UTC"
        var customers: [String] = []

        /// A yen is worth less than a dollar.
        var scale: Int64 { currency.code == "jpy" ? 100 : 1 }

        /// The nearest amount that Stripe takes: of a thousandth of a dinar there are no less than ten.
        static func chargeable(_ minor: Int64, _ currency: String) -> Int64 {
            currency == "kwd" ? max(10, minor / 10 * 10) : max(1, minor)
        }
    }

    struct Person: Sendable {
        let merchant: Merchant
        let name: String
    }

    /// What an app reports: what the provider took, or what was used of the product that the merchant sells.
    struct Report: Sendable, Hashable {
        let id: String
        let customer: String
        var cost: Int64?
        var use: ProductUse?
        var time: Instant?
    }

    /// An event that the app was told is recorded.
    struct Recorded: Sendable {
        let merchant: Merchant
        let report: Report
        /// `busg_…`.
        let event: String
    }

    struct HeldMoney: Sendable {
        let person: Person
        /// `bhld_…`.
        let hold: String
        let micros: Int64
    }

    var merchants: [Merchant] = []
    /// Those whose callers have had no answer, and send them again until there is one.
    var unanswered: [Asking] = []
    var holds: [HeldMoney] = []
    /// The charges that merchants asked for themselves.
    var askedCharges: Set<String> = []

    func person(_ pick: UInt64) -> Person {
        let people = merchants.flatMap { merchant in merchant.customers.map { Person(merchant: merchant, name: $0) } }
        return people[Int(pick % UInt64(people.count))]
    }

    /// One who charges by Stripe.
    func merchant(_ pick: UInt64) -> Merchant { merchants[Int(pick % UInt64(merchants.count))] }
}
