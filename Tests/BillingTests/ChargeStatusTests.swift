import Billing
import Testing

@Suite struct ChargeStatusTests {
    private let passing: [PaymentObservation] = [
        .processing, .requiresAction, .declined(code: "insufficient_funds"),
        .declined(code: "authentication_required"),
    ]

    private func play(_ observations: [PaymentObservation]) -> ChargeStatus {
        observations.reduce(.pending) { $0.after($1) }
    }

    @Test func `however the words about a payment are shuffled and repeated, paid stays paid`() {
        for seed in 0..<2_000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            var words = (0..<Int.random(in: 0...8, using: &random)).compactMap { _ in
                passing.randomElement(using: &random)
            }
            words += Array(repeating: .succeeded, count: Int.random(in: 1...3, using: &random))
            #expect(play(words.shuffled(using: &random)) == .paid, "seed \(seed)")
        }
    }

    @Test func `however they are shuffled, canceled stays canceled`() {
        for seed in 0..<2_000 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let words = (0..<6).compactMap { _ in passing.randomElement(using: &random) } + [.canceled]
            #expect(play(words.shuffled(using: &random)) == .canceled, "seed \(seed)")
        }
    }

    @Test func `failed is not final: the same PaymentIntent can still succeed`() {
        #expect(play([.declined(code: "generic_decline")]) == .failed)
        #expect(play([.declined(code: "generic_decline"), .succeeded]) == .paid)
        #expect(play([.succeeded, .declined(code: "generic_decline")]) == .paid)
        #expect(play([.succeeded, .processing]) == .paid)
    }

    @Test func `a decline for want of authentication asks for the customer, another one does not`() {
        #expect(play([.declined(code: "authentication_required")]) == .requiresAction)
        #expect(play([.requiresAction, .processing]) == .pending)
        #expect(play([.requiresAction, .declined(code: "card_declined")]) == .failed)
    }

    @Test func `only paid and canceled are final, and nothing moves them`() {
        for status in ChargeStatus.allCases {
            #expect(status.isFinal == (status == .paid || status == .canceled))
            guard status.isFinal else { continue }
            for word in passing + [.succeeded, .canceled] { #expect(status.after(word) == status) }
        }
    }
}
