import Foundation
import Stripe
import Synchronization
import Testing

/// A Stripe that answers as a test tells it, and remembers what it was asked.
final class ScriptedStripe: Sendable {
    /// A request as it arrived.
    struct Asked: Sendable {
        /// `POST /v1/accounts`, with identifiers in place and no query.
        let operation: String
        let idempotencyKey: String?
        let form: String

        func value(_ name: String) -> String? {
            for field in form.split(separator: "&") {
                let parts = field.split(separator: "=", maxSplits: 1).map { $0.removingPercentEncoding ?? "" }
                if parts.first == name { return parts.last }
            }
            return nil
        }
    }

    enum Reply: Sendable {
        case ok(String)
        case refused(Int, String)
        /// Stripe has kept a failure under the key, and repeats it.
        case replayedFailure
        /// It arrived; no answer comes back.
        case lost
        /// It never left.
        case unsent
    }

    private struct State {
        var replies: [String: [Reply]] = [:]
        var asked: [Asked] = []
    }

    private let state = Mutex(State())
    /// Called while Stripe has the request and has not answered.
    let meanwhile = Mutex<(@Sendable (Asked) async throws -> Void)?>(nil)

    /// What to answer to an operation, one after the other; the last one again and again.
    func on(_ operation: String, _ replies: Reply...) {
        state.withLock { $0.replies[operation] = replies }
    }

    /// Does something while the next requests are at Stripe.
    func during(_ body: (@Sendable (Asked) async throws -> Void)?) { meanwhile.withLock { $0 = body } }

    var asked: [Asked] { state.withLock { $0.asked } }
    var operations: [String] { asked.map(\.operation) }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let path = request.url.drop { $0 != ":" }.dropFirst(3).drop { $0 != "/" }
        let form =
            request.body.map { String(decoding: $0, as: UTF8.self) } ?? path.drop { $0 != "?" }.dropFirst().description
        let asked = Asked(
            operation: "\(request.method.rawValue) \(path.prefix { $0 != "?" })",
            idempotencyKey: request.headers["Idempotency-Key"], form: form)
        let reply = state.withLock { state -> Reply? in
            state.asked.append(asked)
            guard let replies = state.replies[asked.operation], let next = replies.first else { return nil }
            if replies.count > 1 { state.replies[asked.operation]?.removeFirst() }
            return next
        }
        do { try await meanwhile.withLock({ $0 })?(asked) } catch { Issue.record(error) }
        switch reply {
        case .ok(let body): return HTTPResponse(status: 200, body: Array(body.utf8))
        case .refused(let status, let body): return HTTPResponse(status: status, body: Array(body.utf8))
        case .replayedFailure:
            return HTTPResponse(
                status: 500, headers: ["Idempotent-Replayed": "true"],
                body: Array(#"{"error":{"type":"api_error"}}"#.utf8))
        case .lost: throw TransportError(.indeterminate, .timedOut)
        case .unsent: throw TransportError(.unavailable, .connectionFailed)
        case nil:
            Issue.record("Stripe was asked what the test does not expect: \(asked.operation)")
            return HTTPResponse(status: 404)
        }
    }
}

extension ScriptedStripe.Reply {
    /// An account as Stripe shows it.
    static func account(
        _ id: String, charges: Bool = false, submitted: Bool = false, due: [String] = [], pastDue: [String] = [],
        disabled: String? = nil
    ) -> Self {
        .ok(json(id, charges: charges, submitted: submitted, due: due, pastDue: pastDue, disabled: disabled))
    }

    /// A page of the list of accounts, each with our id in its metadata.
    static func accounts(_ accounts: (id: String, ours: String)...) -> Self {
        let data = accounts.map { json($0.id, charges: false, submitted: false, ours: $0.ours) }.joined(separator: ",")
        return .ok(#"{"object":"list","has_more":false,"data":[\#(data)]}"#)
    }

    static var link: Self {
        .ok(#"{"object":"account_link","url":"https://connect.stripe.com/setup/s/1","expires_at":1793610300}"#)
    }

    static func token(_ account: String, scope: String = "read_write", livemode: Bool = false) -> Self {
        .ok(#"{"stripe_user_id":"\#(account)","scope":"\#(scope)","livemode":\#(livemode),"token_type":"bearer"}"#)
    }

    static var accessLost: Self {
        .refused(403, #"{"error":{"type":"invalid_request_error","code":"account_invalid","message":"no access"}}"#)
    }

    static func oauthError(_ code: String, status: Int = 400) -> Self {
        .refused(status, #"{"error":"\#(code)","error_description":"in Stripe's words"}"#)
    }

    private static func json(
        _ id: String, charges: Bool, submitted: Bool, due: [String] = [], pastDue: [String] = [],
        disabled: String? = nil, ours: String = ""
    ) -> String {
        """
        {"id":"\(id)","object":"account","charges_enabled":\(charges),"payouts_enabled":\(charges),
         "details_submitted":\(submitted),"metadata":{"bursar_account":"\(ours)"},
         "requirements":{"currently_due":\(due),"past_due":\(pastDue),
          "disabled_reason":\(disabled.map { "\"\($0)\"" } ?? "null")}}
        """
    }
}
