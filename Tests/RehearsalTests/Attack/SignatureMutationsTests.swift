import Testing

@testable import Rehearsal

@Suite struct SignatureMutationsTests {
    private static let captured = MutationSweep.captured(
        [Array(#"{"id":"evt_1"}"#.utf8), Array(#"{"id":"evt_2","amount":500}"#.utf8)], at: 1_795_180_262,
        connectSecret: "whsec_connect", platformSecret: "whsec_platform")

    @Test func `a seed makes the same mutants again, and another seed others`() {
        func mutants(_ seed: UInt64) -> [SignatureMutations.Mutant] {
            var mutations = SignatureMutations(Self.captured, seed: seed)
            return (0..<200).map { _ in mutations.next() }
        }
        #expect(mutants(1) == mutants(1))
        #expect(mutants(1) != mutants(2))
        #expect(Set(mutants(1)).count > 150)
    }

    @Test func `what was captured is known to be proven, also in another order and among others`() throws {
        let one = try #require(Self.captured.first)
        let mac = one.mac
        let proven = ["t=\(one.seconds),v1=\(mac)", "v1=\(mac),t=\(one.seconds)", " t=\(one.seconds),v0=1,v1=\(mac)\t"]
        for header in proven {
            let mutant = SignatureMutations.Mutant(header: Array(header.utf8), body: one.body)
            #expect(SignatureMutations.isProven(mutant, by: one), "\(header)")
        }
        for header in [
            "t=\(one.seconds + 1),v1=\(mac)", "t=\(one.seconds),v0=\(mac)", "t=\(one.seconds), v1=\(mac)", "",
        ] {
            let mutant = SignatureMutations.Mutant(header: Array(header.utf8), body: one.body)
            #expect(!SignatureMutations.isProven(mutant, by: one), "\(header)")
        }
        let other = SignatureMutations.Mutant(header: one.header, body: one.body + [10])
        #expect(!SignatureMutations.isProven(other, by: one))
    }

    @Test func `no mutant is proven by anything that was captured`() {
        var mutations = SignatureMutations(Self.captured, seed: 3)
        for _ in 0..<2_000 {
            let mutant = mutations.next()
            #expect(!Self.captured.contains { SignatureMutations.isProven(mutant, by: $0) })
        }
    }

    @Test func `the inbox refuses every mutant by its signature, and stores none`() async throws {
        var sweep = MutationSweep()
        try await sweep.run(1_500, over: Self.captured.map(\.body), seed: 5)
        #expect(sweep.tried == 1_500 && sweep.accepted == 0 && sweep.rows == 0)
        #expect(sweep.breaches == [])
        #expect(sweep.answers.values.reduce(0, +) == 1_500 && sweep.answers.count >= 3)
    }
}
