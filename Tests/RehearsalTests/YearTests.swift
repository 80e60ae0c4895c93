import Testing

@testable import Rehearsal

@Suite struct YearTests {
    @Test func `the same seed makes the same year, byte by byte`() async {
        var options = SimulationOptions(seed: 7)
        options.keepsTrace = true
        let (first, second) = (await Year(options, count: 40).run(), await Year(options, count: 40).run())
        #expect(first.breach == nil)
        #expect(first.trace.lines.count > 100)
        #expect(first.trace == second.trace)
    }

    @Test func `another seed makes another year`() async {
        let years = [1, 2].map { Year(SimulationOptions(seed: $0), count: 40) }
        #expect(years[0].acts != years[1].acts)
    }

    @Test func `leaving acts out leaves the others as they are`() {
        let options = SimulationOptions(seed: 3)
        let all = Year(options, count: 50)
        let some = Year(options, count: 50, only: [3, 4, 40])
        #expect(some.acts == [all.acts[3], all.acts[4], all.acts[40]])
        #expect(some.command(count: 50).hasSuffix("--seeds 1 --seed 3 --acts 50 --only 3-4,40"))
    }

    @Test func `what ranges are written as can be read again`() {
        #expect(Year.ranges([0, 1, 2, 7, 9, 10]) == "0-2,7,9-10")
        #expect(Year.numbers("0-2,7,9-10") == [0, 1, 2, 7, 9, 10])
        for wrong in ["", "a", "3-1", "1-2-3", "-"] { #expect((Year.numbers(wrong) ?? []).isEmpty) }
    }

    @Test(arguments: [(FaultFamily.outage, 12), (.clock, 5)])
    func `each seed has an outage, or a clock that steps, of its own, and all lengths come in turn`(
        family: FaultFamily, kinds: Int
    ) {
        let own = (0..<60 as Range<UInt64>).map { seed in
            let acts = Deck(families: [family]).acts(seed: seed, count: 60)
            return acts[family == .outage ? 30 : 20].deed
        }
        #expect(own.allSatisfy { $0.name == (family == .outage ? "outage" : "stepClock") })
        #expect(Set(own).count == kinds)
        #expect(Set(Dictionary(grouping: own) { $0 }.values.map(\.count)) == [60 / kinds])
    }

    @Test func `a year has money coming back, products, declines that are tried again, and no refusal by mistake`()
        async
    {
        var figures = SimulationFigures()
        for seed in 1...3 as ClosedRange<UInt64> {
            let outcome = await Year(SimulationOptions(seed: seed, families: []), count: 160).run()
            #expect(outcome.breach == nil)
            figures.add(outcome.figures)
        }
        #expect(figures.refunds > 5 && figures.disputes > 5 && figures.retries > 0 && figures.corrections > 5)
        #expect(figures.requests > 1_000)
        #expect(Set(figures.payments.keys) == ["usd", "jpy", "eur", "gbp", "kwd"])
    }

    @Test func `every kind of deed is in a long deck, and no fault that was not asked for`() {
        let deck = Deck(families: Set(FaultFamily.allCases)).acts(seed: 1, count: 4_000)
        let names = Set(deck.map(\.deed.name))
        #expect(names.count == 34)
        let calm = Set(Deck(families: []).acts(seed: 1, count: 4_000).map(\.deed.name))
        #expect(names.subtracting(calm) == ["outage", "stepClock", "death"])
    }
}
