import Foundation
import Worker

/// The body of `POST /v1/customers`.
struct NewCustomerInput: Decodable {
    let customer: NewCustomer

    init(from decoder: any Decoder) throws {
        let fields = try Fields(decoder, CustomerDetailsInput.names.union(["external_id"]))
        var details = try CustomerDetailsInput.read(fields)
        // Who says nothing of a plan gets the default one, and null says nothing: else a client that writes out what it
        // does not know would make customers without limits.
        if case .clear = details.plan { details.plan = .keep }
        customer = NewCustomer(
            externalID: try Fields.required(fields.text("external_id"), "external_id"), details: details)
    }
}

/// The body of `POST /v1/customers/{id}`: what is missing stays as it is; null takes away a plan, a time zone, the
/// customer's own word on `prepaid` and an organization, and is as if it were missing elsewhere.
struct CustomerDetailsInput: Decodable {
    static let names: Set<String> = [
        "name", "email", "metadata", "stripe_customer", "payment_method", "plan", "time_zone", "prepaid",
        "organization",
    ]

    let details: CustomerDetails

    init(from decoder: any Decoder) throws {
        details = try Self.read(Fields(decoder, Self.names))
    }

    static func read(_ fields: Fields) throws -> CustomerDetails {
        var details = CustomerDetails(
            name: try fields.text("name"), email: try fields.text("email"), metadata: try fields.metadata("metadata"),
            stripeCustomer: try fields.text("stripe_customer"), paymentMethod: try fields.text("payment_method"))
        details.plan = try fields.change("plan") { try fields.text("plan") }
        details.timeZone = try fields.change("time_zone") { try fields.text("time_zone") }
        details.prepaid = try fields.change("prepaid") { try fields.flag("prepaid") }
        details.organization = try fields.change("organization") { try fields.text("organization") }
        return details
    }
}

/// The body of `POST /v1/customers/{id}/block`.
struct BlockInput: Decodable {
    let reason: String?

    init(from decoder: any Decoder) throws {
        reason = try Fields(decoder, ["reason"]).text("reason")
    }
}
