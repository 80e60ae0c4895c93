import Billing
import Ledger
import Storage

/// Who a request is for, and what was agreed with them.
struct Party {
    let account: ConnectedAccount
    let customer: Customer
    /// The key that it counts against.
    let key: ApiKey?
    let plan: Plan?
    var models = ModelDecisions()

    var isPrepaid: Bool { customer.prepaid ?? plan?.terms.prepaid ?? account.terms.inForce.prepaid }

    static func plan(of customer: Customer, in tx: Transaction) throws -> Plan? {
        try customer.plan.flatMap { try tx.plans.find($0) }
    }

    /// Why the request is refused whatever it takes; in the order of checking.
    func refusal(provider: String?, model: String?, at now: Instant) -> AuthorizationRefusal? {
        do { try customer.requireActive() } catch { return .forbidden(error.code, error.detail) }
        if let key, let refusal = key.refusal(at: now) { return refusal }
        if let key, !models.allows(model: model, provider: provider, of: key.id.text, by: { key.models }) {
            return .modelNotAllowed(model, by: "the key")
        }
        if let plan,
            !models.allows(model: model, provider: provider, of: plan.id.text, by: { plan.terms.allowedModels })
        {
            return .modelNotAllowed(model, by: "the customer's plan")
        }
        return nil
    }
}

extension ApiKey {
    /// Why the key does not allow any request.
    func refusal(at now: Instant) -> AuthorizationRefusal? {
        if revokedAt != nil { return .forbidden("key_revoked", "the key …\(hint) was revoked; use another one") }
        if isExpired(at: now) { return .forbidden("key_expired", "the key …\(hint) has expired; use another one") }
        return nil
    }

    /// `nil` allows all.
    var models: AllowedModels? { allowedModels.map { AllowedModels($0.compactMap { ModelGlob($0) }) } }

    var cap: KeyCap? { maxSpend.map { KeyCap(maxSpendMicros: $0) } }
}

extension AuthorizationRefusal {
    static func modelNotAllowed(_ model: String?, by whom: String) -> Self {
        guard let model else {
            return .forbidden("model_not_allowed", "\(whom) allows some models only; name the one to be used")
        }
        return .forbidden("model_not_allowed", "\(whom) does not allow \(model.prefix(200)); use another one")
    }
}

/// Finds out who a request is for.
struct PartySearch {
    let context: WorkerContext
    let account: ConnectedAccount
    let tx: Transaction

    /// - Parameter making: whether a customer who is not known is made, or only thought up.
    /// - Throws: `unknown_key`, `key_bounded`, `foreign_key`, `missing_field`, `not_found`.
    func party(of new: NewAuthorization, making: Bool) throws -> Party {
        let key = try key(of: new)
        let customer = try customer(of: new, key: key, making: making)
        return Party(
            account: account, customer: customer, key: key, plan: try Party.plan(of: customer, in: tx))
    }

    private func key(of new: NewAuthorization) throws -> ApiKey? {
        let caller = try new.caller.flatMap { try tx.apiKeys.find($0, account: account.id) }
        guard let name = new.key else { return caller?.isBounded == true ? caller : nil }
        let found =
            try ApiKey.ID(name).map { try tx.apiKeys.find($0, account: account.id) }
            ?? tx.apiKeys.find(secretHash: SecretDigest.of(name))
        guard let found, found.scope.account == account.id, new.bound == nil || found.scope.customer == new.bound,
            // A customer's other key is spent from by who holds its secret, not by who has read its id.
            new.bound == nil || ApiKey.ID(name) == nil || found.id == new.caller
        else {
            throw WorkerError.invalid("key", "the account has no such key", code: "unknown_key")
        }
        if new.bound == nil, let caller, !caller.mayName(found, isByID: ApiKey.ID(name) != nil) {
            throw WorkerError.keyBounded
        }
        return found
    }

    private func customer(of new: NewAuthorization, key: ApiKey?, making: Bool) throws -> Customer {
        if let owner = key?.scope.customer ?? new.bound {
            guard let customer = try tx.customers.find(owner) else { throw WorkerError.notFound("customer") }
            if let name = new.customer, name != customer.externalID, name != customer.id.text {
                // To a customer's key another customer looks like one that does not exist.
                guard new.bound == nil else { throw WorkerError.notFound("customer") }
                throw WorkerError.invalid("customer", "the key is that of another customer", code: "foreign_key")
            }
            return customer
        }
        guard let name = new.customer else {
            throw WorkerError.invalid("customer", "name the customer, or a key of theirs", code: "missing_field")
        }
        let customers = Customers(context: context)
        if making { return try customers.findOrMake(name, account: account, in: tx) }
        return try customers.findOrPrepare(name, account: account, in: tx).customer
    }
}
