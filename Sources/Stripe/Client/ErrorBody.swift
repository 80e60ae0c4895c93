/// The two shapes of Stripe's errors: `{"error": {…}}`, and OAuth's `{"error": "code", "error_description": "…"}`.
enum ErrorBody: Decodable {
    case api(APIError)
    case oauth(error: String, description: String?)

    struct APIError: Decodable {
        let type: String?
        let code: String?
        let declineCode: String?
        let adviceCode: String?
        let networkAdviceCode: String?
        let networkDeclineCode: String?
        let message: String?
        let param: String?
        let docURL: String?
        let charge: String?
        let paymentIntent: Lenient<PaymentIntent>?

        enum CodingKeys: String, CodingKey {
            case type, code, message, param, charge
            case declineCode = "decline_code"
            case adviceCode = "advice_code"
            case networkAdviceCode = "network_advice_code"
            case networkDeclineCode = "network_decline_code"
            case docURL = "doc_url"
            case paymentIntent = "payment_intent"
        }
    }

    private enum CodingKeys: String, CodingKey {
        case error
        case errorDescription = "error_description"
    }

    /// Nil when the body is not an error of Stripe's.
    static func read(_ body: [UInt8]) -> ErrorBody? {
        try? JSON.decode(body)
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let code = try? container.decode(String.self, forKey: .error) {
            self = .oauth(
                error: code, description: try container.decodeIfPresent(String.self, forKey: .errorDescription))
        } else {
            self = .api(try container.decode(APIError.self, forKey: .error))
        }
    }

    var code: String? {
        switch self {
        case .api(let error): error.code
        case .oauth(let error, _): error
        }
    }

    var details: StripeError.Details {
        var details = StripeError.Details()
        switch self {
        case .oauth(let error, let description):
            details.code = error
            details.message = description
        case .api(let error):
            details.type = error.type
            details.code = error.code
            details.declineCode = error.declineCode
            details.adviceCode = error.adviceCode
            details.networkAdviceCode = error.networkAdviceCode
            details.networkDeclineCode = error.networkDeclineCode
            details.message = error.message
            details.param = error.param
            details.docURL = error.docURL
            details.charge = error.charge
            details.paymentIntent = error.paymentIntent?.value
        }
        return details
    }
}

/// A part that is welcome and not needed: nil when it cannot be read, so that a refusal stays a refusal.
struct Lenient<Value: Decodable>: Decodable {
    let value: Value?

    init(from decoder: any Decoder) throws {
        value = try? Value(from: decoder)
    }
}
