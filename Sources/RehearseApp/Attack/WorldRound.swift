import Rehearsal

/// Events that are properly signed and come from the wrong world: not one may post, and each has to be seen.
struct WorldRound {
    let castle: Castle
    let forge: AttackForge
    let merchant: Settler
    let stranger: Settler
    /// Whether the attacked one is live now.
    let live: Bool

    func play(into report: inout AttackReport) async throws {
        let before = try await castle.settled()
        let events = try forge.wrongWorlds(
            live: live, stranger: stranger.stripeAccount,
            owned: [
                "bursar_account": merchant.account, "bursar_charge": merchant.holdings.things["charges"] ?? "",
                "bursar_top_up": merchant.holdings.things["top_ups"] ?? "",
                "bursar_refund": merchant.holdings.things["refunds"] ?? "",
                "bursar_customer": merchant.holdings.things["customers"] ?? "",
            ])
        let caller = castle.caller()
        var broken: [String] = []
        for event in events {
            let answer = try caller.exchange(event.request, "\(event.type) \(event.fault.rawValue)")
            if answer?.status != 200 {
                broken.append("\(event.type) \(event.fault.rawValue) was answered \(answer?.status ?? 0)")
            }
        }
        let after = try await castle.settled()
        let news = after.news(since: before)
        for event in events where !event.isPutAside(news[event.id]) {
            broken.append("\(event.type) \(event.fault.rawValue) is \(news[event.id] ?? "not there")")
        }
        let entries = after.entries - before.entries
        if entries != 0 { broken.append("\(entries) entries were posted") }
        let mode = live ? "live" : "test"
        report.add("events of a wrong world at a \(mode) Bursar", events.count)
        report.add("  parked", events.count { $0.isParked(news[$0.id]) })
        report.add("  of no meaning for that merchant", events.count { !$0.isParked(news[$0.id]) })
        report.expectNone("  posted, lost or not put aside", broken)
    }
}
