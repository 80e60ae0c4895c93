import Testing

@testable import Rehearsal

@Suite struct CrashSweepTests {
    @Test func `a story that nothing goes wrong in holds, and has hundreds of points at which it can`() async throws {
        let telling = await CrashStory.tell()
        #expect(telling.breach == nil)
        #expect(telling.points.commits > 100)
        #expect(telling.points.requests > 10)
        #expect(telling.figures.payments.values.reduce(0, +) == 3)
    }

    @Test func `a death is planned by name, and happens`() async throws {
        #expect(DeathPoint("commit-12-after") == .commit(number: 12, isAfter: true))
        #expect(DeathPoint.wire(request: 3, isAfter: false).name == "request-3-before")
        for wrong in ["commit", "commit-x-after", "tea-1-after", "commit-1-later"] { #expect(DeathPoint(wrong) == nil) }
        let telling = await CrashStory.tell(deaths: [.commit(number: 12, isAfter: true)])
        #expect(telling.breach == nil)
        #expect(telling.figures.restarts == 1)
    }

    @Test func `a fault is planned by name, and an answer that is late by two days makes no second payment`() async {
        let plan = PlannedFault(fault: .named("timeout-after"), from: 4, count: 1, seconds: 172_800)
        #expect(PlannedFault(plan.name) == plan)
        for wrong in ["4:tea:1:0", "4:409:1", "0:409:1:0", "4:409:0:0", ""] { #expect(PlannedFault(wrong) == nil) }
        let telling = await CrashStory.tell(fault: plan)
        #expect(telling.breach == nil)
        #expect(telling.figures.faults["timeout-after"] == 1)
    }

    @Test func `every point is a case once, and a case is what its name says`() async throws {
        let sweep = try await CrashSweep()
        #expect(Set(sweep.single).count == sweep.single.count)
        for one in sweep.single + sweep.pairs(20, seed: 1) { #expect(CrashSweep.Case("\(one)") == one) }
        for wrong in ["", "+", "commit-1-after+tea", "commit-1"] { #expect(CrashSweep.Case(wrong) == nil) }
        let wire = try await WireSweep()
        #expect(wire.faults.count == wire.requests * WireFault.all.count * 3)
        let late = try await wire.lateAnswers(seed: 1) + wire.lateAnswers(seed: 2)
        #expect(late.count > 10 && Set(late.map(\.fault.seconds)).count == 3)
        for one in wire.faults + late { #expect(WireSweep.Case("\(one)") == one) }
        for wrong in ["4:409:1:0@", "4:409:1:0@x", "@1", "4:409:1:0@1@2"] { #expect(WireSweep.Case(wrong) == nil) }
    }

    @Test func `a journal that lacks an entry is told apart`() async throws {
        let honest = try #require(await CrashStory.tell().journal)
        #expect(honest.difference(from: honest) == nil)
        let other = JournalShape(entries: Array(honest.entries.dropFirst()))
        #expect(other.difference(from: honest)?.hasPrefix("missing here") == true)
    }
}
