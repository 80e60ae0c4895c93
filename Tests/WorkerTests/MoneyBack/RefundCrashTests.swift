import Billing
import Ledger
import Storage
import Stripe
import StripeSandbox
import Testing

import struct Billing.Charge
import struct Billing.Refund

@testable import Worker

@Suite struct RefundCrashTests {
    /// A refund of 4 of 9 USD that is written down and not sent.
    private func written() async throws -> (TestHouse, ConnectedAccount, Refund) {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", of: account)
        let charge = try await house.pay(9_000_000, by: ada, of: account)
        return (house, account, try await house.ask(NewRefund(amount: 400), of: .charge(charge.id), account))
    }

    /// Sends the waiting command as the worker does, and dies before anything of the answer is written.
    private func sendAndDie(_ house: TestHouse) async throws {
        let now = house.clock.now
        let command = try await house.database.write { tx in
            let command = try tx.outbox.claim(at: now, leaseEnd: now.adding(seconds: 120))
            if let command { try tx.outbox.markSent(command.id, at: now) }
            return command
        }
        let request = try FrozenRequest.request(try #require(command).request)
        _ = try await #require(house.worker.context.stripe).client.send(request)
    }

    private func expectOneRefund(_ house: TestHouse, _ account: ConnectedAccount, _ refund: Refund) async throws {
        #expect(try await house.current(refund).status == .succeeded)
        #expect(try await house.refunds(of: account).count == 1)
        #expect(try await house.refundsAtStripe(of: account).map(\.amount) == [400])
        #expect(try await house.booked(.refunds, of: account) == 4_000_000)
        try await house.expectReconciled(account)
    }

    @Test func `killed between written and sent, a restart sends it once`() async throws {
        let (house, account, refund) = try await written()
        let restarted = house.restarted()
        while try await restarted.outbox.step() {}
        try await house.settle()
        try await expectOneRefund(house, account, refund)
    }

    @Test func `killed between sent and posted, a restart repeats the same key and posts once`() async throws {
        let (house, account, refund) = try await written()
        try await sendAndDie(house)
        let restarted = house.restarted()
        #expect(try await restarted.outbox.step() == false, "the lease still hides the command")
        house.clock.advance(seconds: 121)
        while try await restarted.outbox.step() {}
        try await house.settle()
        try await expectOneRefund(house, account, refund)
    }

    @Test func `the webhook of a refund comes before its answer does, and they are one`() async throws {
        let (house, account, refund) = try await written()
        try await sendAndDie(house)
        for delivery in await house.intercept() { _ = try await house.receive(delivery) }
        try await house.drain()
        #expect(try await house.current(refund).status == .succeeded)
        house.clock.advance(seconds: 121)
        try await house.settle()
        try await expectOneRefund(house, account, refund)
    }

    @Test func `after a timeout that followed the refund, the same key finds the one refund`() async throws {
        let (house, account, refund) = try await written()
        house.wire.fail(.after, .after)
        while try await house.worker.outbox.step() {}
        #expect(try await house.current(refund).status == .pending, "what may have happened is no failure")
        for _ in 0..<5 {
            house.clock.advance(seconds: 60)
            while try await house.worker.outbox.step() {}
        }
        try await house.settle()
        try await expectOneRefund(house, account, refund)
    }

    @Test(arguments: [23 * 3600, 24 * 3600 + 60, 48 * 3600] as [Int64])
    func `after 23 hours the refund is looked up before anything is sent`(seconds: Int64) async throws {
        let (house, account, refund) = try await written()
        try await sendAndDie(house)
        _ = await house.intercept()
        house.clock.advance(seconds: seconds)
        let before = house.wire.calls.count
        while try await house.worker.outbox.step() {}
        #expect(house.wire.calls[before] == "GET /v1/refunds")
        #expect(!house.wire.calls[before...].contains("POST /v1/refunds"))
        try await expectOneRefund(house, account, refund)
    }

    @Test func `after 23 hours without a refund at Stripe the command starts anew under a new key`() async throws {
        let (house, account, refund) = try await written()
        house.wire.fail(.before)
        while try await house.worker.outbox.step() {}
        house.clock.advance(seconds: 25 * 3600)
        while try await house.worker.outbox.step() {}
        try await house.settle()
        try await expectOneRefund(house, account, refund)
    }

    @Test func `two workers who send at once make one refund`() async throws {
        let (house, account, refund) = try await written()
        try await withThrowingTaskGroup { group in
            for worker in [house.worker, house.restarted(), house.restarted()] {
                group.addTask { while try await worker.outbox.step() {} }
            }
            try await group.waitForAll()
        }
        try await house.settle()
        try await expectOneRefund(house, account, refund)
    }
}
