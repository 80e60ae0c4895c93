import Billing
import Foundation
import Storage
import Worker

/// The body of `POST /v1/authorizations` and of `POST /v1/quota_checks`.
struct NewAuthorizationInput: Decodable {
    private let customer: String?
    private let key: String?
    private let estimate: UsageEstimateInput
    private let expiresIn: Int64?

    init(from decoder: any Decoder) throws {
        let fields = try Fields(decoder, ["customer", "key", "estimate", "expires_in"])
        customer = try fields.text("customer")
        key = try fields.text("key", upTo: 512)
        guard let estimate = try fields.read("estimate", as: UsageEstimateInput.self, "an object") else {
            throw Problem.invalid("missing_field", "this field is needed", field: "estimate")
        }
        self.estimate = estimate
        expiresIn = try fields.integer("expires_in")
    }

    /// - Parameter call: says who asks, and of whom they may speak.
    func authorization(for call: Call) throws -> NewAuthorization {
        var new = try NewAuthorization(
            customer: customer, key: key, estimate: estimate.estimate, expiresIn: expiresIn)
        if call.customerBound != nil, estimate.estimate.costMicros != nil {
            throw Problem.invalid(
                "cost_of_merchant",
                "what it costs is for the merchant to say; say amount_micros, or quantities and a model",
                field: "estimate.cost_micros")
        }
        new.caller = call.keyID
        new.bound = call.customerBound
        return new
    }
}

private struct UsageEstimateInput: Decodable {
    let estimate: UsageEstimate

    init(from decoder: any Decoder) throws {
        let fields = try Fields(
            decoder,
            Set([
                "amount_micros", "cost_micros", "quantities", "provider", "model", "feature", "action", "product",
                "organization", "metadata",
            ]).union(UsageUnit.known.map(\.name)))
        var estimate = UsageEstimate()
        estimate.amountMicros = try fields.integer("amount_micros")
        estimate.costMicros = try fields.integer("cost_micros")
        let quantities = try fields.allQuantities()
        estimate.quantities = quantities.isEmpty ? nil : quantities
        estimate.provider = try fields.text("provider")
        estimate.model = try fields.text("model")
        estimate.feature = try fields.text("feature")
        estimate.action = try fields.text("action")
        estimate.product = try fields.text("product")
        estimate.organization = try fields.text("organization")
        estimate.metadata = try fields.metadata("metadata")
        self.estimate = estimate
    }
}

/// The body of `POST /v1/authorizations/{id}/capture`.
struct NewCaptureInput: Decodable {
    let capture: NewCapture

    init(from decoder: any Decoder) throws {
        let fields = try Fields(
            decoder,
            Set([
                "cost_micros", "quantities", "provider", "model", "feature", "action", "product", "organization",
                "latency_ms", "metadata",
            ]).union(UsageUnit.known.map(\.name)))
        var capture = NewCapture()
        capture.costMicros = try fields.integer("cost_micros")
        capture.quantities = try fields.allQuantities()
        capture.provider = try fields.text("provider")
        capture.model = try fields.text("model")
        capture.feature = try fields.text("feature")
        capture.action = try fields.text("action")
        capture.product = try fields.text("product")
        capture.organization = try fields.text("organization")
        capture.latencyMs = try fields.integer("latency_ms")
        capture.metadata = try fields.metadata("metadata") ?? [:]
        self.capture = capture
    }
}
