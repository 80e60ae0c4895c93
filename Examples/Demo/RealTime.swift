import Foundation

/// Usage to money in real time: three models priced by the catalogue, two plans, and everything that can stand between
/// a customer and a provider.
struct RealTime {
    let theatre: Theatre
    let stage: Stage
    let merchant: Merchant

    private var api: BursarAPI { merchant.api }

    func play() async throws {
        stage.chapter("Two plans, three models, and what is asked before a provider is called")
        try await twoPlans()
        try await finnMeetsHisCap()
        try await piasWalletFillsItself()
        try await tessHasToWait()
        try await zedIsBlocked()
    }

    private func twoPlans() async throws {
        try await api.post(
            "/v1/plans",
            [
                "slug": "free", "is_default": .flag(true),
                "terms": ["limits": ["month": ["spend_micros": 2_080_000]], "overage": "block"],
            ])
        try await api.post(
            "/v1/plans",
            [
                "slug": "pro",
                "terms": [
                    "prepaid": .flag(true), "markup_percent": 20, "limits": ["day": ["requests": 10]],
                    "overage": "throttle",
                ],
            ])
        stage.tell(
            "free: up to 2.08 USD a month, then no more. pro: paid ahead, +20 %, slower after 10 requests a day.")
    }

    // MARK: A cap, and 50 calls at once

    /// 6,000 tokens in and 2,000 out are 0.08 USD, so 0.104 with 30 %: exactly 20 of them fit under 2.08.
    private func finnMeetsHisCap() async throws {
        let call: Value = ["model": "claude-opus-5", "input_tokens": 6_000, "output_tokens": 2_000]
        let answers = try await withThrowingTaskGroup { tasks in
            for _ in 0..<50 { tasks.addTask { try await authorize("finn", call) } }
            return try await tasks.reduce(into: []) { $0.append($1) }
        }
        let held = answers.filter { $0.status == 201 }
        let refused = answers.filter { $0.status == 429 }
        try stage.must(held.count == 20 && refused.count == 30, "20 of 50 calls at once get through, and 30 do not")
        try stage.must(
            refused.allSatisfy { $0.body["limit"] == "month.spend_micros" && $0.body["resets_at"] != .none },
            "whoever is refused is told which limit it is, and when it begins anew")
        for hold in held { try await capture(hold.body.id, call) }
        let balance = try await merchant.balance(of: "finn")
        try stage.must(balance["accrued"]["micros"] == 2_080_000, "what was used is owed to the last micro")
        stage.tell(
            "Finn makes 50 calls to claude-opus-5 at once: 20 fit under his cap, 30 get 429 before the provider.")
    }

    // MARK: A wallet that fills itself

    private func piasWalletFillsItself() async throws {
        try await api.post("/v1/customers", ["external_id": "pia", "plan": "pro"])
        let topUp = try await api.post(
            "/v1/top_ups",
            [
                "customer": "pia", "amount": 500, "success_url": .text(theatre.thankYou),
                "cancel_url": .text(theatre.thankYou),
            ])
        try await theatre.browser.submit(topUp["url"].text, ["card_number": "4242424242424242"])
        try await holds("pia", 5_000_000)
        try await api.post(
            "/v1/customers/pia/auto_top_up", ["threshold_micros": 2_000_000, "amount_micros": 10_000_000])
        try await use("pia", ["model": "gpt-5", "input_tokens": 400_000, "output_tokens": 200_000])
        try await holds("pia", 2_000_000)
        try await use("pia", ["model": "gemini-2.5-flash", "input_tokens": 1_000_000, "output_tokens": 40_000])
        try await holds("pia", 11_520_000)
        stage.tell("Pia pays ahead: two calls bring her from 5.00 to 1.52 USD, so her saved card adds 10.00 by itself.")
    }

    private func holds(_ customer: String, _ micros: Int) async throws {
        try await stage.eventually("the wallet of \(customer) holds \(micros) micros") {
            try await merchant.balance(of: customer)["wallet"]["micros"] == .number(micros)
        }
    }

    // MARK: Slower, and not at all

    private func tessHasToWait() async throws {
        try await api.post("/v1/customers", ["external_id": "tess", "plan": "pro"])
        try await api.post(
            "/v1/customers/tess/grants",
            ["amount_micros": 1_000_000, "kind": "promotional", "reason": "welcome to pro"])
        let call: Value = ["model": "gpt-5", "input_tokens": 2_000, "output_tokens": 500]
        var delays: [Value] = []
        for _ in 0..<11 {
            let answer = try await authorize("tess", call)
            try stage.must(answer.status == 201, "who is slowed down is let through all the same")
            delays.append(answer.body["delay_ms"])
            try await capture(answer.body.id, call)
        }
        try stage.must(delays.prefix(10).allSatisfy { $0 == .none }, "ten requests need not wait")
        guard let wait = delays[10].wholeOrNil, wait > 0 else {
            throw Disappointment(description: "The eleventh request should be told to wait; it is told \(delays[10]).")
        }
        stage.tell("Tess was given 1.00 USD. Her eleventh request of the day is let through, \(wait) ms later.")
    }

    private func zedIsBlocked() async throws {
        try await api.post("/v1/customers", ["external_id": "zed"])
        try await api.post("/v1/customers/zed/block", ["reason": "sells his keys"])
        let answer = try await authorize("zed", ["model": "gpt-5", "input_tokens": 1, "output_tokens": 1])
        try stage.must(
            answer.status == 403 && answer.body["code"] == "customer_blocked", "who is blocked may not use anything")
        let usage = try await api.post("/v1/usage", ["id": "zed-1", "customer": "zed", "cost_micros": 1])
        try stage.must(usage["data"][0]["code"] == "customer_blocked", "what is reported of him is refused, too")
        stage.tell("Zed is blocked: 403, whatever he asks for.")
    }

    // MARK: Calls

    private func authorize(_ customer: String, _ estimate: Value) async throws -> (status: Int, body: Value) {
        try await api.ask("/v1/authorizations", ["customer": .text(customer), "estimate": estimate])
    }

    private func capture(_ hold: String, _ used: Value) async throws {
        let captured = try await api.post("/v1/authorizations/\(hold)/capture", used)
        try stage.must(captured["status"] == "captured", "a hold is captured by what was really used")
    }

    private func use(_ customer: String, _ call: Value) async throws {
        let answer = try await authorize(customer, call)
        try stage.must(answer.status == 201, "\(customer) may call \(call["model"].text): \(answer.body.text)")
        try await capture(answer.body.id, call)
    }
}
