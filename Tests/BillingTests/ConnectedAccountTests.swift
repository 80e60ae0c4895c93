import Billing
import Ledger
import Testing

@Suite struct ConnectedAccountTests {
    private func account(
        _ mode: ConnectedAccount.StripeMode = .connect, percent: Int64 = 0, fixed: Int64 = 0,
        status: ConnectedAccount.Status = .connected
    ) throws -> ConnectedAccount {
        ConnectedAccount(
            id: .init(stored: "bacc_1"), name: "Merchant", email: nil, country: nil,
            currency: try #require(Currency("usd")), stripeMode: mode, status: status,
            applicationFeePercent: Percent(partsPerMillion: percent), applicationFeeFixed: fixed,
            createdAt: Instant(millisecondsSince1970: 0))
    }

    /// Charge, percent in parts per million, fixed part; what the platform takes. All in minor units.
    @Test(arguments: [
        (500, 20_000, 0, 10), (500, 0, 30, 30), (500, 20_000, 30, 40), (125, 20_000, 0, 3), (124, 20_000, 0, 2),
        (50, 0, 80, 50), (50, 2_000_000, 0, 50), (0, 20_000, 30, 0), (99_999_999, 1_000_000, 0, 99_999_999),
    ])
    func `the application fee is percent rounded half up plus the fixed part, never more than the charge`(
        amount: Int64, percent: Int64, fixed: Int64, fee: Int64
    ) throws {
        #expect(try account(percent: percent, fixed: fixed).applicationFee(on: amount, step: 1) == fee)
    }

    @Test func `any amount has a fee between nothing and the whole, and no product overflows`() throws {
        var random = SeededGenerator(seed: 5)
        for _ in 0..<10_000 {
            let amount = Int64.random(in: 0...(.max), using: &random)
            let account = try account(
                percent: .random(in: 0...10_000_000_000, using: &random), fixed: .random(in: 0...(.max), using: &random)
            )
            #expect((0...amount).contains(account.applicationFee(on: amount, step: 1)))
        }
    }

    @Test(arguments: [ConnectedAccount.StripeMode.platform, .none])
    func `only Connect knows an application fee`(mode: ConnectedAccount.StripeMode) throws {
        #expect(try account(mode, percent: 20_000, fixed: 30).applicationFee(on: 500, step: 1) == 0)
    }

    @Test(arguments: ConnectedAccount.Status.allCases)
    func `nothing is charged unless the account is connected`(status: ConnectedAccount.Status) throws {
        #expect(try account(status: status).canCharge == (status == .connected))
    }

    @Test(arguments: [
        (ConnectedAccount.Cycle.daily, "2026-11-20T13:11:00Z", "2026-11-21T00:00:00Z"),
        (.daily, "2026-12-31T00:00:00Z", "2027-01-01T00:00:00Z"),
        (.monthly, "2026-11-20T13:11:00Z", "2026-12-01T00:00:00Z"),
        (.monthly, "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        (.monthly, "2028-01-31T23:59:59Z", "2028-02-01T00:00:00Z"),
    ])
    func `a run falls due at the next UTC midnight or first of the month`(
        cycle: ConnectedAccount.Cycle, from: String, due: String
    ) throws {
        #expect(cycle.nextRun(after: try #require(Instant(rfc3339: from)))?.rfc3339 == due)
    }

    @Test func `no run falls due when the cycle is off`() {
        #expect(ConnectedAccount.Cycle.off.nextRun(after: Instant(millisecondsSince1970: 0)) == nil)
    }
}
