import Billing
import Ledger
import Testing

@testable import App

struct MoneyTextTests {
    private let rules = CurrencyRules.standard

    @Test(arguments: [("12.5", "usd", 1250), ("500", "jpy", 500), ("0.07", "usd", 7), ("1.234", "kwd", 1234)])
    func `an amount that was typed is read into minor units`(text: String, code: String, minor: Int64) throws {
        #expect(try rules.minor(typed: text, try #require(Currency(code))) == minor)
    }

    @Test(arguments: [
        ("12.505", "usd"), ("5.0", "jpy"), ("", "usd"), (".5", "usd"), ("5.", "usd"), ("-5", "usd"),
        ("1e3", "usd"), ("1,000", "usd"), ("99999999999999999999", "usd"),
    ])
    func `what is no amount of the currency is refused`(text: String, code: String) throws {
        #expect(try rules.minor(typed: text, try #require(Currency(code))) == nil)
    }
}
