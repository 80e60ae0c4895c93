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

    @Test func `the names of all facts about one thing begin alike, and those about others do not`() throws {
        let (charge, lot) = (Charge.ID(stored: "bchg_1"), WalletLot.ID(stored: "blot_1"))
        let names: [(FactStem, [Reference])] = [
            (.charge(charge), [try .charged(charge), try .released(charge)]),
            (.lot(lot), [try .granted(lot), try .expired(lot), try .expired(lot, time: 2)]),
            (.wallet("bref_1"), [try .settledFromWallet("bref_1"), try .settledFromWallet("bref_1:asked")]),
            (
                .stripe("txn_1"),
                [
                    try .balanceTransaction("txn_1"), try .disputed("txn_1"), try .explained("txn_1"),
                    try .payment("txn_1"), try .refunded("txn_1"), try .refundReturned("txn_1"),
                ]
            ),
        ]
        for (stem, _) in names {
            for (other, references) in names {
                for reference in references {
                    let isNamed = reference.text == stem.text || reference.text.hasPrefix(stem.text + ":")
                    #expect(isNamed == (stem == other), "\(reference.text), \(stem.text)")
                }
            }
        }
    }

    @Test func `a name with a space or a line in it is refused`() {
        #expect(throws: LedgerError.self) { try Reference.payment("pi 1") }
        #expect(throws: LedgerError.self) { try Reference.balanceTransaction("txn\n1") }
        #expect(throws: LedgerError.self) { try Reference.balanceTransaction(String(repeating: "x", count: 201)) }
    }
}
