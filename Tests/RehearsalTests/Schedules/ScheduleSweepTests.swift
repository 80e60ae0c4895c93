import Testing

@testable import Rehearsal

@Suite struct ScheduleSweepTests {
    @Test(arguments: ScheduleFamily.allCases)
    func `a few seeds of each family hold`(family: ScheduleFamily) async throws {
        let sweep = ScheduleSweep(family)
        for seed in 1...4 as ClosedRange<UInt64> {
            let figures = try await sweep.run(seed: seed).get()
            let worlds = [ScheduleFamily.messengers: 7, .outage: 4]
            #expect(figures.worlds == worlds[family] ?? 1)
        }
    }

    @Test func `a seed drops, repeats and delays the same webhooks again, and another seed others`() async throws {
        let tale = SmallTale(number: 5)
        let first = try await Telling(tale, .unreliable, seed: 11)
        let again = try await Telling(tale, .unreliable, seed: 11)
        #expect((first.carried, first.dropped) == (again.carried, again.dropped) && first.journal == again.journal)
        var all: Set<Int> = []
        for seed in 20...27 as ClosedRange<UInt64> {
            all.insert(try await Telling(tale, .unreliable, seed: seed).carried)
        }
        #expect(all.count > 1)
    }

    @Test func `what happens while all is cut off is never told, and found by one sweep`() async throws {
        let tale = SmallTale(number: 5)
        let honest = try await Telling(tale, .inOrder)
        for (_, seconds) in SmallOutage.lengths {
            let telling = try await Telling(tale, .inOrder, outage: SmallOutage(place: 0, seconds: seconds))
            #expect(telling.dropped > 0 && telling.carried < honest.carried)
            #expect(telling.journal.difference(from: honest.journal) == nil)
        }
    }

    @Test func `the tales hold every kind of deed, for a connected merchant and for the platform itself`() {
        let tales = (0..<64).map { SmallTale(number: $0) }
        #expect(Set(tales.map(\.isConnected)) == [true, false])
        let deeds = tales.flatMap(\.deeds)
        let kinds = Set(deeds.map { "\($0)".prefix { $0 != "(" } })
        #expect(kinds == ["charge", "topUp", "authenticate", "refund", "dispute"])
        #expect(deeds.contains { if case .charge(_, _, isHeard: false) = $0 { true } else { false } })
        #expect(deeds.contains(.dispute(isWon: true)) && deeds.contains(.dispute(isWon: false)))
    }

    @Test func `a tale moves money, and what moves differs from tale to tale`() async throws {
        let one = try await Telling(SmallTale(number: 1), .inOrder)
        let two = try await Telling(SmallTale(number: 2), .inOrder)
        #expect(one.journal.entries.count > 3 && one.carried > 2 && one.dropped == 0)
        #expect(one.journal.difference(from: two.journal) != nil)
    }

    @Test func `a fact has six orders, and all at once`() {
        #expect(Set(Messengers.Order.all.map(\.name)).count == 7)
        #expect(Messengers.Order.all.contains(.after([.sweep, .webhook, .answer])))
        #expect(Set((0..<4).map { Messengers(number: $0).fact }) == Set(Messengers.Fact.allCases))
    }

    @Test func `a poison that nobody finds among what is put aside is told of`() async throws {
        let world = try await SmallWorld(seed: 1, isConnected: false)
        let poison = Poison(seed: 3)
        await #expect(throws: Breach.self) { try await poison.mustBeVisible(in: world) }
        try await poison.arrive(at: world)
        try await world.work()
        try await poison.mustBeVisible(in: world)
    }

    @Test func `deaths happen among the holds`() async throws {
        var deaths = 0
        for seed in 1...12 as ClosedRange<UInt64> {
            var holds = try await SmallHolds(seed: seed)
            try await holds.live()
            try await holds.judge()
            deaths += holds.deaths
        }
        #expect(deaths > 3)
    }
}
