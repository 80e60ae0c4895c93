import Billing
import Ledger
import Storage
import Worker

/// How each deed is done.
extension Simulation {
    /// - Returns: what came of it, in a word for the trace.
    func play(_ act: Act) async throws -> String {
        (acting, asked) = (act.number, 0)
        return switch act.deed {
        case .use(let pick, let events, let most): try await use(act, market.person(pick), events, most)
        case .useProduct(let pick, let events, let most): try await useProduct(act, market.person(pick), events, most)
        case .useAgain(let pick): try await useAgain(pick)
        case .correct(let pick): try await correct(pick)
        case .hold(let pick, let micros): try await hold(market.person(pick), micros)
        case .capture(let pick, let perMille): try await capture(pick, perMille)
        case .release(let pick): try await release(pick)
        case .charge(let pick): try await charge(market.person(pick))
        case .cancelCharge(let pick): try await cancelCharge(pick)
        case .retryCharge(let pick): try await retryCharge(pick)
        case .grant(let pick, let micros, let isPaidOutside, let days):
            try await grant(act, market.person(pick), micros, isPaidOutside: isPaidOutside, days)
        case .refund(let pick, let ofTopUp, let perMille, let returnsFee):
            try await refund(pick, ofTopUp: ofTopUp, perMille, returnsFee: returnsFee)
        case .refundAtStripe(let pick, let perMille, let returnsFee):
            await refundAtStripe(pick, perMille, returnsFee: returnsFee)
        case .endRefund(let pick, let end): await endRefund(pick, end)
        case .dispute(let pick, let perMille, let isInquiry): await dispute(pick, perMille, isInquiry: isInquiry)
        case .moveDispute(let pick, let move): await moveDispute(pick, move)
        case .moveRate(let perMille): await moveRate(perMille)
        case .changePlan(let pick, let plan): try await changePlan(market.person(pick), plan)
        case .block(let pick): try await setBlocked(market.person(pick), true)
        case .unblock(let pick): try await setBlocked(market.person(pick), false)
        case .sellOutside(let pick, let amount): try await sellOutside(market.merchant(pick), amount)
        case .disconnect(let pick, let atStripe): try await disconnect(market.merchant(pick), atStripe: atStripe)
        case .reconnect(let pick): try await reconnect(market.merchant(pick))
        case .restrict(let pick): try await restrict(market.merchant(pick))
        case .payOut(let pick): try await payOut(market.merchant(pick))
        case .changeCard(let pick, let card): try await changeCard(market.person(pick), card)
        case .authenticate(let pick, let passes): try await authenticate(pick, passes: passes)
        case .openTopUp(let pick, let amount, let card): try await openTopUp(market.person(pick), amount, card)
        case .payTopUp(let pick, let card): try await payTopUp(pick, card)
        case .fillItself(let pick, let threshold, let amount):
            try await fillItself(market.person(pick), threshold, amount)
        case .outage(let outage, let seconds): try await away(outage, seconds)
        case .stepClock(let seconds): stepClock(seconds)
        case .death: die()
        case .nothing: "nothing"
        }
    }

    private func stepClock(_ seconds: Int64) -> String {
        house.clock.setError(seconds: seconds)
        house.trouble.count("clock \(seconds) s off")
        return "the worker's clock is \(seconds) s off"
    }

    private func die() -> String {
        house.trouble.die("death between two steps")
        return "died"
    }

    /// Something is away for a while. What can still go on does, an eighth of the time after another.
    private func away(_ outage: Outage, _ seconds: Int64) async throws -> String {
        let length = seconds < 86_400 ? "\(seconds / 3_600) h" : "\(seconds / 86_400) d"
        house.trouble.count("outage of \(outage.rawValue) for \(length)")
        if outage == .worker {
            await collectPost()
            house.clock.advance(seconds: seconds)
            await collectPost()
            postman.nobodyOpened(until: house.clock.truth)
            return "closed for \(seconds) s"
        }
        house.trouble.setStripeAway(outage == .stripe)
        house.trouble.setEventsAway(true)
        isPostCut = true
        for _ in 0..<8 {
            house.clock.advance(seconds: seconds / 8)
            for lane in Lane.allCases { try await step(lane) }
        }
        await collectPost()
        isPostCut = false
        house.trouble.setStripeAway(false)
        house.trouble.setEventsAway(false)
        return "away for \(seconds) s"
    }
}
