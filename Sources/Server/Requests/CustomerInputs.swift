import Foundation
import Worker

/// The body of `POST /v1/customers`.
struct NewCustomerInput: Decodable {
    let customer: NewCustomer

    init(from decoder: any Decoder) throws {
        let fields = try Fields(decoder, CustomerDetailsInput.names.union(["external_id"]))
        customer = NewCustomer(
            externalID: try Fields.required(fields.text("external_id"), "external_id"),
            details: try CustomerDetailsInput.read(fields))
    }
}

/// The body of `POST /v1/customers/{id}`: what is missing stays as it is.
struct CustomerDetailsInput: Decodable {
    static let names: Set<String> = ["name", "email", "metadata", "stripe_customer", "payment_method"]

    let details: CustomerDetails

    init(from decoder: any Decoder) throws {
        details = try Self.read(Fields(decoder, Self.names))
    }

    static func read(_ fields: Fields) throws -> CustomerDetails {
        CustomerDetails(
            name: try fields.text("name"), email: try fields.text("email"), metadata: try fields.metadata("metadata"),
            stripeCustomer: try fields.text("stripe_customer"), paymentMethod: try fields.text("payment_method"))
    }
}
