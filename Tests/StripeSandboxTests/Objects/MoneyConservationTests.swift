import Testing

@testable import StripeSandbox

/// Whatever is done in whatever order, no money appears from nowhere and none is lost.
@Suite struct MoneyConservationTests {
    @Test(arguments: 1...40)
    func `after any sequence of operations every balance is what charges, refunds and disputes make it`(
        seed: UInt64
    ) async {
        var random = SeededRandomness(seed: seed)
        let stripe = SandboxClient { $0.seed = seed }
        let account = await stripe.enabledAccount(country: "US")
        var intents: [String] = []
        for _ in 0..<60 {
            await step(&random, stripe, account, &intents)
            stripe.clock.advance(milliseconds: Int64(random.next() % 5_000))
        }
        stripe.clock.advance(seconds: 60)
        await check(stripe, account)
    }

    private func step(
        _ random: inout SeededRandomness, _ stripe: SandboxClient, _ account: String, _ intents: inout [String]
    ) async {
        let methods = [
            "pm_card_visa", "pm_card_refundFail", "pm_card_pendingRefund", "pm_card_chargeDeclined",
            "pm_card_createDispute",
            "pm_usBankAccount_success", "pm_usBankAccount_insufficientFunds",
        ]
        let amount = Int64(50 + random.next() % 20_000)
        let intent = intents.isEmpty ? "" : intents[Int(random.next() % UInt64(intents.count))]
        let fault = ["timeout-after", "500-after", "429", "reset-before"][Int(random.next() % 4)]
        switch random.next() % 6 {
        case 0, 1, 2:
            let method = methods[Int(random.next() % UInt64(methods.count))]
            let fee = random.happens(perMille: 500) ? Int64(random.next() % UInt64(amount)) + 1 : nil
            let key = "charge-\(random.next())"
            if random.happens(perMille: 200) {
                _ = await stripe.charge(amount, with: method, account: account, fee: fee, key: key, fault: fault)
            }
            let reply = await stripe.charge(amount, with: method, account: account, fee: fee, key: key)
            if !reply.id.isEmpty { intents.append(reply.id) }
        case 3:
            let part = String(1 + random.next() % 5_000)
            _ = await stripe.post(
                "/v1/refunds", ["payment_intent": intent, "amount": part, "refund_application_fee": "true"],
                account: account)
        case 4:
            _ = await stripe.post("/v1/refunds", ["payment_intent": intent], account: account)
        default:
            let dispute = await stripe.get("/v1/disputes", account: account).data.first?["id"]?.string ?? ""
            let action = ["win", "lose", "reinstate_funds", "withdraw_funds"][Int(random.next() % 4)]
            _ = await stripe.post("/_sandbox/disputes/\(dispute)", ["action": action])
        }
    }

    /// Adds up from the objects what the balance transactions must say.
    private func check(_ stripe: SandboxClient, _ account: String) async {
        let charges = await all("/v1/charges", stripe, account)
        let refunds = await all("/v1/refunds", stripe, account)
        let disputes = await all("/v1/disputes", stripe, account)
        let transactions = await all("/v1/balance_transactions", stripe, account)
        let platform = await all("/v1/balance_transactions", stripe, nil)
        let fees = await all("/v1/application_fees", stripe, nil)

        let paid = sum(charges.filter { $0["paid"] == true }, "amount_captured")
        let givenBack = sum(refunds.filter { $0["status"] == "succeeded" || $0["status"] == "pending" }, "amount")
        let taken = disputes.reduce(Int64(0)) { $0 + sum($1["balance_transactions"]?.array ?? [], "amount") }
        #expect(sum(transactions, "amount") == paid - givenBack + taken)
        #expect(sum(charges, "amount_refunded") == givenBack)
        for transaction in transactions {
            #expect(transaction["net"]?.int == (transaction["amount"]?.int ?? 0) - (transaction["fee"]?.int ?? 0))
        }
        let platformFees = sum(fees, "amount") - sum(fees, "amount_refunded")
        #expect(sum(platform, "net") == platformFees)
        let details = transactions.flatMap { $0["fee_details"]?.array ?? [] }
        #expect(sum(details.filter { $0["type"] == "application_fee" }, "amount") == platformFees)
        let balance = await stripe.get("/v1/balance", account: account)
        #expect(
            sum(balance["available"].array ?? [], "amount") + sum(balance["pending"].array ?? [], "amount")
                == sum(transactions, "net"))
        #expect(
            Set(charges.compactMap { $0["balance_transaction"]?.string }).count
                == charges.filter { $0["paid"] == true }.count)
    }

    private func sum(_ objects: [JSON], _ name: String) -> Int64 { objects.reduce(0) { $0 + ($1[name]?.int ?? 0) } }

    private func all(_ path: String, _ stripe: SandboxClient, _ account: String?) async -> [JSON] {
        var found: [JSON] = []
        while true {
            let cursor = found.last?["id"]?.string.map { "&starting_after=\($0)" } ?? ""
            let page = await stripe.send("GET", "\(path)?limit=100\(cursor)", account: account)
            found += page.data
            if page["has_more"] != true { return found }
        }
    }
}
