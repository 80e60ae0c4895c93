import Testing

@testable import Stripe

/// Each fault that Stripe, a proxy or the wire can produce, and what it must be taken for.
@Suite struct AnswerClassificationTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        let name: String
        let status: Int
        var body = ""
        let kind: StripeError.Kind
        let code: StripeError.Code

        var testDescription: String { name }
    }

    static func error(_ fields: String) -> String { #"{"error":{\#(fields)}}"# }

    static let faults: [Fault] = [
        Fault(
            name: "card declined", status: 402,
            body: error(#""type":"card_error","code":"card_declined","decline_code":"insufficient_funds""#),
            kind: .rejected, code: .cardError),
        Fault(
            name: "402 of another type", status: 402, body: error(#""type":"invalid_request_error""#),
            kind: .rejected, code: .cardError),
        Fault(
            name: "bad parameter", status: 400,
            body: error(#""type":"invalid_request_error","param":"amount","code":"amount_too_small""#),
            kind: .rejected, code: .invalidRequest),
        Fault(
            name: "key used with other parameters", status: 400, body: error(#""type":"idempotency_error""#),
            kind: .rejected, code: .idempotencyMismatch),
        Fault(
            name: "wrong key", status: 401, body: error(#""type":"invalid_request_error","message":"Invalid API Key""#),
            kind: .rejected, code: .apiKeyInvalid),
        Fault(name: "wrong key, no body", status: 401, kind: .rejected, code: .apiKeyInvalid),
        Fault(
            name: "no access to the account", status: 403,
            body: error(#""type":"invalid_request_error","code":"account_invalid""#), kind: .rejected,
            code: .accountInvalid),
        Fault(
            name: "restricted key", status: 403, body: error(#""type":"invalid_request_error""#), kind: .rejected,
            code: .permissionDenied),
        Fault(
            name: "no such object", status: 404,
            body: error(#""type":"invalid_request_error","code":"resource_missing""#), kind: .rejected,
            code: .resourceMissing),
        Fault(
            name: "OAuth code used", status: 400, body: #"{"error":"invalid_grant","error_description":"gone"}"#,
            kind: .rejected, code: .oauthRefused),
        Fault(
            name: "same key in flight", status: 409,
            body: error(#""type":"idempotency_error","code":"idempotency_key_in_use""#), kind: .unavailable,
            code: .idempotencyKeyInUse),
        Fault(
            name: "another conflict", status: 409, body: error(#""type":"invalid_request_error""#),
            kind: .unavailable, code: .conflict),
        Fault(
            name: "object locked", status: 429, body: error(#""type":"invalid_request_error","code":"lock_timeout""#),
            kind: .unavailable, code: .lockTimeout),
        Fault(
            name: "object locked, as 400", status: 400, body: error(#""code":"lock_timeout""#), kind: .unavailable,
            code: .lockTimeout),
        Fault(
            name: "too many requests", status: 429, body: error(#""type":"rate_limit_error","code":"rate_limit""#),
            kind: .unavailable, code: .rateLimited),
        Fault(name: "a proxy's 429", status: 429, body: "<html>", kind: .unavailable, code: .rateLimited),
        Fault(
            name: "Stripe's 500", status: 500, body: error(#""type":"api_error""#), kind: .indeterminate,
            code: .serverError),
        Fault(name: "bad gateway", status: 502, body: "<html>", kind: .indeterminate, code: .serverError),
        Fault(name: "503", status: 503, kind: .indeterminate, code: .serverError),
        Fault(
            name: "failed dependency", status: 424, body: error(#""type":"api_error""#), kind: .indeterminate,
            code: .serverError),
        Fault(
            name: "a 4xx that Stripe did not write", status: 400, body: "<html>", kind: .indeterminate,
            code: .undecodableAnswer),
        Fault(
            name: "a cut 402", status: 402, body: #"{"error":{"type":"card_er"#, kind: .indeterminate,
            code: .undecodableAnswer),
        Fault(name: "a redirect", status: 302, kind: .indeterminate, code: .undecodableAnswer),
        Fault(
            name: "HTML with 200", status: 200, body: "<html>welcome</html>", kind: .indeterminate,
            code: .undecodableAnswer),
        Fault(
            name: "cut JSON with 200", status: 200, body: #"{"id":"pi_1","amount":5"#, kind: .indeterminate,
            code: .undecodableAnswer),
        Fault(name: "nothing with 200", status: 200, kind: .indeterminate, code: .undecodableAnswer),
        Fault(
            name: "another object with 200", status: 200, body: #"{"object":"list","data":[]}"#, kind: .indeterminate,
            code: .undecodableAnswer),
    ]

    @Test(arguments: faults)
    func `each fault is one of the three kinds`(fault: Fault) async {
        let recorder = RecordingTransport(status: fault.status, headers: ["Request-Id": "req_1"], json: fault.body)
        let error = await #expect(throws: StripeError.self) {
            try await recorder.client.send(PaymentIntent.retrieve("pi_1", in: .platform))
        }
        #expect(error?.kind == fault.kind)
        #expect(error?.code == fault.code)
        #expect(error?.details.requestID == "req_1")
        #expect(error?.details.httpStatus == fault.status)
    }

    @Test(arguments: TransportError.Reason.allCases)
    func `what was never sent is unavailable, and what was sent indeterminate`(reason: TransportError.Reason) async {
        for kind in [TransportError.Kind.unavailable, .indeterminate] {
            let recorder = RecordingTransport([.failure(TransportError(kind, reason))])
            let error = await #expect(throws: StripeError.self) {
                try await recorder.client.send(Balance.retrieve(in: .platform))
            }
            #expect(error?.kind == (kind == .unavailable ? .unavailable : .indeterminate))
            #expect(error?.transport?.reason == reason)
        }
    }

    @Test func `a decline brings Stripe's words and the PaymentIntent`() async throws {
        let recorder = RecordingTransport(
            status: 402,
            json: """
                {"error":{"type":"card_error","code":"authentication_required","decline_code":"authentication_required",
                "advice_code":"try_again_later","network_advice_code":"02","network_decline_code":"51","message":"M",
                "param":"P","doc_url":"https://d","charge":"ch_1","payment_intent":{"id":"pi_1","amount":5,
                "currency":"usd","status":"requires_payment_method"}}}
                """)
        let error = await #expect(throws: StripeError.self) {
            try await recorder.client.send(PaymentIntent.retrieve("pi_1", in: .platform))
        }
        let details = try #require(error).details
        #expect(details.adviceCode == "try_again_later")
        #expect(details.networkAdviceCode == "02")
        #expect(details.networkDeclineCode == "51")
        #expect([details.message, details.param, details.docURL, details.charge] == ["M", "P", "https://d", "ch_1"])
        #expect(details.paymentIntent?.status == .requiresPaymentMethod)
    }

    @Test func `a refusal stays one when its PaymentIntent cannot be read`() async {
        let recorder = RecordingTransport(
            status: 402, json: Self.error(#""type":"card_error","payment_intent":{"id":7}"#))
        let error = await #expect(throws: StripeError.self) {
            try await recorder.client.send(PaymentIntent.retrieve("pi_1", in: .platform))
        }
        #expect(error?.kind == .rejected)
        #expect(error?.details.paymentIntent == nil)
    }

    @Test func `advice about retrying is read from the headers`() async {
        let recorder = RecordingTransport(
            status: 500,
            headers: ["Stripe-Should-Retry": "false", "retry-after": "7", "Idempotent-Replayed": "true"], json: "{}")
        let error = await #expect(throws: StripeError.self) {
            try await recorder.client.send(Balance.retrieve(in: .platform))
        }
        #expect(error?.shouldRetry == false)
        #expect(error?.retryAfterSeconds == 7)
        #expect(error?.isReplayed == true)
    }

    @Test(arguments: ["-1", "soon", "Sun, 06 Nov 1994 08:49:37 GMT", "99999999999999999999"])
    func `a Retry-After that is no number of seconds is not one`(value: String) async {
        let recorder = RecordingTransport(status: 429, headers: ["Retry-After": value], json: "{}")
        let error = await #expect(throws: StripeError.self) {
            try await recorder.client.send(Balance.retrieve(in: .platform))
        }
        #expect(error?.retryAfterSeconds == nil)
    }
}
