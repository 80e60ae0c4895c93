import Foundation
import Ledger
import Worker

/// The body of `POST /v1/keys`.
struct NewKeyInput: Decodable, Sendable {
    private enum Scope: String, CaseIterable { case account, customer }

    let key: NewKey

    init(from decoder: any Decoder) throws {
        let fields = try Fields(
            decoder, ["name", "customer", "scope", "max_spend", "expires_at", "allowed_models"])
        let customer = try fields.text("customer")
        let scope = try fields.choice("scope", Scope.self) ?? (customer == nil ? .account : .customer)
        switch scope {
        case .customer: _ = try Fields.required(customer, "customer")
        case .account:
            guard customer == nil else {
                throw Problem.invalid(
                    "invalid_field", "a key of scope account is bound to no customer; leave customer out, or scope",
                    field: "customer")
            }
        }
        key = NewKey(
            name: try Fields.required(fields.text("name"), "name"), customer: customer,
            maxSpend: try fields.integer("max_spend"), expiresAt: try fields.instant("expires_at"),
            allowedModels: try fields.texts("allowed_models"))
    }
}

/// The body of `POST /v1/keys/{id}`: what is missing stays as it is, null takes away.
struct KeyChangeInput: Decodable, Sendable {
    let change: KeyChange

    init(from decoder: any Decoder) throws {
        let fields = try Fields(decoder, ["name", "max_spend", "expires_at", "allowed_models"])
        var change = KeyChange()
        change.name = try fields.text("name")
        change.maxSpend = try fields.change("max_spend") { try fields.integer("max_spend") }
        change.expiresAt = try fields.change("expires_at") { try fields.instant("expires_at") }
        change.allowedModels = try fields.change("allowed_models") { try fields.texts("allowed_models") }
        self.change = change
    }
}

/// The body of `POST /v1/keys/{id}/rotate`.
struct RotationInput: Decodable {
    let overlapSeconds: Int64

    init(from decoder: any Decoder) throws {
        overlapSeconds = try Fields(decoder, ["overlap_seconds"]).integer("overlap_seconds") ?? Keys.usualOverlap
    }
}

extension Fields {
    func change<Value>(_ name: String, read: () throws -> Value?) rethrows -> AccountChange.Field<Value> {
        guard has(name) else { return .keep }
        return try read().map(AccountChange.Field.set) ?? .clear
    }
}
