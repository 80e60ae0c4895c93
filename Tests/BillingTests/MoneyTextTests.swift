import Billing
import Ledger
import Testing

struct MoneyTextTests {
    private let rules = CurrencyRules.standard

    @Test(arguments: [
        (12_500_000, "usd", "12.50 USD"), (500_000_000, "jpy", "500 JPY"), (1_234_000, "kwd", "1.234 KWD"),
        (1, "usd", "0.000001 USD"), (-5_002_500, "usd", "-5.0025 USD"), (0, "jpy", "0 JPY"),
        (Int64.min, "usd", "-9223372036854.775808 USD"),
    ])
    func `an amount shows its currency's decimals, and more only where it has them`(
        micros: Int64, code: String, text: String
    ) throws {
        #expect(rules.text(Money(micros: micros, try #require(Currency(code)))) == text)
    }

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

    @Test func `what is too little is refused with the least there is, as a person writes it`() throws {
        let cases = [("usd", "0.50 USD"), ("jpy", "50 JPY"), ("kwd", "0.010 KWD")]
        for (code, least) in cases {
            let error = #expect(throws: BillingError.self) {
                try rules.check(charge: 1, try #require(Currency(code)))
            }
            #expect(error?.detail == "the least that can be charged is \(least)")
        }
    }
}
