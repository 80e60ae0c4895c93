import Billing
import Foundation
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

    /// A whole number, beyond 64 bits, too.
    static func whole(_ number: Int128) -> JSON {
        Int64(exactly: number).map(JSON.integer) ?? .decimal(Decimal(string: String(number)) ?? 0)
    }

    /// A quantity: a number with at most six decimals.
    static func millionths(_ number: Int128) -> JSON {
        guard number % 1_000_000 != 0 else { return .whole(number / 1_000_000) }
        return .decimal((Decimal(string: String(number)) ?? 0) / 1_000_000)
    }

    static func time(_ instant: Instant?) -> JSON { JSON(instant?.rfc3339) }
}
