import Billing
import Ledger

extension JSON {
    /// `{"amount": minor units, "currency"}`.
    static func amount(_ minor: Int64, _ currency: Currency) -> JSON {
        ["amount": .integer(minor), "currency": .string(currency.code)]
    }

    static func amount(_ minor: Int64?, _ currency: Currency) -> JSON {
        minor.map { .amount($0, currency) } ?? .null
    }

    /// Whole minor units, rounded towards zero, and what it is exactly.
    static func money(_ money: Money, _ currencies: CurrencyRules) throws -> JSON {
        JSON.amount(try currencies.wholeMinor(money), money.currency).with("micros", .integer(money.micros))
    }

    /// Exact, in millionths of the major unit.
    static func micros(_ money: Money) -> JSON {
        ["micros": .integer(money.micros), "currency": .string(money.currency.code)]
    }

    static func time(_ instant: Instant?) -> JSON { JSON(instant?.rfc3339) }
}
