public import Billing
import Ledger
public import Storage

/// The merchants.
public struct Accounts: Sendable {
    let context: WorkerContext

    private var fields: AccountFields { AccountFields(currencies: context.currencies) }

    /// - Throws: `invalid_field`, naming it; `platform_account_exists`.
    public func create(_ new: NewAccount, by actor: Actor, in tx: Transaction) throws -> ConnectedAccount {
        let now = context.now
        let mode = try fields.stripeMode(new.stripe)
        let (status, reason) = firstStanding(mode)
        var account = ConnectedAccount(
            id: .make(context.seams), name: try fields.name(new.name), email: try new.email.map(fields.email),
            country: try new.country.map(fields.country), currency: try fields.currency(new.currency), stripeMode: mode,
            status: status, statusReason: reason, markup: try new.markupPercent.map(fields.markup) ?? .zero,
            applicationFeePercent: try new.applicationFeePercent.map(fields.applicationFee) ?? .zero,
            applicationFeeFixed: new.applicationFeeFixed ?? 0, cycle: try new.cycle.map(fields.cycle) ?? .off,
            chargeThreshold: new.chargeThreshold, topUpMinimum: new.topUpMinimum, topUpMaximum: new.topUpMaximum,
            createdAt: now)
        account.nextRunAt = account.cycle.nextRun(after: now)
        if let patch = new.terms { account.terms = try fields.terms(patch, of: account) }
        try fields.checkTogether(account)
        guard try tx.accounts.insert(account) else { throw WorkerError.platformAccountExists }
        let changes = try AuditedFields.changes(to: account.audited())
        try context.audit(.created, .account, account.id.text, of: account.id, changes, by: actor, in: tx)
        return account
    }

    /// - Throws: `not_found`, `invalid_field`, `immutable_field`.
    public func update(
        _ id: ConnectedAccount.ID, _ change: AccountChange, by actor: Actor, in tx: Transaction
    ) throws -> ConnectedAccount {
        let before = try get(id, in: tx)
        var account = before
        try refuseImmutable(change, account)
        if let name = change.name { account.name = try fields.name(name) }
        account.email = try change.email.applied(to: account.email, read: fields.email)
        account.country = try change.country.applied(to: account.country, read: fields.country)
        if let percent = change.markupPercent { account.markup = try fields.markup(percent) }
        if let percent = change.applicationFeePercent {
            account.applicationFeePercent = try fields.applicationFee(percent)
        }
        account.applicationFeeFixed = change.applicationFeeFixed ?? account.applicationFeeFixed
        account.chargeThreshold = change.chargeThreshold.applied(to: account.chargeThreshold)
        account.topUpMinimum = change.topUpMinimum.applied(to: account.topUpMinimum)
        account.topUpMaximum = change.topUpMaximum.applied(to: account.topUpMaximum)
        if let cycle = try change.cycle.map(fields.cycle), cycle != account.cycle {
            account.cycle = cycle
            account.nextRunAt = cycle.nextRun(after: context.now)
        }
        switch change.terms {
        case .keep: break
        case .clear: account.terms = BillingTerms()
        case .set(let patch): account.terms = try fields.terms(patch, of: account)
        }
        try fields.checkTogether(account)
        try tx.accounts.updateSettings(account)
        if account.zone != before.zone {
            try UsageTotals(context: context).timeZoneHasChanged(of: account, in: tx)
        }
        let changes = try AuditedFields.changes(from: before.audited(), to: account.audited())
        try context.audit(.changed, .account, id.text, of: id, changes, by: actor, in: tx)
        return account
    }

    /// - Throws: `not_found`.
    public func get(_ id: ConnectedAccount.ID, in tx: Transaction) throws -> ConnectedAccount {
        guard let account = try tx.accounts.find(id) else { throw WorkerError.notFound("account") }
        return account
    }

    /// Newest first, those made before `after`.
    public func list(
        after: ConnectedAccount.ID? = nil, limit: Int, in tx: Transaction
    ) throws -> [ConnectedAccount] {
        try tx.accounts.list(after: after, limit: limit)
    }

    /// Brings the platform's own account in line with the settings: it is connected while a Stripe key is configured.
    /// To be called at every start.
    public func settlePlatform(in tx: Transaction) throws {
        guard let account = try tx.accounts.platform() else { return }
        let (status, reason) = firstStanding(.platform)
        try tx.accounts.setStanding(account.id, status, reason: reason)
    }

    private func firstStanding(
        _ mode: ConnectedAccount.StripeMode
    ) -> (ConnectedAccount.Status, reason: String?) {
        switch mode {
        case .none: (.unbilled, nil)
        case .connect: (.incomplete, ConnectedAccount.Reason.notStarted.rawValue)
        case .platform where context.stripe == nil: (.incomplete, ConnectedAccount.Reason.noStripeKey.rawValue)
        case .platform: (.connected, nil)
        }
    }

    /// What is in the books is in the account's currency, and what is at Stripe lies in the account it was made in.
    private func refuseImmutable(_ change: AccountChange, _ account: ConnectedAccount) throws {
        if let currency = change.currency, try fields.currency(currency) != account.currency {
            throw WorkerError.immutable("currency")
        }
        if let mode = change.stripe, try fields.stripeMode(mode) != account.stripeMode {
            throw WorkerError.immutable("stripe")
        }
    }
}

extension AccountChange.Field {
    fileprivate func applied(to present: Value?, read: (Value) throws -> Value) throws -> Value? {
        switch self {
        case .keep: present
        case .clear: nil
        case .set(let value): try read(value)
        }
    }

    func applied(to present: Value?) -> Value? {
        switch self {
        case .keep: present
        case .clear: nil
        case .set(let value): value
        }
    }
}

extension WorkerError {
    static func immutable(_ field: String) -> WorkerError {
        .invalid(field, "\(field) cannot change; make another account", code: "immutable_field")
    }

    static let platformAccountExists = WorkerError(
        .conflict, "platform_account_exists",
        "the platform has one Stripe account, and another account with stripe platform uses it already", field: "stripe"
    )
}
