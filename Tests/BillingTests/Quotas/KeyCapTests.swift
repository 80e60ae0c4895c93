import Billing
import Ledger
import Testing

@Suite struct KeyCapTests {
    @Test func `spent, held and asked for together never exceed the cap, to the micro and without wrapping`() {
        let cap = KeyCap(maxSpendMicros: 100)
        #expect(cap.allows(spent: 50, held: 40, estimate: 10))
        #expect(!cap.allows(spent: 50, held: 40, estimate: 11))
        #expect(!KeyCap(maxSpendMicros: .max).allows(spent: .max, held: .max, estimate: .max))
        #expect(!KeyCap(maxSpendMicros: 0).allows(spent: 0, held: 0, estimate: 1))
    }

    @Test func `a cap is for the key's whole life`() {
        let standing = KeyCap(maxSpendMicros: 100).standing(spent: 50, held: 40)
        #expect(standing.name.description == "max_spend")
        #expect(standing.retryAfterSeconds(at: Instant(secondsSince1970: 1_000)) == nil)
    }
}
