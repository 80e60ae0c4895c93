import Billing
import Ledger
import Testing

@Suite struct KeyTermsTests {
    private let now = Instant(secondsSince1970: 1_000)
    private let ada = Customer.ID(stored: "bcus_ada")
    private let bob = Customer.ID(stored: "bcus_bob")

    private func refusal(
        _ terms: KeyTerms, customer: Customer.ID? = nil, model: String? = "gpt-5", spent: Int64 = 0, held: Int64 = 0,
        estimate: Int64 = 1
    ) -> KeyTerms.Refusal? {
        let request = KeyTerms.Request(customer: customer ?? ada, model: model, estimateMicros: estimate)
        return terms.refusal(request, spent: spent, held: held, at: now)
    }

    @Test func `a key with no terms allows everything`() {
        #expect(refusal(KeyTerms(), customer: bob, model: nil, spent: .max, held: .max, estimate: .max) == nil)
    }

    @Test func `a key ends at its moment`() {
        #expect(refusal(KeyTerms(expiresAt: now.adding(milliseconds: 1))) == nil)
        #expect(refusal(KeyTerms(expiresAt: now)) == .expired)
    }

    @Test func `a customer's key is for that customer`() {
        #expect(refusal(KeyTerms(customer: ada)) == nil)
        #expect(refusal(KeyTerms(customer: ada), customer: bob) == .otherCustomer)
    }

    @Test func `a key with models allows those alone, and no request that names none`() throws {
        let terms = KeyTerms(allowedModels: AllowedModels([try #require(ModelGlob("gpt-5*"))]))
        #expect(refusal(terms) == nil)
        #expect(refusal(terms, model: "o3") == .modelNotAllowed && refusal(terms, model: nil) == .modelNotAllowed)
    }

    @Test func `spent, held and asked for together never exceed the cap, to the micro and without wrapping`() {
        let cap = KeyCap(maxSpendMicros: 100)
        #expect(refusal(KeyTerms(cap: cap), spent: 50, held: 40, estimate: 10) == nil)
        let refused = refusal(KeyTerms(cap: cap), spent: 50, held: 40, estimate: 11)
        #expect(refused == .capReached(cap.standing(spent: 50, held: 40)))
        #expect(cap.standing(spent: 50, held: 40).name.description == "max_spend")
        #expect(cap.standing(spent: 50, held: 40).retryAfterSeconds(at: now) == nil)
        #expect(!KeyCap(maxSpendMicros: .max).allows(spent: .max, held: .max, estimate: .max))
        #expect(!KeyCap(maxSpendMicros: 0).allows(spent: 0, held: 0, estimate: 1))
    }
}
