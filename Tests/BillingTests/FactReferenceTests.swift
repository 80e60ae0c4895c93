import Billing
import Ledger
import Testing

@Suite struct FactReferenceTests {
    @Test func `facts of different kinds never share a name`() throws {
        let charge = Charge.ID(stored: "bchg_1")
        let names = [
            try Reference.usage(UsageEvent.ID(stored: "busg_1")), try .charged(charge), try .released(charge),
            try .settledFromWallet("btop_1"), try .payment("pi_1"), try .balanceTransaction("txn_1"),
        ]
        #expect(Set(names).count == names.count)
    }

    @Test func `a payment has one name, whoever reports it`() throws {
        #expect(try Reference.payment("pi_1") == Reference("stripe:pi_1:succeeded"))
    }

    @Test func `a name with a space or a line in it is refused`() {
        #expect(throws: LedgerError.self) { try Reference.payment("pi 1") }
        #expect(throws: LedgerError.self) { try Reference.balanceTransaction("txn\n1") }
        #expect(throws: LedgerError.self) { try Reference.balanceTransaction(String(repeating: "x", count: 201)) }
    }
}
