import Billing
import Ledger
import Storage
import Stripe
import StripeSandbox
import Testing

import struct Billing.Customer

@testable import Worker

@Suite struct AutoTopUpTests {
    /// Ada has 10 USD, and her wallet takes 20 more when it holds less than 5.
    private func house(
        _ card: String = "pm_card_visa", monthlyLimit: Int64? = nil, coolDown: Int64? = 0
    ) async throws -> (TestHouse, ConnectedAccount, Customer) {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", card: card, of: account)
        let policy = AutoTopUpPolicy(
            thresholdMicros: 5_000_000, amountMicros: 20_000_000, monthlyLimitMicros: monthlyLimit,
            coolDownSeconds: coolDown)
        try await house.database.write { [worker = house.worker] tx in
            let gift = NewGrant(amountMicros: 10_000_000, kind: .promotional, reason: "welcome")
            _ = try worker.grants.give(gift, to: ada, account: account, by: .commandLine, in: tx)
            _ = try worker.autoTopUps.set(policy, for: ada, account: account, by: .commandLine, in: tx)
        }
        return (house, account, ada)
    }

    private func topUps(_ house: TestHouse, _ account: ConnectedAccount) async throws -> [TopUp] {
        try await house.database.read { tx in try tx.topUps.list(account: account.id, after: nil, limit: 100) }
    }

    private func expectFilledOnce(_ house: TestHouse, _ account: ConnectedAccount, _ ada: Customer) async throws {
        let topUp = try #require(try await topUps(house, account).first)
        #expect(topUp.status == .paid && topUp.isAutomatic && topUp.amount == 2_000)
        #expect(try await house.paymentIntents(of: account).count == 1)
        #expect(try await house.balance(ada, of: account).wallet.micros == 24_000_000)
        try await house.expectSoundBooks()
    }

    @Test func `a wallet that falls below its threshold is filled with the saved card`() async throws {
        let (house, account, ada) = try await house()
        try await house.fillWallets()
        #expect(try await topUps(house, account) == [], "10 USD are enough")
        try await house.use(6_000_000, by: "ada", of: account)
        try await house.fillWallets()
        try await expectFilledOnce(house, account, ada)
        let run = try await house.reconcile()
        #expect(try await house.discrepancies(run) == [])
    }

    @Test func `while one is under way, there is no other`() async throws {
        let (house, account, ada) = try await house()
        for _ in 0..<5 {
            try await house.use(1_200_000, by: "ada", of: account)
            while try await house.worker.autoTopUps.step() {}
        }
        #expect(try await topUps(house, account).map(\.status) == [.creating])
        try await house.fillWallets()
        try await expectFilledOnce(house, account, ada)
    }

    @Test func `two in flight are what the database refuses`() async throws {
        let (house, account, ada) = try await house()
        try await house.use(6_000_000, by: "ada", of: account)
        while try await house.worker.autoTopUps.step() {}
        let now = house.clock.now
        let second = TopUp(
            id: .make(house.worker.context.seams), account: account.id, customer: ada.id, amount: 2_000,
            currency: account.currency, applicationFee: 0, status: .creating, isAutomatic: true, createdAt: now,
            updatedAt: now)
        await #expect(throws: StorageError.self) {
            try await house.database.write { tx in try tx.topUps.insert(second) }
        }
    }

    // MARK: Crashes

    @Test func `killed between written and sent, a restart sends it once`() async throws {
        let (house, account, ada) = try await house()
        try await house.use(6_000_000, by: "ada", of: account)
        while try await house.worker.autoTopUps.step() {}
        while try await house.restarted().outbox.step() {}
        try await house.settle()
        try await expectFilledOnce(house, account, ada)
    }

    @Test(arguments: [121, 3_600, 23 * 3_600, 25 * 3_600, 48 * 3_600] as [Int64])
    func `killed between sent and posted, a restart finds the one payment`(seconds: Int64) async throws {
        let (house, account, ada) = try await house()
        try await house.use(6_000_000, by: "ada", of: account)
        while try await house.worker.autoTopUps.step() {}
        try await house.sendAndForget()
        _ = await house.intercept()
        house.clock.advance(seconds: seconds)
        let before = house.wire.calls.count
        while try await house.restarted().outbox.step() {}
        if seconds >= 12 * 3_600 { #expect(!house.wire.calls[before...].contains("POST /v1/payment_intents")) }
        try await expectFilledOnce(house, account, ada)
    }

    @Test func `of an answer, a webhook and a sweep only the first fills the wallet`() async throws {
        let (house, account, ada) = try await house()
        try await house.use(6_000_000, by: "ada", of: account)
        while try await house.worker.autoTopUps.step() {}
        try await house.sendAndForget()
        try await house.settle()
        try await expectFilledOnce(house, account, ada)
        house.clock.advance(seconds: 121)
        while try await house.restarted().outbox.step() {}
        _ = try await house.reconcile()
        try await expectFilledOnce(house, account, ada)
    }

    @Test(arguments: [
        "timeout-before", "timeout-after", "reset-before", "reset-after", "cut-body", "429", "409", "500-before",
        "500-after", "503-before", "503-after", "html-200-after",
    ])
    func `whatever goes wrong with the call, the wallet is filled once`(fault: String) async throws {
        let (house, account, ada) = try await house()
        try await house.use(6_000_000, by: "ada", of: account)
        try await house.breakNext("POST /v1/payment_intents", fault, count: 2)
        for _ in 0..<40 where try await topUps(house, account).first?.status != .paid {
            try await house.fillWallets()
            house.clock.advance(seconds: 900)
        }
        try await house.fillWallets()
        try await expectFilledOnce(house, account, ada)
    }

    // MARK: Refusals

    @Test func `three declines stop it and say so, and setting it anew starts it again`() async throws {
        let (house, account, ada) = try await house("pm_card_chargeCustomerFail")
        try await house.use(6_000_000, by: "ada", of: account)
        for _ in 0..<10 {
            try await house.fillWallets()
            try await house.use(1, by: "ada", of: account)
            house.clock.advance(seconds: 3_601)
        }
        #expect(try await topUps(house, account).map(\.status) == [.failed, .failed, .failed])
        #expect(try await topUps(house, account).allSatisfy { $0.reason == "card_declined" || $0.reason != nil })
        let (state, alerts, log) = try await house.database.read { [worker = house.worker] tx in
            (
                try tx.autoTopUps.state(of: ada.id),
                try tx.query("SELECT * FROM alerts WHERE kind = 'auto_top_up_stopped'").map { try $0.text("customer") },
                try worker.auditLog.list(AuditFilter(objectID: ada.id.text), limit: 1, in: tx)
            )
        }
        #expect(state.stopReason == .declinedThreeTimes && state.declines == 3)
        #expect(alerts == [ada.id.text])
        #expect(log.first?.actor == "worker" && log.first?.changes.first?.field == "auto_top_up.stopped_at")
        #expect(try await house.balance(ada, of: account).wallet.micros == 3_999_990)

        try await house.giveCard("pm_card_visa", to: ada, of: account)
        try await house.fillWallets()
        #expect(try await topUps(house, account).count == 3, "stopped is stopped")
        try await house.database.write { [worker = house.worker] tx in
            let current = try worker.customers.get("ada", account: account, in: tx)
            _ = try worker.autoTopUps.set(current.autoTopUp, for: current, account: account, by: .commandLine, in: tx)
        }
        try await house.fillWallets()
        #expect(try await topUps(house, account).first?.status == .paid)
        #expect(try await house.balance(ada, of: account).wallet.micros == 23_999_990)
        try await house.expectSoundBooks()
    }

    /// Ada has had a top-up, and what takes it back is Stripe's word or her bank's.
    private func taken(
        _ house: TestHouse, _ account: ConnectedAccount, _ take: (TopUp) async throws -> Void
    ) async throws {
        try await house.use(6_000_000, by: "ada", of: account)
        try await house.fillWallets()
        try await take(try #require(try await topUps(house, account).first))
        try await house.settle()
        // Below the threshold whatever there was.
        try await house.use(30_000_000, by: "ada", of: account)
        house.clock.advance(seconds: 4_000)
        try await house.fillWallets()
    }

    private func stop(_ house: TestHouse, _ ada: Customer) async throws -> (AutoTopUpState.StopReason?, [String]) {
        try await house.database.read { tx in
            (
                try tx.autoTopUps.state(of: ada.id).stopReason,
                try tx.query("SELECT * FROM alerts WHERE kind = 'auto_top_up_stopped'").map { try $0.text("measure") }
            )
        }
    }

    @Test(arguments: ["asked", "in the dashboard", "disputed", "inquired", "disputed and lost"])
    func `when money of a top-up goes back, it stops and says so, until it is set anew`(how: String) async throws {
        let (house, account, ada) = try await house()
        try await taken(house, account) { topUp in
            let intent = try #require(topUp.paymentIntent)
            switch how {
            case "asked": _ = try await house.ask(NewRefund(amount: 100), of: .topUp(topUp.id), account)
            case "in the dashboard": try await house.refund(intent, 100, of: account)
            default:
                let dispute = try await house.dispute(intent, of: account, isInquiry: how == "inquired")
                if how == "disputed and lost" { try await house.move(dispute, "lose") }
            }
        }
        let first = try #require(try await topUps(house, account).last)
        #expect(try await topUps(house, account).count == 1, "\(how)")
        let isRefund = ["asked", "in the dashboard"].contains(how)
        let reason: AutoTopUpState.StopReason = isRefund ? .topUpRefunded : .topUpDisputed
        #expect(try await stop(house, ada) == (reason, [first.id.text]), "\(how)")
        try await house.giveCard("pm_card_visa", to: ada, of: account)
        try await house.fillWallets()
        #expect(try await topUps(house, account).count == 1, "a new card is no word to go on")
        try await house.database.write { [worker = house.worker] tx in
            let current = try worker.customers.get("ada", account: account, in: tx)
            _ = try worker.autoTopUps.set(current.autoTopUp, for: current, account: account, by: .commandLine, in: tx)
        }
        try await house.fillWallets()
        #expect(try await topUps(house, account).count > 1, "\(how)")
        #expect(try await stop(house, ada).0 == nil)
        try await house.expectSoundBooks()
    }

    @Test func `a refund before Stripe has answered stops it, too`() async throws {
        let (house, account, ada) = try await house()
        try await house.use(6_000_000, by: "ada", of: account)
        try await house.fillWallets()
        let topUp = try #require(try await topUps(house, account).first)
        _ = try await house.ask(of: .topUp(topUp.id), account)
        #expect(try await !house.worker.autoTopUps.step())
        #expect(try await stop(house, ada).0 == .topUpRefunded)
    }

    @Test func `months are those of the customer`() async throws {
        let (house, account, _) = try await house(monthlyLimit: 20_000_000)
        try await house.database.write { tx in
            try tx.execute("UPDATE customers SET time_zone = 'Pacific/Kiritimati'")
        }
        // There, December begins at ten in the morning of Greenwich.
        try await house.use(6_000_000, by: "ada", of: account)
        try await house.fillWallets()
        try await house.use(21_000_000, by: "ada", of: account)
        let almost = try #require(Instant(rfc3339: "2026-11-30T09:59:00Z"))
        house.clock.advance(milliseconds: almost.millisecondsSince1970 - house.clock.now.millisecondsSince1970)
        try await house.fillWallets()
        #expect(try await topUps(house, account).count == 1)
        house.clock.advance(seconds: 120)
        try await house.fillWallets()
        #expect(try await topUps(house, account).count == 2)
    }

    @Test func `after a decline the card rests for an hour`() async throws {
        let (house, account, _) = try await house("pm_card_chargeCustomerFail")
        try await house.use(6_000_000, by: "ada", of: account)
        try await house.fillWallets()
        for _ in 0..<3 {
            house.clock.advance(seconds: 1_000)
            try await house.use(1, by: "ada", of: account)
            try await house.fillWallets()
        }
        #expect(try await topUps(house, account).count == 1)
        house.clock.advance(seconds: 1_000)
        try await house.fillWallets()
        #expect(try await topUps(house, account).count == 2)
    }

    @Test func `a card that is gone at Stripe counts as declined`() async throws {
        let (house, account, ada) = try await house()
        try await house.database.write { tx in
            var customer = ada
            customer.paymentMethod = "pm_gone"
            try tx.customers.update(customer)
        }
        try await house.use(6_000_000, by: "ada", of: account)
        try await house.fillWallets()
        let topUp = try #require(try await topUps(house, account).first)
        #expect(topUp.status == .failed && topUp.reason == "resource_missing")
        #expect(try await house.database.read { tx in try tx.autoTopUps.state(of: ada.id) }.declines == 1)
    }

    @Test func `a bank that wants its customer gets them by a link`() async throws {
        let (house, account, ada) = try await house("pm_card_authenticationRequired")
        try await house.use(6_000_000, by: "ada", of: account)
        try await house.fillWallets()
        let waiting = try #require(try await topUps(house, account).first)
        #expect(waiting.status == .open && waiting.reason == "authentication_required")
        let token = try #require(waiting.payToken)
        #expect(waiting.url == "https://bill.example/pay/\(waiting.id)?token=\(token)")
        await #expect(throws: WorkerError.self) { try await house.worker.topUpFinishing.begin(waiting.id, token: "x") }
        guard case .redirect(let bank) = try await house.worker.topUpFinishing.begin(waiting.id, token: token) else {
            throw WorkerError.notFound("page")
        }
        try await house.send(["decision": "complete"], to: bank)
        let finished = try await house.worker.topUpFinishing.refresh(waiting.id, token: token)
        #expect(finished.status == .paid && finished.reason == nil)
        try await house.fillWallets()
        try await expectFilledOnce(house, account, ada)
    }

    @Test func `one that nobody confirms makes way after a day, and is still taken when it is paid`() async throws {
        let (house, account, ada) = try await house("pm_card_authenticationRequired")
        try await house.use(6_000_000, by: "ada", of: account)
        try await house.fillWallets()
        let waiting = try #require(try await topUps(house, account).first)
        house.clock.advance(seconds: 26 * 3_600)
        _ = try await house.reconcile()
        #expect(try await house.current(waiting).status == .expired)
        #expect(try await house.database.read { tx in try tx.autoTopUps.state(of: ada.id) }.declines == 1)
        let intent = try #require(waiting.paymentIntent)
        _ = try await #require(house.worker.context.stripe).client.send(
            Stripe.PaymentIntent.confirm(
                intent, paymentMethod: "pm_card_visa", returnURL: "https://shop.example", in: .platform,
                idempotencyKey: "late"))
        try await house.settle()
        try await expectFilledOnce(house, account, ada)
    }

    // MARK: Bounds

    @Test func `the cool-down passes before the next one`() async throws {
        let (house, account, _) = try await house(coolDown: 600)
        for _ in 0..<3 {
            try await house.use(21_000_000, by: "ada", of: account)
            try await house.fillWallets()
        }
        #expect(try await topUps(house, account).count == 1)
        house.clock.advance(seconds: 601)
        try await house.fillWallets()
        #expect(try await topUps(house, account).count == 2)
    }

    @Test func `a month takes no more than its limit, and the next one begins anew`() async throws {
        let (house, account, _) = try await house(monthlyLimit: 50_000_000)
        try await house.use(200_000_000, by: "ada", of: account)
        try await house.fillWallets()
        #expect(try await topUps(house, account).count == 2, "a third would be 60 USD")
        house.clock.advance(seconds: 27 * 86_400)
        try await house.fillWallets()
        #expect(try await topUps(house, account).count == 2)
        house.clock.advance(seconds: 3 * 86_400)
        try await house.fillWallets()
        #expect(try await topUps(house, account).count == 4)
        try await house.expectSoundBooks()
    }

    @Test func `credit that expires lets the wallet be filled as well`() async throws {
        let (house, account, ada) = try await house()
        let soon = house.clock.now.adding(seconds: 60)
        try await house.use(10_000_000, by: "ada", of: account)
        try await house.fillWallets()
        try await house.database.write { [worker = house.worker] tx in
            let gift = NewGrant(
                amountMicros: 9_000_000, kind: .promotional, priority: 200, expiresAt: soon, reason: "for a minute")
            _ = try worker.grants.give(gift, to: ada, account: account, by: .commandLine, in: tx)
        }
        try await house.use(17_000_000, by: "ada", of: account)
        try await house.fillWallets()
        #expect(try await topUps(house, account).count == 1, "12 USD are left")
        house.clock.advance(seconds: 61)
        while try await house.worker.walletExpiry.step() {}
        try await house.fillWallets()
        #expect(try await topUps(house, account).count == 2)
    }

    @Test(arguments: [
        AutoTopUpPolicy(thresholdMicros: 1, amountMicros: 100_000),
        AutoTopUpPolicy(thresholdMicros: 1, amountMicros: 5_000_001),
        AutoTopUpPolicy(thresholdMicros: -1, amountMicros: 5_000_000),
        AutoTopUpPolicy(thresholdMicros: 1, amountMicros: 5_000_000, monthlyLimitMicros: 4_000_000),
        AutoTopUpPolicy(thresholdMicros: 1, amountMicros: 5_000_000, coolDownSeconds: -1),
    ])
    func `what could never be charged is refused when it is set`(policy: AutoTopUpPolicy) async throws {
        let (house, account, ada) = try await house()
        await #expect(throws: WorkerError.self) {
            try await house.database.write { [worker = house.worker] tx in
                try worker.autoTopUps.set(policy, for: ada, account: account, by: .commandLine, in: tx)
            }
        }
    }
}

extension TestHouse {
    /// Starts the automatic top-ups that are due, and lets what came of them come in, until nothing is left to do.
    func fillWallets() async throws {
        repeat { try await settle() } while try await worker.autoTopUps.step()
    }

    /// Sends the waiting command as the worker does, and dies before anything of the answer is written.
    func sendAndForget() async throws {
        let now = clock.now
        let command = try await database.write { tx in
            let command = try tx.outbox.claim(at: now, leaseEnd: now.adding(seconds: 120))
            if let command { try tx.outbox.markSent(command.id, at: now) }
            return command
        }
        _ = try await #require(worker.context.stripe).client.send(
            try FrozenRequest.request(try #require(command).request))
    }
}
