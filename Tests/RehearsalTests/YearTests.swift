import Testing

@testable import Rehearsal

@Suite struct YearTests {
    @Test func `the same seed makes the same year, byte by byte`() async {
        var options = SimulationOptions(seed: 7)
        options.keepsTrace = true
        let (first, second) = (await Year(options, count: 60).run(), await Year(options, count: 60).run())
        #expect(first.trace.lines.count > 100)
        #expect(first.trace == second.trace)
    }
}
