import Ledger
import Storage
import Testing

@testable import Rehearsal

/// The judges bite: what is planted in the tables is seen.
@Suite struct JudgingTests {
    private func damaged(_ sql: String) async throws -> Breach? {
        let simulation = try await Simulation(SimulationOptions(seed: 5, families: []))
        try await simulation.openShops()
        for act in CrashStory.acts().prefix(15) {
            _ = try await simulation.attempt { try await simulation.play(act) }
            try await simulation.rest(act.number)
        }
        try await simulation.look()
        try await simulation.house.database.write { tx in _ = try tx.execute(sql) }
        do { try await simulation.look() } catch let breach as Breach { return breach }
        return nil
    }

    @Test(arguments: [
        ("UPDATE ledger_accounts SET balance = balance + 1 WHERE kind = 'revenue'", "a stored balance is the sum"),
        ("UPDATE wallet_lots SET remaining_micros = remaining_micros - 1 WHERE remaining_micros > 0", "lots add up"),
        ("UPDATE customer_meters SET held_micros = held_micros + 1", "holds add up"),
        ("UPDATE wallet_lots SET claimed_micros = 1 WHERE kind <> 'paid'", "claims are on payments"),
        ("UPDATE journal_end SET sequence = sequence - 1", "the chain of entries is whole"),
    ])
    func `a book that is tampered with is seen at the next look`(sql: String, rule: String) async throws {
        let breach = try #require(try await damaged(sql))
        #expect(breach.rule.hasPrefix(rule))
    }

    @Test func `usage that nobody reported is seen`() async throws {
        let simulation = try await Simulation(SimulationOptions(seed: 5, families: []))
        try await simulation.openShops()
        for act in CrashStory.acts().prefix(2) { _ = try await simulation.attempt { try await simulation.play(act) } }
        try await simulation.house.database.write { tx in
            _ = try tx.execute(
                "UPDATE usage_events SET price_micros = price_micros + 1 WHERE id = (SELECT MIN(id) FROM usage_events)")
        }
        await #expect(throws: Breach.self) { try await simulation.judgeTheYear() }
    }
}
