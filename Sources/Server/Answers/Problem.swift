import HTTPTypes

/// Why a request was not carried out, as RFC 9457 lays it out (`application/problem+json`).
///
/// `code` and `title` never hold data; `detail` tells the caller what to do.
struct Problem: Error, Sendable {
    let status: Int
    /// Stable, snake_case.
    let code: String
    let title: String
    let detail: String
    /// The field of the body, the parameter or the header that is wrong.
    var field: String?
    var headers: [HTTPField.Name: String] = [:]
    /// What a program needs to know besides, as the description of the API says.
    var members: [(name: String, value: JSON)] = []

    init(_ status: Int, _ code: String, _ title: String, detail: String, field: String? = nil) {
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.field = field
    }

    func with(_ name: HTTPField.Name, _ value: String) -> Problem {
        var problem = self
        problem.headers[name] = value
        return problem
    }

    /// - Parameter path: of the request, without its query.
    func json(requestID: String, path: String) -> JSON {
        let body: JSON = [
            "type": .string("urn:bursar:problem:\(code)"), "title": .string(title), "status": .integer(Int64(status)),
            "detail": .string(detail), "instance": .string(path), "code": .string(code),
            "request_id": .string(requestID),
        ]
        let named = field.map { body.with("field", .string($0)) } ?? body
        return members.reduce(named) { $0.with($1.name, $1.value) }
    }

    func answer(requestID: String, path: String) -> Answer {
        var fields: HTTPFields = [.contentType: "application/problem+json", .cacheControl: "no-store"]
        for (name, value) in headers { fields[name] = value }
        return Answer(status: status, headers: fields, body: json(requestID: requestID, path: path).bytes)
    }
}

extension Problem {
    /// The body, a parameter or a header is not what the route takes.
    static func invalid(_ code: String, _ detail: String, field: String? = nil) -> Problem {
        Problem(400, code, "The request is not valid", detail: detail, field: field)
    }

    static let notJSON = invalid("malformed_json", "the body is not JSON in UTF-8")
    /// - Parameter field: that an object has twice.
    static func repeated(_ field: String) -> Problem {
        invalid(
            "repeated_field", "an object has this name twice; say which of the two you mean",
            field: Fields.shown(field))
    }
    /// - Parameter field: that is not UTF-8, or has half of a surrogate pair.
    static func illegible(_ field: String?) -> Problem {
        invalid("illegible_text", "write this in UTF-8, with whole surrogate pairs", field: field.map(Fields.shown))
    }
    static let cardNumber = invalid(
        "card_number", "the path holds what looks like a card number; only Stripe's own pages may take one")

    static let tooDeep = invalid(
        "json_too_deep", "nest arrays and objects at most \(ServerLimits().jsonDepth) deep")

    static let notHTTP = Problem(
        400, "malformed_request", "The request is not HTTP/1.1", detail: "send a well-formed HTTP/1.1 request")
    static let headerTooLarge = Problem(
        431, "header_too_large", "The header is too large", detail: "send fewer or shorter header fields")
    static let tooSlow = Problem(
        408, "request_too_slow", "The request took too long to arrive", detail: "send the whole request at once")
    static let noRoute = Problem(
        404, "route_not_found", "There is nothing at this path", detail: "see /openapi.yaml for the routes there are")
    /// - Parameter types: what the route takes.
    static func unsupportedType(_ types: String = "application/json") -> Problem {
        Problem(
            415, "unsupported_media_type", "The body is of another type",
            detail: "send JSON, not compressed, with Content-Type: \(types)")
    }
    static let internalFault = Problem(
        500, "internal_error", "Bursar made a mistake",
        detail: "nothing you can change would help; tell the operator the request_id")
    static let databaseUnavailable = Problem(
        503, "unavailable", "Bursar cannot write right now",
        detail: "nothing was done; try again with the same Idempotency-Key"
    ).with(.retryAfter, "1")
    static let outcomeUnknown = Problem(
        503, "outcome_unknown", "The outcome is not known yet", detail: "try again with the same Idempotency-Key"
    ).with(.retryAfter, "1")

    static func bodyTooLarge(limit: Int) -> Problem {
        Problem(413, "body_too_large", "The body is too large", detail: "send at most \(limit) bytes")
    }

    static func methodNotAllowed(_ allowed: [String]) -> Problem {
        let list = allowed.joined(separator: ", ")
        return Problem(
            405, "method_not_allowed", "The path does not take this method", detail: "use \(list)"
        ).with(.allow, list)
    }

    static let unauthenticated = Problem(
        401, "unauthenticated", "A valid key is needed",
        detail: "send Authorization: Bearer with a key of Bursar that is not revoked"
    ).with(.wwwAuthenticate, challenge)
    static let challenge = "Bearer realm=\"bursar\""
}
