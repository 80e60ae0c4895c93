import Billing
import Ledger
import Storage
import Stripe
import Testing

@testable import Worker

@Suite struct PlantedDifferenceTests {
    /// A way in which Stripe and the books can differ, and how it must be named.
    enum Difference: CaseIterable {
        case missingAtStripe, missingHere, extra, amount, currency, account, secondPayment, secondLine, secondTopUpLine,
            refund, secondRefundLine, dispute, refundAmount, disputeAmount, applicationFee
        case amountOfPending, oddCurrency

        /// Kind and place of each discrepancy that must come of it, as `kind account object`.
        typealias Expected = Set<String>
    }

    private func name(_ kind: Discrepancy.Kind, _ account: ConnectedAccount, _ object: String) -> String {
        "\(kind.rawValue) \(account.currency) \(object)"
    }

    /// - Returns: what must be found.
    private func plant(
        _ difference: Difference, in world: inout PlantedWorld, on account: ConnectedAccount, other: ConnectedAccount,
        amount: Int64
    ) async throws -> Difference.Expected {
        let isPending = [.missingHere, .amountOfPending].contains(difference)
        var payment = try await world.payment(amount, of: account, isPaidHere: !isPending)
        let charge = payment.charge.id.text
        let metadata = ["bursar_charge": charge]
        var expected: Difference.Expected = []
        switch difference {
        case .missingHere: break
        case .missingAtStripe: return [name(.missingAtStripe, account, charge)]
        case .extra:
            var extra = payment.line
            extra.id += "_extra"
            extra.source = PaperStripe.charge(
                "ch_x", intent: "pi_\(extra.id)", amount: amount, currency: extra.currency,
                metadata: ["bursar_charge": "bchg_unknown"])
            world.stripe.add(extra)
            expected = [name(.unknownPayment, account, extra.id)]
        case .amount:
            payment.line.amount += 7
            expected = [name(.amountDiffers, account, payment.line.id)]
        case .currency:
            payment.line.currency = "eur"
            payment.line.source = PaperStripe.charge(
                "ch_e", intent: payment.intent.id, amount: amount, currency: "eur", metadata: metadata)
            // One sum is missing in the one currency, and one too many in the other.
            expected = [name(.currencyDiffers, account, payment.line.id)]
        case .account:
            payment.line.account = other.stripeAccount ?? ""
            payment.intent.account = other.stripeAccount ?? ""
            payment.line.currency = other.currency.code
            expected = [name(.accountDiffers, other, payment.line.id), name(.missingAtStripe, account, charge)]
        case .secondPayment:
            var second = payment.line
            second.id += "_second"
            second.source = PaperStripe.charge(
                "ch_2", intent: "pi_second_\(second.id)", amount: amount, currency: second.currency, metadata: metadata)
            world.stripe.add(second)
            expected = [name(.secondPayment, account, second.id)]
        case .secondLine:
            again(payment.line, in: world)
            expected = [name(.secondPayment, account, payment.line.id)]
        case .secondTopUpLine:
            let topUp = try await world.topUp(amount, of: account)
            world.stripe.add(topUp.line)
            world.stripe.add(topUp.intent)
            again(topUp.line, in: world)
            expected = [name(.secondPayment, account, topUp.line.id)]
        case .secondRefundLine:
            let back = returning(payment, amount)
            world.stripe.addRefund(back, of: payment.intent.id, amount: amount)
            again(try #require(world.stripe.lines.last), in: world)
            expected = [name(.refund, account, back.id)]
        case .refund, .dispute:
            var back = payment.line
            back.id += "_back"
            back.type = difference == .refund ? "refund" : "adjustment"
            (back.amount, back.fee, back.applicationFee) = (-amount, 0, 0)
            world.stripe.add(back)
            expected = [name(difference == .refund ? .refund : .dispute, account, back.id)]
        case .refundAmount, .disputeAmount:
            var back = returning(payment, amount)
            if difference == .refundAmount {
                world.stripe.addRefund(back, of: payment.intent.id, amount: amount - 5)
                expected = [name(.amountDiffers, account, back.id)]
            } else {
                // A dispute says by its lines what it moved, so whatever they say is explained.
                back.type = "adjustment"
                world.stripe.addDispute(back, of: payment.intent.id, amount: amount + 5)
            }
        case .applicationFee:
            payment.line.applicationFee -= 1
            expected = [name(.applicationFeeDiffers, account, payment.line.id)]
        case .amountOfPending:
            payment.intent.amount += 3
            payment.line.amount += 3
            payment.line.source = PaperStripe.charge(
                "ch_p", intent: payment.intent.id, amount: amount + 3, currency: payment.line.currency,
                metadata: metadata)
            expected = [name(.amountDiffers, account, charge), name(.amountDiffers, account, payment.line.id)]
        case .oddCurrency:
            payment.line.currency = "zzz"
            expected = [name(.cannotBeBooked, account, payment.line.id), name(.missingAtStripe, account, charge)]
        }
        world.stripe.add(payment.line)
        world.stripe.add(payment.intent)
        return expected
    }

    /// Stripe has the same line once more. The list begins with the higher id, which so is taken for the movement.
    private func again(_ line: PaperStripe.Line, in world: PlantedWorld) {
        var second = line
        second.id += "_again"
        world.stripe.add(second)
    }

    /// The line by which a payment's money goes back, for a fee.
    private func returning(_ payment: PlantedWorld.Payment, _ amount: Int64) -> PaperStripe.Line {
        var back = payment.line
        back.id += "_back"
        back.type = "refund"
        (back.amount, back.fee, back.applicationFee) = (-amount, 0, 0)
        return back
    }

    @Test(arguments: Seeds.upTo(500))
    func `every planted difference is found and named, and none is invented`(seed: UInt64) async throws {
        var generator = Seeded(seed)
        var world = try await PlantedWorld(seed: seed)
        var expected: Difference.Expected = []
        var planted: [Difference] = []
        for _ in 0..<generator.number(5..<40) {
            let first = generator.happens(oneIn: 2)
            let (account, other) = (world.accounts[first ? 0 : 1], world.accounts[first ? 1 : 0])
            let amount = generator.number(100...90_000)
            switch generator.number(0..<10) {
            case 0...4:
                let sound = try await world.payment(amount, of: account)
                world.stripe.add(sound.line)
                world.stripe.add(sound.intent)
                var back = returning(sound, amount)
                switch generator.number(0..<4) {
                case 0: world.stripe.addRefund(back, of: sound.intent.id, amount: amount)
                case 1:
                    (back.type, back.fee) = ("adjustment", 1_500)
                    world.stripe.addDispute(back, of: sound.intent.id, amount: amount)
                default: break
                }
            case 5...6: world.stranger(generator.number(0..<3), of: account)
            default:
                let difference = Difference.allCases[generator.number(0..<Difference.allCases.count)]
                planted.append(difference)
                expected.formUnion(
                    try await plant(difference, in: &world, on: account, other: other, amount: amount))
            }
        }
        world.clock.advance(seconds: 3_600)
        for _ in 1...2 {
            let (result, found) = try await world.reconcile()
            let accounts = Dictionary(uniqueKeysWithValues: world.accounts.map { ($0.id, $0) })
            let named = Set(
                found.compactMap { found in accounts[found.account].map { name(found.kind, $0, found.object) } })
            #expect(named == expected, "seed \(seed): \(planted); \(result.notChecked); \(found.map(\.detail))")
            #expect(found.allSatisfy { accounts[$0.account] != nil }, "seed \(seed)")
            #expect(result.record.status == (expected.isEmpty ? .clean : .discrepancies))
            #expect(result.unexplained.isEmpty == found.allSatisfy(\.amount.isZero))
        }
        try await expectBooksFollowStripe(world, seed)
    }

    /// Whatever is wrong, the books hold at Stripe what Stripe holds, but for payments that it does not know.
    private func expectBooksFollowStripe(_ world: PlantedWorld, _ seed: UInt64) async throws {
        let report = try await world.worker.books.check()
        #expect(report.findings == [], "seed \(seed)")
        let unknown = try await world.reconcile().found.filter { $0.kind == .missingAtStripe }
        for account in world.accounts {
            for currency in Set(world.stripe.lines.map(\.currency)).compactMap(Currency.init)
            where currency.code != "zzz" {
                let net = world.stripe.lines.filter {
                    $0.account == account.stripeAccount && $0.currency == currency.code
                }
                .reduce(0) { $0 + $1.amount - $1.fee }
                let missing = try unknown.filter { $0.account == account.id && $0.amount.currency == currency }
                    .reduce(0) { $0 - (try world.worker.context.currencies.minor($1.amount)) }
                let held = try await world.stripeBalance(of: account, currency)
                #expect(held == net + missing, "seed \(seed), \(account.currency) account in \(currency)")
            }
        }
    }

    @Test func `a thousand lines are read page by page, and an interrupted run goes on where it stood`() async throws {
        var world = try await PlantedWorld(seed: 7)
        let account = world.accounts[0]
        for _ in 0..<1_000 { world.stranger(2, of: account) }
        let run = try await world.database.write { [worker = world.worker] tx in try worker.reconciliation.start(in: tx)
        }
        for _ in 0..<10 { _ = try await world.worker.reconciliation.step(run.id) }
        let again = BillingWorker(world.worker.context)
        while try await again.reconciliation.step(run.id) {}
        let result = try await world.database.read { tx in try again.reconciliation.get(run.id, in: tx) }
        #expect(result.summary.balanceTransactions == 1_000 && result.record.status == .clean)
    }

    @Test func `two workers at once do each unit once`() async throws {
        var world = try await PlantedWorld(seed: 8)
        for _ in 0..<300 { world.stranger(2, of: world.accounts[0]) }
        let run = try await world.database.write { [worker = world.worker] tx in try worker.reconciliation.start(in: tx)
        }
        try await withThrowingTaskGroup { group in
            for _ in 0..<4 {
                group.addTask { [worker = world.worker] in while try await worker.reconciliation.step(run.id) {} }
            }
            try await group.waitForAll()
        }
        let result = try await world.database.read { [worker = world.worker] tx in
            try worker.reconciliation.get(run.id, in: tx)
        }
        #expect(result.summary.balanceTransactions == 300 && result.summary.accounts == 2)
        #expect(try await world.reconcile().result.summary.balanceTransactions == 0)
    }

    @Test(arguments: [
        (403, "account_invalid"), (404, "resource_missing"), (500, "api_error"), (429, "rate_limit"),
        (401, "api_key_expired"),
    ])
    func `an account that Stripe refuses does not stop the others, and is listed`(status: Int, code: String)
        async throws
    {
        var world = try await PlantedWorld(seed: 9)
        let (wrong, sound) = (world.accounts[0], world.accounts[1])
        let payment = try await world.payment(4_000, of: sound)
        world.stripe.add(payment.line)
        world.stripe.refuse(wrong.stripeAccount ?? "", status: status, code: code)
        world.clock.advance(seconds: 3_600)
        let (result, found) = try await world.reconcile()
        #expect(result.record.status == .incomplete && found == [])
        #expect(result.notChecked.map(\.account) == [wrong.id])
        #expect(result.notChecked.allSatisfy { $0.reason.hasPrefix("stripe_") && !$0.detail.isEmpty })
        #expect(result.summary.accounts == 1 && result.summary.balanceTransactions == 1)
    }

    @Test func `a run is not clean while a payment of a merchant who has disconnected is open`() async throws {
        var world = try await PlantedWorld(seed: 11)
        _ = try await world.payment(4_000, of: world.accounts[0], isPaidHere: false)
        try await world.database.write { tx in _ = try tx.execute("UPDATE accounts SET status = 'disconnected'") }
        let (result, _) = try await world.reconcile()
        #expect(world.stripe.calls == 0)
        #expect(result.record.status == .incomplete)
        #expect(Set(result.notChecked.map(\.reason)) == ["disconnected", "disconnected_while_open"])
    }

    @Test func `nothing is asked for a merchant who has disconnected`() async throws {
        let world = try await PlantedWorld(seed: 10)
        try await world.database.write { tx in _ = try tx.execute("UPDATE accounts SET status = 'disconnected'") }
        let (result, _) = try await world.reconcile()
        #expect(world.stripe.calls == 0)
        #expect(result.notChecked.map(\.reason) == ["disconnected", "disconnected"])
        #expect(result.record.status == .clean && result.summary.notChecked == 2, "nothing of theirs is open")
    }
}
