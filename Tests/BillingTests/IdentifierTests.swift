import Billing
import Ledger
import Testing

@Suite struct IdentifierTests {
    private func seams(at milliseconds: Int64, byte: UInt8 = 0xA5) -> Seams {
        Seams(now: { Instant(millisecondsSince1970: milliseconds) }, randomBytes: { Array(repeating: byte, count: $0) })
    }

    @Test func `an id is its prefix, a line, and 26 characters`() {
        let id = Charge.ID.make(seams(at: 1_795_180_200_456))
        #expect(id.text.hasPrefix("bchg_01m7wh80g8"))
        #expect(id.text.utf8.count == 31)
        #expect(Charge.ID(id.text) == id)
    }

    @Test func `ids sort by the time of making`() {
        let times: [Int64] = [0, 1, 999, 1_795_180_200_456, 1_795_180_200_457, 281_474_976_710_655]
        let ids = times.map { Charge.ID.make(seams(at: $0, byte: UInt8(truncatingIfNeeded: $0))) }
        #expect(ids == ids.sorted() && Set(ids).count == times.count)
    }

    @Test(arguments: [
        "", "bchg_", "bchg_01m7wh80g86cq643dzvmxxqkf", "bchg_01m7wh80g86cq643dzvmxxqkfbb",
        "btop_01m7wh80g86cq643dzvmxxqkfb",
        "bchg_01M7WH80G86CQ643DZVMXXQKFB", "bchg_01m7wh80g86cq643dzvmxxqkf'", "ch_01m7wh80g86cq643dzvmxxqkfb",
        "bchg_ilou7wh80g86cq643dzvmxxqkf", "bchg-01m7wh80g86cq643dzvmxxqkfb",
    ])
    func `what has not the shape of a charge's id is none`(text: String) {
        #expect(Charge.ID(text) == nil)
    }

    @Test func `no prefix of ours can be mistaken for one of Stripe's`() {
        let ours = [
            ConnectedAccount.idPrefix, Customer.idPrefix, Charge.idPrefix, TopUp.idPrefix, UsageEvent.idPrefix,
        ]
        let stripes: Set = [
            "acct", "cus", "ch", "pi", "py", "cs", "evt", "txn", "pm", "po", "re", "fee", "ba", "bps", "src", "req",
            "we",
        ]
        #expect(Set(ours).count == ours.count)
        #expect(ours.allSatisfy { $0.hasPrefix("b") && !stripes.contains($0) })
    }
}
