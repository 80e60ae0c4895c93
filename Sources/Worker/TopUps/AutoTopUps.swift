public import Billing
import Ledger
import Logging
public import Storage
import Stripe

public import struct Billing.Customer

/// Wallets that fill themselves: off session, with the saved card, one top-up at a time.
public struct AutoTopUps: Sendable {
    let context: WorkerContext

    /// An account that cannot charge now is looked at again after so long.
    static let awaySeconds: Int64 = 3_600
    /// After a decline the card is left alone for so long at least.
    static let restSeconds: Int64 = 3_600

    /// Sets how the customer's wallet fills itself, or that it does not. Set anew, it goes on after it had stopped.
    /// - Returns: the customer afterwards.
    public func set(
        _ policy: AutoTopUpPolicy?, for customer: Customer, account: ConnectedAccount, by actor: Actor,
        in tx: Transaction
    ) throws -> Customer {
        if let policy { try check(policy, account: account) }
        var state = try tx.autoTopUps.state(of: customer.id)
        var changes = Self.changes(from: customer.autoTopUp, to: policy)
        if let stoppedAt = state.stoppedAt {
            changes.append(AuditChange(field: "auto_top_up.stopped_at", from: stoppedAt.rfc3339, to: nil))
        }
        state.resume()
        try tx.customers.setAutoTopUp(customer.id, policy)
        try tx.autoTopUps.save(customer.id, state, due: policy == nil ? nil : context.now)
        try context.audit(.changed, .customer, customer.id.text, of: account.id, changes, by: actor, in: tx)
        var changed = customer
        changed.autoTopUp = policy
        return changed
    }

    public func state(of customer: Customer, in tx: Transaction) throws -> AutoTopUpState {
        try tx.autoTopUps.state(of: customer.id)
    }

    /// Looks at one wallet that has fallen below its threshold, and starts a top-up where that is allowed.
    /// - Returns: `false` when there is none to look at.
    public func step() async throws -> Bool {
        guard context.stripe != nil else { return false }
        let now = context.now
        let isAny = try await context.database.read { tx in try tx.autoTopUps.nextDue(at: now) != nil }
        guard isAny else { return false }
        return try await context.database.write { tx in
            guard let id = try tx.autoTopUps.nextDue(at: now), let customer = try tx.customers.find(id),
                let account = try tx.accounts.find(customer.account)
            else { return false }
            // Opening the wallet may mark it due once more, so that what is decided is written last.
            let next = try look(at: customer, account: account, in: tx)
            try tx.autoTopUps.setDue(id, next)
            return true
        }
    }

    /// - Returns: when to look again; `nil` until the wallet falls once more.
    private func look(at customer: Customer, account: ConnectedAccount, in tx: Transaction) throws -> Instant? {
        // A blocked customer buys nothing; after the unblocking the next use looks again.
        guard let policy = customer.autoTopUp, customer.status == .active else { return nil }
        let now = context.now
        let wallet = try Wallet(customer: customer, currency: account.currency, context: context, tx: tx).open(at: now)
        let owed = Int128(wallet.accrued.micros) + Int128(try tx.wallets.held(of: customer.id))
        let available = Int64(clamping: Int128(try wallet.balance.micros) - owed)
        let state = try tx.autoTopUps.state(of: customer.id)
        let zone = customer.zone(of: account)
        switch policy.decide(at: now, balance: available, state, in: zone) {
        case .wait(.coolingDown(let time)), .wait(.monthlyLimit(let time)): return time
        case .wait(.enough), .wait(.inFlight), .stopped: return nil
        case .start where !account.canCharge: return now.adding(seconds: Self.awaySeconds)
        case .start(let micros):
            // Without a card there is nothing to try; the next use looks again.
            guard let method = customer.paymentMethod, let stripeCustomer = customer.stripeCustomer else { return nil }
            let amount = try context.currencies.minor(Money(micros: micros, account.currency))
            try start(amount, customer, (stripeCustomer, method), account: account, in: tx)
            var started = state
            started.start(micros, at: now, in: zone)
            try tx.autoTopUps.save(customer.id, started, due: nil)
            return nil
        }
    }

    /// The top-up and its command to Stripe, in one commit.
    private func start(
        _ amount: Int64, _ customer: Customer, _ card: (customer: String, method: String),
        account: ConnectedAccount, in tx: Transaction
    ) throws {
        let now = context.now
        let step = try context.currencies.rule(for: account.currency).step
        let topUp = TopUp(
            id: .make(context.seams), account: account.id, customer: customer.id, amount: amount,
            currency: account.currency, applicationFee: account.applicationFee(on: amount, step: step),
            status: .creating, isAutomatic: true, payToken: context.token(), createdAt: now, updatedAt: now)
        try tx.topUps.insert(topUp)
        let id = OutboxCommand.ID.make(context.seams)
        let request = Stripe.PaymentIntent.create(
            amount: amount, currency: topUp.currency.code, customer: card.customer, paymentMethod: card.method,
            confirm: true, offSession: true, metadata: StripeMetadata.of(topUp),
            applicationFeeAmount: topUp.applicationFee > 0 ? topUp.applicationFee : nil,
            returnURL: context.policy.hasPublicURL ? context.policy.pageAfterPayment(of: topUp) : nil,
            expand: PaymentOutcome.expansion, in: try account.scope(), idempotencyKey: id.text)
        try tx.outbox.insert(
            OutboxCommand(
                id: id, account: account.id, subject: .topUp(topUp.id), kind: .topUp,
                request: try FrozenRequest.text(try context.requireStripe().client.prepare(request)), createdAt: now))
    }

    private func check(_ policy: AutoTopUpPolicy, account: ConnectedAccount) throws {
        if let fault = policy.fault { throw WorkerError.invalid(fault.field, fault.sentence, code: "bad_auto_top_up") }
        do {
            let amount = try context.currencies.minor(Money(micros: policy.amountMicros, account.currency))
            try TopUps(context: context).check(amount, account: account)
        } catch let error as BillingError {
            throw WorkerError.invalid("amount_micros", error.detail, code: error.code)
        } catch let error as WorkerError {
            throw WorkerError.invalid("amount_micros", error.detail, code: error.code)
        }
    }

    private static func changes(from old: AutoTopUpPolicy?, to new: AutoTopUpPolicy?) -> [AuditChange] {
        func fields(_ policy: AutoTopUpPolicy?) -> AuditedFields {
            var fields = AuditedFields()
            fields.add("auto_top_up.threshold_micros", policy?.thresholdMicros)
            fields.add("auto_top_up.amount_micros", policy?.amountMicros)
            fields.add("auto_top_up.monthly_limit_micros", policy?.monthlyLimitMicros)
            fields.add("auto_top_up.cool_down_seconds", policy?.coolDownInForce)
            return fields
        }
        return AuditedFields.changes(from: fields(old), to: fields(new))
    }
}

extension AutoTopUps {
    /// An automatic top-up has come to its end, in this commit.
    func ended(_ topUp: TopUp, in tx: Transaction) throws {
        guard let customer = try tx.customers.find(topUp.customer) else { return }
        let now = context.now
        var state = try tx.autoTopUps.state(of: customer.id)
        if topUp.status == .paid {
            state.succeed()
            // One top-up may not be enough.
            return try tx.autoTopUps.save(customer.id, state, due: now)
        }
        let wasStopped = state.stoppedAt != nil
        state.decline(try context.currencies.money(minor: topUp.amount, topUp.currency).micros, at: now)
        let next = state.stoppedAt == nil ? now.adding(seconds: Self.restSeconds) : nil
        try tx.autoTopUps.save(customer.id, state, due: next)
        guard !wasStopped, state.stoppedAt != nil else { return }
        try tell(
            customer, state, "declines", used: state.declines, cap: AutoTopUpPolicy.mostDeclines,
            because: topUp.reason ?? "", in: tx)
    }

    /// Money of a top-up has gone back, or may: the card is left alone until somebody sets the automatic top-ups anew.
    /// - Parameter micros: so much of the top-up.
    func stop(
        _ reason: AutoTopUpState.StopReason, of customer: Customer.ID, after payment: String, _ micros: Int64,
        whole: Money, in tx: Transaction
    ) throws {
        guard let customer = try tx.customers.find(customer), customer.autoTopUp != nil else { return }
        var state = try tx.autoTopUps.state(of: customer.id)
        guard state.stop(reason, at: context.now) else { return }
        try tx.autoTopUps.save(customer.id, state, due: nil)
        try tell(customer, state, payment, used: micros, cap: whole.micros, because: reason.rawValue, in: tx)
    }

    private func tell(
        _ customer: Customer, _ state: AutoTopUpState, _ measure: String, used: Int64, cap: Int64,
        because reason: String, in tx: Transaction
    ) throws {
        try tx.autoTopUps.alertOfStop(
            Identifier<AlertName>.make(context.seams).text, customer, measure: measure, used: used, cap: cap,
            at: context.now)
        let change = AuditChange(field: "auto_top_up.stopped_at", from: nil, to: state.stoppedAt?.rfc3339)
        try context.audit(.changed, .customer, customer.id.text, of: customer.account, [change], by: .worker, in: tx)
        context.logger.warning(
            "automatic top-ups have stopped; setting them anew starts them again",
            metadata: ["customer": "\(customer.id)", "declines": "\(state.declines)", "reason": "\(reason)"])
    }

    private enum AlertName: Identified { static let idPrefix = "balt" }
}

extension ConnectedAccount {
    /// Where its days and months begin.
    var zone: CivilZone { CivilZone(terms.inForce.timeZone) ?? .utc }
}

extension WorkerPolicy {
    /// Where a customer finishes an automatic top-up that their bank wants confirmed.
    func page(of topUp: TopUp) -> String { "\(publicURL)/pay/\(topUp.id)?token=\(topUp.payToken ?? "")" }

    func pageAfterPayment(of topUp: TopUp) -> String {
        "\(publicURL)/pay/\(topUp.id)/done?token=\(topUp.payToken ?? "")"
    }
}
