import Billing
import Foundation
import Ledger
import Worker

/// The body of `POST /v1/top_ups`.
struct NewTopUpInput: Decodable, Sendable {
    private let customer: String
    private let amount: AmountInput
    private let successURL: String
    private let cancelURL: String?

    init(from decoder: any Decoder) throws {
        let fields = try Fields(decoder, ["customer", "amount", "success_url", "cancel_url"])
        customer = try Fields.required(fields.text("customer"), "customer")
        amount = try Fields.required(fields.amount("amount"), "amount")
        successURL = try Fields.required(fields.text("success_url", upTo: 2_000), "success_url")
        cancelURL = try fields.text("cancel_url", upTo: 2_000)
    }

    func topUp(_ currency: Currency) throws -> NewTopUp {
        NewTopUp(
            customer: customer, amount: try amount.minor(in: currency, field: "amount"), successURL: successURL,
            cancelURL: cancelURL)
    }
}

/// The body of `POST /v1/charges`.
struct NewChargeInput: Decodable {
    let customer: String

    init(from decoder: any Decoder) throws {
        customer = try Fields.required(Fields(decoder, ["customer"]).text("customer"), "customer")
    }
}

/// The body of `POST /v1/charges/{id}/refunds` and `POST /v1/top_ups/{id}/refunds`; all of it may be left out.
struct NewRefundInput: Decodable, Sendable {
    private let amount: AmountInput?
    private let reason: Refund.Reason?
    private let refundApplicationFee: Bool?

    init(from decoder: any Decoder) throws {
        let fields = try Fields(decoder, ["amount", "reason", "refund_application_fee"])
        amount = try fields.amount("amount")
        reason = try fields.choice("reason", Refund.Reason.self)
        refundApplicationFee = try fields.flag("refund_application_fee")
    }

    func refund(_ currency: Currency) throws -> NewRefund {
        NewRefund(
            amount: try amount?.minor(in: currency, field: "amount"), reason: reason,
            refundApplicationFee: refundApplicationFee ?? false)
    }
}
