/// A refusal in Stripe's own words: HTTP status and the `error` object of the answer.
///
/// Source: docs.stripe.com/api/errors and docs.stripe.com/error-codes.
struct StripeError: Error, Equatable {
    let status: Int
    let type: String
    let code: String?
    let message: String
    let parameter: String?
    /// Members of the `error` object beyond the usual ones: `decline_code`, `charge`, `payment_intent` …
    var details: JSONObject = [:]
    /// Whether an idempotency key remembers this answer. What is refused before the endpoint begins is not kept.
    var isKept = true

    static func invalid(_ message: String, code: String? = nil, parameter: String? = nil) -> StripeError {
        StripeError(
            status: 400, type: "invalid_request_error", code: code, message: message, parameter: parameter)
    }

    /// A parameter that fails validation: not remembered by an idempotency key.
    static func badParameter(_ message: String, code: String? = nil, _ parameter: String?) -> StripeError {
        var error = invalid(message, code: code, parameter: parameter)
        error.isKept = false
        return error
    }

    static func noSuch(_ noun: String, _ id: String, parameter: String = "id", status: Int = 404) -> StripeError {
        StripeError(
            status: status, type: "invalid_request_error", code: "resource_missing",
            message: "No such \(noun): '\(id)'", parameter: parameter)
    }

    static func card(code: String, message: String, details: JSONObject) -> StripeError {
        StripeError(
            status: 402, type: "card_error", code: code, message: message, parameter: nil, details: details)
    }

    static func unauthorized(_ message: String) -> StripeError {
        StripeError(
            status: 401, type: "invalid_request_error", code: nil, message: message, parameter: nil, isKept: false)
    }

    /// Another request with that key has not been answered yet.
    static func keyInUse(_ key: String) -> StripeError {
        StripeError(
            status: 409, type: "invalid_request_error", code: "idempotency_key_in_use",
            message: "There is currently another in-progress request using this Idempotent Key (that probably means "
                + "you submitted twice, and the other request is still going through): \(key). Please try again later.",
            parameter: nil, isKept: false)
    }

    static let internalFault = StripeError(
        status: 500, type: "api_error", code: nil,
        message: "An unknown error occurred. The sandbox was told to fail here.", parameter: nil)

    /// The whole body of the answer.
    var json: JSON {
        var error: JSONObject = [:]
        if let code {
            error["code"] = .string(code)
            error["doc_url"] = .string("https://docs.stripe.com/error-codes#" + code.replacing("_", with: "-"))
        }
        error["message"] = .string(message)
        if let parameter { error["param"] = .string(parameter) }
        error["type"] = .string(type)
        return .object(["error": .object(error.merging(details))])
    }
}
