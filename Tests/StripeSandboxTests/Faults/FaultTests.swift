import Testing

@testable import StripeSandbox

@Suite struct FaultTests {
    let stripe = SandboxClient()

    private func made() async -> Int { await stripe.get("/v1/payment_intents").data.count }

    @Test(
        arguments: [
            ("timeout-before", SandboxOutcome.silence, 0), ("timeout-after", .silence, 1), ("reset-before", .reset, 0),
            ("reset-after", .reset, 1), ("reset", .reset, 1),
        ] as [(String, SandboxOutcome, Int)])
    func `the wire fails before or after the effect`(fault: String, outcome: SandboxOutcome, count: Int) async {
        #expect(await stripe.charge(500, fault: fault).outcome == outcome)
        #expect(await made() == count)
    }

    @Test(
        arguments: [
            ("429", 429, 0), ("lock-timeout", 429, 0), ("409", 409, 0), ("500", 500, 0), ("500-after", 500, 1),
            ("503", 503, 0),
            ("503-after", 503, 1), ("html-200", 200, 0), ("html-200-after", 200, 1),
        ] as [(String, Int, Int)])
    func `the answer lies before or after the effect`(fault: String, status: Int, count: Int) async {
        let reply = await stripe.charge(500, fault: fault)
        #expect(reply.status == status)
        #expect(reply.id.isEmpty)
        #expect(await made() == count)
    }

    @Test func `a rate limit says why, a locked object says it is locked`() async {
        #expect(await stripe.charge(500, fault: "429").header("Stripe-Rate-Limited-Reason") == "global-rate")
        let locked = await stripe.charge(500, fault: "lock-timeout")
        #expect(locked.error["code"] == "lock_timeout")
        #expect(locked.header("Stripe-Rate-Limited-Reason") == nil)
    }

    @Test func `a cut body is half of the true one`() async {
        guard case .cut(let answer, let bytes) = await stripe.charge(500, fault: "cut-body").outcome else {
            Issue.record("no cut")
            return
        }
        #expect(answer.status == 200)
        #expect(bytes == answer.body.count / 2)
        #expect(await made() == 1)
    }

    @Test func `a rule meets the call that it names, so many times, from the nth on`() async {
        let account = await stripe.enabledAccount()
        _ = await stripe.post(
            "/_sandbox/faults",
            ["fault": "503", "operation": "POST /v1/payment_intents", "account": account, "nth": "2", "count": "2"])
        #expect(await stripe.charge(500).status == 200)
        var statuses: [Int] = []
        for _ in 0..<4 { statuses.append(await stripe.charge(500, account: account).status) }
        #expect(statuses == [200, 503, 503, 200])
        #expect(await stripe.get("/v1/payment_intents", account: account).data.count == 2)
    }

    @Test func `rules can be taken back`() async {
        _ = await stripe.post("/_sandbox/faults", ["fault": "500", "count": "100"])
        #expect(await stripe.charge(500).status == 500)
        _ = await stripe.delete("/_sandbox/faults")
        #expect(await stripe.charge(500).status == 200)
    }

    @Test(arguments: ["nonsense", "cut-body-before", "429-after", "slow=x", "timeout=5", ""])
    func `what is no fault is refused`(name: String) async {
        #expect(Fault(name) == nil)
        #expect(await stripe.send("POST", "/_sandbox/faults", body: "fault=" + name).status == 400)
        #expect(await stripe.charge(500, fault: name).error["param"] == "Sandbox-Fault")
    }

    @Test func `every fault reads its own name`() {
        for kind in Fault.Kind.allCases {
            for moment in ["", "-before", "-after"] {
                guard let fault = Fault(kind.rawValue + moment) else { continue }
                #expect(Fault(fault.name) == fault)
            }
        }
    }

    @Test func `a plan draws the same faults from the same seed`() async {
        func run(_ seed: String) async -> [Int] {
            let stripe = SandboxClient()
            _ = await stripe.post(
                "/_sandbox/plan",
                ["seed": seed, "calls[503]": "300", "calls[timeout-after]": "200", "events[drop]": "500"])
            var seen: [Int] = []
            for _ in 0..<50 { seen.append(await stripe.charge(500).status) }
            return seen
        }
        let first = await run("7")
        #expect(await run("7") == first)
        #expect(await run("8") != first)
        #expect(Set(first) == [0, 200, 503])
    }

    @Test func `the same requests at the same times from the same seed make the same world`() async {
        func run() async -> String {
            let stripe = SandboxClient { $0.seed = 42 }
            let account = await stripe.enabledAccount()
            _ = await stripe.charge(500, account: account, fee: 5)
            return await stripe.get("/v1/events", account: account).body
        }
        #expect(await run() == (await run()))
    }
}
