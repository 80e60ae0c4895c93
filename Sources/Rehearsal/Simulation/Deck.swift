/// Writes the acts of a year from a seed: who does what how often, and how long it is quiet between.
struct Deck: Sendable {
    let families: Set<FaultFamily>

    private enum Kind: CaseIterable {
        case use, useProduct, useAgain, correct, hold, capture, release, charge, cancelCharge, retryCharge, grant
        case refund, refundAtStripe, endRefund, dispute, moveDispute, moveRate, changePlan, block, unblock
        case sellOutside, disconnect, reconnect, restrict, payOut, changeCard, authenticate, openTopUp, payTopUp
        case fillItself, outage, stepClock, death, nothing

        var weight: Int64 {
            switch self {
            case .use: 260
            case .charge, .openTopUp: 90
            case .payTopUp, .authenticate: 60
            case .hold, .capture, .useProduct: 60
            case .refund, .moveDispute: 40
            case .useAgain, .correct, .release, .changeCard: 30
            case .grant, .fillItself, .dispute: 30
            case .refundAtStripe, .endRefund, .retryCharge, .moveRate: 20
            case .changePlan, .block, .unblock, .sellOutside, .cancelCharge, .reconnect, .death, .payOut: 15
            case .disconnect, .restrict, .outage, .stepClock: 8
            case .nothing: 60
            }
        }

        var family: FaultFamily? {
            switch self {
            case .outage: .outage
            case .stepClock: .clock
            case .death: .crash
            default: nil
            }
        }
    }

    func acts(seed: UInt64, count: Int) -> [Act] {
        var chance = Chance(seed: seed)
        let kinds = Kind.allCases.filter { $0.family.map(families.contains) ?? true }
        let total = kinds.reduce(0) { $0 + $1.weight }
        let acts = (0..<count).map { number in
            var left = chance.number(0...total - 1)
            let kind = kinds.first { kind in
                left -= kind.weight
                return left < 0
            }
            return Act(
                number: number, afterSeconds: pause(&chance), deed: deed(kind ?? .nothing, &chance),
                seed: chance.next())
        }
        return withTroubleOfItsOwn(acts, seed)
    }

    /// Where times are what is tried, each seed has one of each kind in mid-run, the lengths in turn from seed to seed.
    private func withTroubleOfItsOwn(_ acts: [Act], _ seed: UInt64) -> [Act] {
        guard acts.count > 3 else { return acts }
        var (acts, turn) = (acts, Int(seed % 1_000_000))
        func put(_ deed: Deed, at place: Int) {
            let act = acts[place]
            acts[place] = Act(number: act.number, afterSeconds: act.afterSeconds, deed: deed, seed: act.seed)
        }
        if families.contains(.outage) {
            let length = Self.outageSeconds[turn % Self.outageSeconds.count]
            turn /= Self.outageSeconds.count
            put(.outage(Outage.allCases[turn % Outage.allCases.count], seconds: length), at: acts.count / 2)
        }
        if families.contains(.clock) {
            put(.stepClock(seconds: Self.clockSeconds[Int(seed) % Self.clockSeconds.count]), at: acts.count / 3)
        }
        return acts
    }

    static let outageSeconds: [Int64] = [3_600, 3 * 86_400, 29 * 86_400, 31 * 86_400]
    /// How wrong the worker's clock is from then on.
    static let clockSeconds: [Int64] = [-86_400, -3_600, -300, 300, 86_400]

    /// Bursts, days, and now and then weeks: some 320 make a year.
    private func pause(_ chance: inout Chance) -> Int64 {
        switch chance.number(0...99) {
        case ..<60: chance.number(0...600)
        case ..<90: chance.number(600...86_400)
        default: chance.number(86_400...20 * 86_400)
        }
    }

    private func deed(_ kind: Kind, _ chance: inout Chance) -> Deed {
        let pick = chance.next()
        return switch kind {
        case .use:
            .use(pick: pick, events: chance.number(1...12), mostMicros: chance.pick([900, 400_000, 9_000_000]))
        case .useProduct:
            .useProduct(pick: pick, events: chance.number(1...6), mostPages: chance.pick([9, 120, 900]))
        case .useAgain: .useAgain(pick: pick)
        case .correct: .correct(pick: pick)
        case .hold: .hold(pick: pick, micros: chance.number(1...4_000_000))
        case .capture: .capture(pick: pick, perMille: chance.number(0...2_400))
        case .release: .release(pick: pick)
        case .charge: .charge(pick: pick)
        case .cancelCharge: .cancelCharge(pick: pick)
        case .retryCharge: .retryCharge(pick: pick)
        case .refund:
            .refund(
                pick: pick, ofTopUp: chance.happens(perMille: 500), perMille: chance.number(1...1_500),
                returnsFee: chance.happens(perMille: 300))
        case .refundAtStripe:
            .refundAtStripe(
                pick: pick, perMille: chance.number(1...1_500), returnsFee: chance.happens(perMille: 300))
        case .endRefund: .endRefund(pick: pick, chance.pick(RefundEnd.allCases))
        case .dispute:
            .dispute(
                pick: pick, perMille: chance.pick([1_000, 1_000, chance.number(50...1_300)]),
                isInquiry: chance.happens(perMille: 250))
        case .moveDispute: .moveDispute(pick: pick, chance.pick(DisputeMove.allCases))
        case .moveRate: .moveRate(perMille: chance.number(800...1_250))
        case .grant:
            .grant(
                pick: pick, micros: chance.number(1...30_000_000), isPaidOutside: chance.happens(perMille: 400),
                days: chance.happens(perMille: 600) ? chance.number(1...60) : nil)
        case .changePlan: .changePlan(pick: pick, plan: chance.next())
        case .block: .block(pick: pick)
        case .unblock: .unblock(pick: pick)
        case .sellOutside: .sellOutside(pick: pick, amount: chance.number(500...20_000))
        case .disconnect: .disconnect(pick: pick, atStripe: chance.happens(perMille: 500))
        case .reconnect: .reconnect(pick: pick)
        case .restrict: .restrict(pick: pick)
        case .payOut: .payOut(pick: pick)
        case .changeCard: .changeCard(pick: pick, card: chance.pick(Card.allCases))
        case .authenticate: .authenticate(pick: pick, passes: chance.happens(perMille: 700))
        case .openTopUp:
            .openTopUp(
                pick: pick, amount: chance.number(500...9_000),
                card: chance.happens(perMille: 700) ? chance.pick(Card.allCases + [.good, .good, .good]) : nil)
        case .payTopUp: .payTopUp(pick: pick, card: chance.pick(Card.allCases + [.good, .good, .good]))
        case .fillItself:
            .fillItself(
                pick: pick, thresholdMicros: chance.number(0...20_000_000),
                amountMicros: chance.number(5...40) * 1_000_000)
        case .outage:
            .outage(
                chance.pick(Outage.allCases), seconds: chance.pick(Self.outageSeconds))
        case .stepClock: .stepClock(seconds: chance.pick(Self.clockSeconds + [0, 0]))
        case .death: .death
        case .nothing: .nothing
        }
    }
}
