import Billing
import Ledger
import Testing

@Suite struct MeterRuleTests {
    private let event = ["model": "gpt-5", "metadata.region": "eu", "metadata.session": "s1"]
    private let quantities = Quantities([.inputTokens: Quantity(millionths: 1_500_000)])

    @Test func `a meter counts what its filter matches, and of it its field`() {
        let sum = MeterRule(.sum, of: "input_tokens", filter: ["model": "gpt-5", "metadata.region": "eu"])
        #expect(sum.value(of: quantities, event) == .number(Quantity(millionths: 1_500_000)))
        #expect(MeterRule(.sum, of: "input_tokens", filter: ["model": "o3"]).value(of: quantities, event) == nil)
        #expect(MeterRule(.sum, of: "input_tokens", filter: ["action": "x"]).value(of: quantities, event) == nil)
        #expect(MeterRule(.max, of: "images").value(of: quantities, event) == nil)
        #expect(MeterRule(.count).value(of: .none, [:]) == .event)
        #expect(MeterRule(.uniqueCount, of: "metadata.session").value(of: quantities, event) == .text("s1"))
        #expect(MeterRule(.uniqueCount, of: "metadata.user").value(of: quantities, event) == nil)
    }

    @Test(arguments: [
        (MeterRule(.sum), "field"), (MeterRule(.sum, of: "Input Tokens"), "field"),
        (MeterRule(.count, of: "images"), "field"), (MeterRule(.uniqueCount), "field"),
        (MeterRule(.uniqueCount, of: "metadata."), "field"), (MeterRule(.uniqueCount, of: "session"), "field"),
        (MeterRule(.count, filter: ["colour": "red"]), "filter.colour"),
        (
            MeterRule(.count, filter: Dictionary(uniqueKeysWithValues: (0...10).map { ("metadata.\($0)", "") })),
            "filter"
        ),
    ])
    func `a rule that cannot hold names its field`(rule: MeterRule, field: String) {
        #expect(rule.fault?.field == field)
    }

    @Test func `a rule that can hold has no fault`() {
        #expect(MeterRule(.latest, of: "seats", filter: ["product": "chat"]).fault == nil)
        #expect(MeterRule(.uniqueCount, of: "customer").fault == nil && MeterRule(.count).fault == nil)
    }
}

@Suite struct MeterStateTests {
    private struct Event { let number: Int64, text: String, time: Int64 }

    private func state(_ events: some Sequence<Event>) throws -> MeterState {
        var state = MeterState.empty
        for event in events {
            let number = MeterValue.number(Quantity(millionths: event.number))
            try state.add(number, at: Instant(secondsSince1970: event.time))
        }
        return state
    }

    @Test func `in whatever order and parts the events come, the value is that of all of them`() throws {
        for seed in 0..<300 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            let events = (0..<Int.random(in: 1...30, using: &random)).map { _ in
                Event(
                    number: .random(in: -5_000_000...50_000_000, using: &random),
                    text: String(Int.random(in: 0...9, using: &random)), time: .random(in: 0...10, using: &random))
            }
            let cut = Int.random(in: 0...events.count, using: &random)
            let shuffled = events.shuffled(using: &random)
            var merged = try state(shuffled[..<cut])
            try merged.merge(try state(shuffled[cut...]))
            let total = events.reduce(Int128(0)) { $0 + Int128($1.number) }
            let count = Int128(events.count)
            #expect(try merged.value(.sum).millionths == Int64(total))
            #expect(try merged.value(.count) == Quantity(whole: Int64(events.count)))
            let average = Int128(try merged.value(.average).millionths)
            #expect(average * count <= total && total < (average + 1) * count, "seed \(seed)")
            #expect(try merged.value(.max).millionths == events.map(\.number).max())
            let last = events.max { ($0.time, $0.number) < ($1.time, $1.number) }
            #expect(try merged.value(.latest).millionths == last?.number, "seed \(seed)")
            #expect(merged == (try state(events)))
        }
    }

    @Test func `different values are counted once, in one part or in two`() throws {
        var (one, other) = (MeterState.empty, MeterState.empty)
        let now = Instant(secondsSince1970: 0)
        for text in ["a", "b", "a"] { try one.add(.text(text), at: now) }
        for text in ["b", "c"] { try other.add(.text(text), at: now) }
        try one.merge(other)
        #expect(try one.value(.uniqueCount) == Quantity(whole: 3) && one.value(.count) == Quantity(whole: 5))
    }

    @Test func `what is taken back leaves sum, count and average as if it had never been`() throws {
        let events = [Event(number: 5, text: "", time: 1), Event(number: 90, text: "", time: 2)]
        var both = try state(events)
        try both.takeBack(.number(Quantity(millionths: 90)))
        let first = try state(events[..<1])
        for aggregation in MeterAggregation.allCases where aggregation.isReversible {
            #expect(try both.value(aggregation) == first.value(aggregation))
        }
        #expect(try both.value(.max).millionths == 90)
    }

    @Test(arguments: MeterAggregation.allCases)
    func `of nothing every meter says zero`(aggregation: MeterAggregation) throws {
        #expect(try MeterState.empty.value(aggregation) == .zero)
    }

    @Test func `a sum beyond 64 bits is kept, and an error when it is asked for`() throws {
        var state = MeterState.empty
        let most = MeterValue.number(Quantity(millionths: .max))
        for _ in 0..<3 { try state.add(most, at: Instant(secondsSince1970: 0)) }
        #expect(#expect(throws: BillingError.self) { try state.value(.sum) }?.code == "overflow")
        #expect(try state.value(.average).millionths == .max)
        try state.takeBack(most)
        try state.takeBack(most)
        #expect(try state.value(.sum).millionths == .max)
    }
}
