import Testing

@testable import StripeSandbox

@Suite struct CustomerTests {
    let stripe = SandboxClient()

    @Test func `a customer is made, changed, found and deleted`() async {
        let customer = await stripe.post("/v1/customers", ["name": "Ada", "email": "ada@example.com"])
        #expect(await stripe.post("/v1/customers/\(customer.id)", ["name": "Ada L."])["name"] == "Ada L.")
        #expect(await stripe.get("/v1/customers", ["email": "ada@example.com"]).data.count == 1)
        #expect(await stripe.get("/v1/customers", ["email": "eve@example.com"]).data.isEmpty)
        #expect(await stripe.delete("/v1/customers/\(customer.id)")["deleted"] == true)
        #expect(await stripe.get("/v1/customers/\(customer.id)")["deleted"] == true)
        #expect(await stripe.get("/v1/customers").data.isEmpty)
        #expect(await stripe.post("/v1/customers/\(customer.id)", ["name": "x"]).status == 404)
        #expect(await stripe.eventTypes() == ["customer.created", "customer.updated", "customer.deleted"])
    }

    @Test func `a method is attached, listed and detached, and then spent`() async {
        let customer = await stripe.customer()
        let method = await stripe.post("/v1/payment_methods/pm_card_visa/attach", ["customer": customer])
        #expect(method["customer"] == .string(customer))
        #expect(
            await stripe.get("/v1/customers/\(customer)/payment_methods").data.map { $0["id"] } == [.string(method.id)])
        #expect(
            await stripe.get("/v1/payment_methods", ["customer": customer, "type": "us_bank_account"]).data.isEmpty)
        let other = await stripe.customer()
        #expect(await stripe.post("/v1/payment_methods/\(method.id)/attach", ["customer": other]).status == 400)
        #expect(await stripe.post("/v1/payment_methods/\(method.id)/detach")["customer"] == .null)
        #expect(await stripe.post("/v1/payment_methods/\(method.id)/attach", ["customer": customer]).status == 400)
    }

    @Test func `a card that declines does not attach; the one that declines afterwards does`() async {
        let customer = await stripe.customer()
        let declined = await stripe.post("/v1/payment_methods/pm_card_chargeDeclined/attach", ["customer": customer])
        #expect(declined.status == 402)
        let later = await stripe.post("/v1/payment_methods/pm_card_chargeCustomerFail/attach", ["customer": customer])
        #expect(later.status == 200)
        #expect(await stripe.charge(500, with: later.id, customer: customer).status == 402)
    }

    @Test func `a card number makes what its name makes`() async {
        for card in TestCard.all {
            let reply = await stripe.post(
                "/v1/payment_methods",
                [
                    "type": "card", "card[number]": card.number, "card[exp_month]": "12", "card[exp_year]": "2034",
                    "card[cvc]": "123",
                ])
            #expect(reply["card"]["last4"] == .string(card.last4), "\(card.number)")
            #expect(TestCard.isWellFormed(card.number))
            for name in card.names { #expect(TestCard.named("pm_card_" + name) == card) }
        }
        let numbers = TestCard.all.map(\.number)
        #expect(Set(numbers).count == numbers.count)
    }

    @Test func `wrong card data is refused by what is wrong`() async {
        func make(_ number: String, _ month: String = "12", _ year: String = "2034") async -> JSON? {
            await stripe.post(
                "/v1/payment_methods",
                ["type": "card", "card[number]": number, "card[exp_month]": month, "card[exp_year]": year]
            ).error["code"]
        }
        #expect(await make("4242424242424241") == "incorrect_number")
        #expect(await make("4111111111111111") == "card_declined")
        #expect(await make("4242424242424242", "13") == "invalid_expiry_month")
        #expect(await make("4242424242424242", "12", "2019") == "invalid_expiry_year")
    }
}
