import Billing
import Ledger
import Testing

@Suite struct CurrencyRulesTests {
    private let rules = CurrencyRules.standard

    private func currency(_ code: String) throws -> Currency { try #require(Currency(code)) }

    /// Micros in the ledger, and the minor units that go to Stripe.
    @Test(arguments: [
        ("jpy", 500_000_000, 500), ("usd", 5_000_000, 500), ("kwd", 5_000_000, 5_000), ("isk", 500_000_000, 50_000),
        ("krw", 1_000_000_000, 1_000), ("bhd", 1_230_000, 1_230), ("ugx", 3_000_000_000, 300_000),
    ])
    func `an amount goes to Stripe in the currency's own minor units`(code: String, micros: Int64, minor: Int64) throws
    {
        let money = Money(micros: micros, try currency(code))
        #expect(try rules.minor(money) == minor)
        #expect(try rules.money(minor: minor, money.currency) == money)
        #expect(try rules.chargeable(money) == minor)
    }

    @Test func `JPY has no decimals, so half a yen stays accrued`() throws {
        let yen = try currency("jpy")
        #expect(try rules.chargeable(Money(micros: 500_999_999, yen)) == 500)
        #expect(throws: BillingError.self) { try rules.minor(Money(micros: 500_500_000, yen)) }
    }

    @Test(arguments: [("kwd", 10), ("bhd", 10), ("jod", 10), ("omr", 10), ("tnd", 10), ("isk", 100), ("ugx", 100)])
    func `three-decimal currencies go in tens, and ISK and UGX in hundreds`(code: String, step: Int64) throws {
        let currency = try currency(code)
        let rule = try rules.rule(for: currency)
        #expect(rule.step == step)
        let wanted = rule.minimum + step * 7
        #expect(try rules.chargeable(try rules.money(minor: wanted + step - 1, currency)) == wanted)
        try rules.check(charge: wanted, currency)
        let error = #expect(throws: BillingError.self) { try rules.check(charge: wanted + 1, currency) }
        #expect(error?.code == "amount_off_step")
    }

    @Test func `what is below the minimum is carried over whole`() throws {
        let dollar = try currency("usd")
        #expect(try rules.chargeable(Money(micros: 499_999, dollar)) == 0)
        #expect(try rules.chargeable(Money(micros: 500_000, dollar)) == 50)
        #expect(try rules.chargeable(Money.zero(dollar)) == 0)
        #expect(try rules.chargeable(Money(micros: -5_000_000, dollar)) == 0)
    }

    @Test func `no charge is above the ceiling, and no amount of micros overflows on the way`() throws {
        for currency in rules.currencies {
            let rule = try rules.rule(for: currency)
            let most = try rules.chargeable(Money(micros: .max, currency))
            #expect(most <= rule.maximum && most % rule.step == 0, "\(currency)")
            #expect(throws: BillingError.self) { try rules.check(charge: rule.maximum + rule.step, currency) }
            #expect(throws: BillingError.self) { try rules.check(charge: rule.minimum - rule.step, currency) }
            if rule.exponent < 6 { #expect(throws: BillingError.self) { try rules.money(minor: .max, currency) } }
        }
    }

    @Test func `the zero-decimal currencies are exactly those that Stripe lists`() throws {
        let listed = [
            "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf",
        ]
        let ours = try rules.currencies.filter { try rules.rule(for: $0).exponent == 0 }.map(\.code)
        #expect(ours == listed)
        let threes = try rules.currencies.filter { try rules.rule(for: $0).exponent == 3 }.map(\.code)
        #expect(threes == ["bhd", "jod", "kwd", "omr", "tnd"])
    }

    @Test func `random amounts of all currencies round-trip, and what is charged plus what stays is the whole`() throws
    {
        var random = SeededGenerator(seed: 17)
        for currency in rules.currencies {
            for _ in 0..<500 {
                let money = Money(micros: .random(in: 0...50_000_000_000_000, using: &random), currency)
                let minor = try rules.wholeMinor(money)
                #expect(try rules.minor(try rules.money(minor: minor, currency)) == minor)
                let charged = try rules.chargeable(money)
                let rest = try money.subtracting(try rules.money(minor: charged, currency))
                #expect(!rest.isNegative)
                if charged > 0 { try rules.check(charge: charged, currency) }
            }
        }
    }

    @Test func `a currency that Stripe does not charge in is refused by name`() throws {
        let error = #expect(throws: BillingError.self) { try rules.rule(for: currency("zzz")) }
        #expect(error?.code == "unknown_currency")
        #expect(error?.description == "unknown currency")
    }
}
