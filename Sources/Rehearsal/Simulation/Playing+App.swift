import Billing
import Ledger
import Storage
import Worker

/// What the app of a merchant asks for: usage, corrections, holds. It keeps asking until it is answered.
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
        return try await send(.usage(person, reports))
    }

    /// Once more what was recorded already, as an app does that lost the answer.
    func useAgain(_ pick: UInt64) async throws -> String {
        guard !oracle.order.isEmpty else { return "nothing was used" }
        let (merchant, report) = oracle.order[Int(pick % UInt64(oracle.order.count))]
        guard !report.id.hasPrefix("hold:") else { return "was captured" }
        let verdicts = try await record([report], of: merchant)
        switch verdicts.first {
        case .duplicate: return "known"
        case .rejected(let error): throw Breach("usage once", "\(report.id) is known, and was \(error.code)")
        default: throw Breach("usage once", "\(report.id) was sent again, and was not known")
        }
    }

    func correct(_ pick: UInt64) async throws -> String {
        guard !oracle.order.isEmpty else { return "nothing was used" }
        let (merchant, report) = oracle.order[Int(pick % UInt64(oracle.order.count))]
        guard !report.id.hasPrefix("hold:"), !oracle.isCorrected(report.id, of: merchant) else { return "not again" }
        return try await send(.correction(merchant, report))
    }

    func hold(_ person: Market.Person, _ micros: Int64) async throws -> String {
        let account = try await current(person.merchant.account)
        let new = try NewAuthorization(
            customer: person.name, estimate: UsageEstimate(amountMicros: micros * person.merchant.scale),
            expiresIn: chance.number(60...86_400))
        let outcome = try await house.database.write { [worker = house.worker] tx in
            try worker.authorizations.authorize(new, account: account, in: tx)
        }
        guard case .held(let granted) = outcome else { return "refused" }
        market.holds.append(Market.HeldMoney(person: person, hold: granted.hold.id, micros: granted.hold.heldMicros))
        return "held"
    }

    func capture(_ pick: UInt64, _ perMille: Int64) async throws -> String {
        guard let held = takeHold(pick) else { return "nothing is held" }
        return try await send(.capture(held, cost: held.micros * perMille / 1_000))
    }

    func release(_ pick: UInt64) async throws -> String {
        guard let held = takeHold(pick) else { return "nothing is held" }
        let account = try await current(held.person.merchant.account)
        let hold = try await house.database.write { [worker = house.worker] tx in
            try worker.authorizations.release(held.hold, account: account, in: tx)
        }
        return hold.status.rawValue
    }

    private func takeHold(_ pick: UInt64) -> Market.HeldMoney? {
        guard !market.holds.isEmpty else { return nil }
        return market.holds.remove(at: Int(pick % UInt64(market.holds.count)))
    }

    // MARK: Until there is an answer

    func send(_ request: Market.Unanswered) async throws -> String {
        do {
            switch request {
            case .usage(let person, let reports): return try await report(reports, person)
            case .correction(let merchant, let report): return try await correct(report, of: merchant)
            case .capture(let held, let cost): return try await capture(held, cost: cost)
            }
        } catch let error as StorageError where error.kind != .rejected {
            market.unanswered.append(request)
            throw error
        }
    }

    private func report(_ reports: [Market.Report], _ person: Market.Person) async throws -> String {
        let verdicts = try await record(reports, of: person.merchant)
        var recorded = 0
        for (report, verdict) in zip(reports, verdicts) {
            switch verdict {
            case .accepted, .duplicate:
                oracle.noteRecorded(report, of: person.merchant)
                recorded += 1
            case .rejected: break
            }
        }
        return "\(recorded) of \(reports.count)"
    }

    private func record(_ reports: [Market.Report], of merchant: Market.Merchant) async throws -> [UsageVerdict] {
        let account = try await current(merchant.account)
        let said = reports.map { report in
            UsageReport(eventID: report.id, customer: report.customer, time: report.time, costMicros: report.cost)
        }
        return try await house.database.write { [worker = house.worker] tx in
            try worker.metering.record(said, account: account, in: tx)
        }
    }

    private func correct(_ report: Market.Report, of merchant: Market.Merchant) async throws -> String {
        let account = try await current(merchant.account)
        try await house.database.write { [worker = house.worker] tx in
            guard
                let event = try tx.usage.find(
                    account: account.id, source: UsageReport.defaultSource, eventID: report.id)
            else { throw Breach("usage is kept", "\(report.id) was acknowledged, and is not there") }
            let new = NewCorrection(reason: "taken back", id: "correction of \(report.id)")
            _ = try worker.metering.correct(event.id, new, account: account, by: .commandLine, in: tx)
        }
        oracle.noteCorrected(report.id, of: merchant)
        return "corrected"
    }

    private func capture(_ held: Market.HeldMoney, cost: Int64) async throws -> String {
        let account = try await current(held.person.merchant.account)
        var new = NewCapture()
        new.costMicros = cost
        let captured = try await house.database.write { [worker = house.worker, new] tx in
            try worker.authorizations.capture(held.hold, new, account: account, in: tx)
        }
        oracle.noteRecorded(
            Market.Report(id: "hold:\(captured.hold.id)", customer: held.person.name, cost: cost, time: nil),
            of: held.person.merchant)
        return "captured"
    }
}
