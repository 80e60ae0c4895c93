import Server
import StripeSandbox
import Worker

/// The worker's background work, one unit of which a simulation can ask for: what `serve` has loops for.
enum Lane: String, CaseIterable, Sendable {
    case webhooks
    case inbox, outbox
    case chargeRuns = "charge_runs"
    case dunning
    case autoTopUps = "auto_top_ups"
    case walletExpiry = "wallet_expiry"
    case holdExpiry = "hold_expiry"
    case sweeps, accounts
    case rememberedAnswers = "remembered_answers"
    case settledEvents = "settled_events"
}

extension Simulation {
    /// One unit of one lane, if there is any.
    /// - Returns: whether there was.
    @discardableResult
    func step(_ lane: Lane) async throws -> Bool {
        let outcome = try await attempt { try await unit(of: lane) ? "did" : "idle" }
        if outcome != "idle" {
            figures.steps += 1
            trace.add("  \(lane.rawValue) \(outcome)")
        }
        return outcome != "idle"
    }

    private func unit(of lane: Lane) async throws -> Bool {
        let worker = house.worker
        return switch lane {
        case .webhooks: try await deliverOne()
        case .inbox: try await worker.inbox.step()
        case .outbox: try await worker.outbox.step()
        case .chargeRuns: try await worker.chargeRuns.step()
        case .dunning: try await worker.dunning.step()
        case .autoTopUps: try await worker.autoTopUps.step()
        case .walletExpiry: try await worker.walletExpiry.step()
        case .holdExpiry: try await worker.authorizations.step()
        case .sweeps: try await worker.reconciliation.dueStep()
        case .accounts: try await worker.onboarding.pollStep()
        case .rememberedAnswers: try await worker.idempotency.step()
        case .settledEvents: try await worker.inbox.forgetStep()
        }
    }

    /// Through the door that it is meant for. What is not taken with a 2xx comes again.
    private func deliverOne() async throws -> Bool {
        await collectPost()
        let now = house.clock.truth
        guard let letter = postman.take(at: now, &chance) else { return false }
        let target = String(letter.delivery.url.dropFirst(RehearsedHouse.publicURL.count))
        let headers = [
            "Content-Type": "application/json; charset=utf-8", "Stripe-Signature": Postman.signature(letter, at: now),
        ]
        let heard = try await hear(
            InProcessRequest("POST", target, headers: headers, body: letter.delivery.body))
        guard let heard, heard.status < 300 else {
            postman.putBack(letter, at: now)
            throw heard.map { Unheard.refused($0.code) } ?? Unheard.noAnswer
        }
        return true
    }

    func collectPost() async {
        let deliveries = await house.deliveries()
        guard !isPostCut else {
            for _ in deliveries { house.trouble.count("webhook cut off") }
            return
        }
        let wrong = postman.take(
            over: deliveries, at: house.clock.truth, &chance,
            isUnreliable: !isQuiet && options.families.contains(.webhooks))
        for what in wrong { house.trouble.count(what) }
    }
}
