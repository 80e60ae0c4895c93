import Billing
import Ledger
import Worker

/// What the app of a merchant asks for: usage, corrections, holds.
extension Simulation {
    func use(_ act: Act, _ person: Market.Person, _ events: Int64, _ mostMicros: Int64) async throws -> String {
        let now = house.clock.truth
        let reports = (0..<events).map { place in
            let late = chance.happens(perMille: 100) ? chance.number(1...40 * 86_400) : 0
            return Market.Report(
                id: "use-\(act.number)-\(place)", customer: person.name,
                cost: chance.number(0...mostMicros) * person.merchant.scale,
                time: late > 0 ? now.adding(seconds: -late) : nil)
        }
        return try await report(reports, of: person.merchant)
    }

    func useProduct(_ act: Act, _ person: Market.Person, _ events: Int64, _ most: Int64) async throws -> String {
        let now = house.clock.truth
        let reports = (0..<events).map { place in
            let late = chance.happens(perMille: 100) ? chance.number(1...40 * 86_400) : 0
            let use = ProductUse(
                pages: chance.number(0...most), seats: chance.number(0...5), session: "session \(chance.number(1...9))")
            return Market.Report(
                id: "read-\(act.number)-\(place)", customer: person.name, use: use,
                time: late > 0 ? now.adding(seconds: -late) : nil)
        }
        return try await report(reports, of: person.merchant)
    }

    private func report(_ reports: [Market.Report], of merchant: Market.Merchant) async throws -> String {
        let body = JSONTree.list(reports.map(\.body))
        return try await ask("/v1/usage", body, with: merchant.key) { simulation, heard in
            var recorded = 0
            for (report, verdict) in zip(reports, heard.members.list("data")) {
                guard verdict.text("status") != "rejected", let event = verdict.text("usage_event") else { continue }
                simulation.oracle.noteRecorded(Market.Recorded(merchant: merchant, report: report, event: event))
                recorded += 1
            }
            return "\(recorded) of \(reports.count)"
        }
    }

    /// Once more what was recorded already, as an app does that lost the answer, and its key with it.
    func useAgain(_ pick: UInt64) async throws -> String {
        guard let known = recorded(pick) else { return "nothing was used" }
        guard !known.report.id.hasPrefix("hold:") else { return "was captured" }
        return try await ask("/v1/usage", .list([known.report.body]), with: known.merchant.key) { _, heard in
            let verdict = heard.members.list("data").first
            guard verdict?.text("status") == "duplicate" else {
                let answer = verdict?.text("code") ?? verdict?.text("status") ?? "nothing"
                throw Breach("usage once", "\(known.report.id) was sent again, and answered with \(answer)")
            }
            return "known"
        }
    }

    func correct(_ pick: UInt64) async throws -> String {
        guard let known = recorded(pick), !oracle.isCorrected(known.report.id, of: known.merchant) else {
            return "nothing to correct"
        }
        let body: [String: JSONTree] = [
            "reason": .text("taken back"), "id": .text("correction of \(known.report.id)"),
        ]
        let path = "/v1/usage/\(known.event)/corrections"
        return try await ask(path, .object(body), with: known.merchant.key) { simulation, _ in
            simulation.oracle.noteCorrected(known.report.id, of: known.merchant)
            return "corrected"
        }
    }

    private func recorded(_ pick: UInt64) -> Market.Recorded? {
        oracle.order.isEmpty ? nil : oracle.order[Int(pick % UInt64(oracle.order.count))]
    }

    // MARK: Holds

    func hold(_ person: Market.Person, _ micros: Int64) async throws -> String {
        let body: [String: JSONTree] = [
            "customer": .text(person.name),
            "estimate": .object(["amount_micros": .integer(micros * person.merchant.scale)]),
            "expires_in": .integer(chance.number(60...86_400)),
        ]
        return try await ask("/v1/authorizations", .object(body), with: person.merchant.key) { simulation, heard in
            let held = heard.members
            guard let hold = held.text("id"), let micros = held.integer("held_micros") else { return "no hold" }
            simulation.market.holds.append(Market.HeldMoney(person: person, hold: hold, micros: micros))
            return "held"
        }
    }

    func capture(_ pick: UInt64, _ perMille: Int64) async throws -> String {
        guard let held = takeHold(pick) else { return "nothing is held" }
        let (merchant, cost) = (held.person.merchant, held.micros * perMille / 1_000)
        let path = "/v1/authorizations/\(held.hold)/capture"
        return try await ask(path, .object(["cost_micros": .integer(cost)]), with: merchant.key) { simulation, heard in
            let report = Market.Report(id: "hold:\(held.hold)", customer: held.person.name, cost: cost)
            let event = heard.members.text("usage_event") ?? ""
            simulation.oracle.noteRecorded(Market.Recorded(merchant: merchant, report: report, event: event))
            return "captured"
        }
    }

    func release(_ pick: UInt64) async throws -> String {
        guard let held = takeHold(pick) else { return "nothing is held" }
        return try await ask("/v1/authorizations/\(held.hold)/release", with: held.person.merchant.key)
    }

    private func takeHold(_ pick: UInt64) -> Market.HeldMoney? {
        let newest = market.holds.suffix(3)
        return newest.isEmpty ? nil : market.holds.remove(at: newest.startIndex + Int(pick % UInt64(newest.count)))
    }
}

extension Market.Report {
    /// As the app sends it.
    fileprivate var body: JSONTree {
        var members: [String: JSONTree] = ["id": .text(id), "customer": .text(customer)]
        members["cost_micros"] = cost.map(JSONTree.integer)
        members["time"] = time.map { .text($0.rfc3339) }
        if let use {
            members["product"] = .text(SoldProduct.slug)
            members["quantities"] = .object(["pages": .integer(use.pages), "seats": .integer(use.seats)])
            members["metadata"] = .object(["session": .text(use.session)])
        }
        return .object(members)
    }
}
