import Testing

@testable import StripeSandbox

@Suite struct CurrencyTests {
    let stripe = SandboxClient()

    @Test(
        arguments: [
            ("usd", 50, true), ("usd", 49, false), ("usd", 99_999_999, true), ("usd", 100_000_000, false),
            ("jpy", 100, true), ("jpy", 10, false), ("kwd", 1_230, true), ("kwd", 1_234, false), ("isk", 20_000, true),
            ("isk", 20_050, false), ("ugx", 370_000, true), ("ugx", 370_001, false), ("usd", 0, false),
            ("usd", -5, false),
        ] as [(String, Int64, Bool)])
    func `an amount is charged where Stripe charges it`(currency: String, amount: Int64, isCharged: Bool) async {
        let reply = await stripe.charge(amount, currency)
        #expect((reply.status == 200) == isCharged, "\(reply.error)")
    }

    @Test func `too small and too large have codes of their own`() async {
        #expect(await stripe.charge(49).error["code"] == "amount_too_small")
        #expect(await stripe.charge(100_000_000).error["code"] == "amount_too_large")
    }

    @Test func `the minimum is that of the currency in which the account settles`() async {
        let japan = await stripe.enabledAccount(country: "JP")
        #expect(await stripe.charge(50, "jpy", account: japan).status == 200)
        #expect(await stripe.charge(49, "jpy", account: japan).error["code"] == "amount_too_small")
        #expect(await stripe.charge(50, "jpy").error["code"] == "amount_too_small")
    }

    @Test func `a conversion is the rate times the amount, the same there and back`() throws {
        let (usd, jpy, kwd) = (
            try #require(Currency("usd")), try #require(Currency("jpy")), try #require(Currency("kwd"))
        )
        #expect(usd.convert(1_000, to: jpy) == (1_500, "1.500000"))
        #expect(jpy.convert(1_000, to: usd) == (667, "0.666667"))
        #expect(kwd.convert(3_070, to: usd) == (1_000, "0.325733"))
        for amount in stride(from: Int64(1), to: 100_000, by: 997) {
            #expect(jpy.convert(-amount, to: usd).amount == -jpy.convert(amount, to: usd).amount)
        }
    }

    @Test func `an unknown currency is refused`() async {
        #expect(await stripe.charge(500, "zzz").error["param"] == "currency")
    }

    @Test func `a payment is converted where the account settles in another currency`() async throws {
        let japan = await stripe.enabledAccount(country: "JP")
        _ = await stripe.charge(1_000, "usd", account: japan, fee: 100)
        let booked = await stripe.get("/v1/balance_transactions", account: japan).data[0]
        #expect(booked["currency"] == "jpy")
        #expect(booked["amount"] == 1_500)
        #expect(booked["exchange_rate"] == .decimal("1.500000"))
        #expect(booked["fee"] == .int(150 + 54))
        #expect(booked["net"] == .int(1_500 - 150 - 54))
    }
}
