import Foundation
import Stripe
import Synchronization

/// A Stripe that answers from what a test has written down: lists of balance transactions and PaymentIntents, by
/// account.
final class PaperStripe: Sendable {
    struct Line: Sendable {
        var id: String
        var account: String
        var type = "charge"
        var amount: Int64
        var fee: Int64 = 0
        var applicationFee: Int64 = 0
        var currency: String
        var created: Int64
        /// `data.source`, expanded.
        var source: String
    }

    struct Intent: Sendable {
        var id: String
        var account: String
        var amount: Int64
        var currency: String
        var status: String
        var metadata: [String: String]
    }

    private struct State {
        var lines: [Line] = []
        var intents: [String: Intent] = [:]
        /// Refunds and disputes, by their paths, as JSON.
        var objects: [String: String] = [:]
        var refused: [String: (status: Int, code: String)] = [:]
        var calls = 0
    }

    private let state = Mutex(State())

    func add(_ line: Line) { state.withLock { $0.lines.append(line) } }
    func add(_ intent: Intent) { state.withLock { $0.intents[intent.id] = intent } }
    func add(_ object: String, at path: String) { state.withLock { $0.objects[path] = object } }
    func update(_ body: (inout [Line]) -> Void) { state.withLock { body(&$0.lines) } }
    var lines: [Line] { state.withLock { $0.lines } }
    var calls: Int { state.withLock { $0.calls } }

    /// Every request for `account` is answered so.
    func refuse(_ account: String, status: Int, code: String) {
        state.withLock { $0.refused[account] = (status, code) }
    }

    static func charge(_ id: String, intent: String, amount: Int64, currency: String, metadata: [String: String])
        -> String
    {
        let notes = metadata.sorted { $0.key < $1.key }.map { "\"\($0)\": \"\($1)\"" }.joined(separator: ", ")
        return """
            {"id": "\(id)", "object": "charge", "amount": \(amount), "currency": "\(currency)", \
            "payment_intent": "\(intent)", "metadata": {\(notes)}}
            """
    }

    /// A movement of a payment's money, and the refund that made it, as Stripe has both.
    func addRefund(_ line: Line, of intent: String, amount: Int64) {
        let name = "re_\(line.id)"
        var line = line
        line.source = Self.about("refund", name, amount, line.currency, intent)
        add(line)
        add(
            """
            {"id": "\(name)", "object": "refund", "amount": \(amount), "currency": "\(line.currency)", \
            "status": "succeeded", "payment_intent": "\(intent)", "balance_transaction": "\(line.id)", "metadata": {}}
            """, at: "/v1/refunds/\(name)")
    }

    /// What a dispute withdrew, and the dispute.
    func addDispute(_ line: Line, of intent: String, amount: Int64) {
        let name = "du_\(line.id)"
        var line = line
        line.source = Self.about("dispute", name, amount, line.currency, intent)
        add(line)
        var told = line
        told.source = "\"\(name)\""
        add(
            """
            {"id": "\(name)", "object": "dispute", "amount": \(amount), "currency": "\(line.currency)", \
            "status": "lost", "payment_intent": "\(intent)", "balance_transactions": [\(Self.text(told))], \
            "created": \(line.created)}
            """, at: "/v1/disputes/\(name)")
    }

    private static func about(_ kind: String, _ id: String, _ amount: Int64, _ currency: String, _ intent: String)
        -> String
    {
        """
        {"id": "\(id)", "object": "\(kind)", "amount": \(amount), "currency": "\(currency)", \
        "payment_intent": "\(intent)", "metadata": {}}
        """
    }

    @Sendable func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let url = URLComponents(string: request.url)
        let account = request.headers["stripe-account"] ?? ""
        let query = Dictionary(
            (url?.queryItems ?? []).map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { first, _ in first })
        let path = url?.path ?? ""
        let answer = state.withLock { state in
            state.calls += 1
            if let refusal = state.refused[account] {
                return (refusal.status, #"{"error": {"type": "invalid_request_error", "code": "\#(refusal.code)"}}"#)
            }
            if path == "/v1/balance_transactions" { return (200, Self.page(state.lines, account, query)) }
            if path == "/v1/events" || path == "/v1/disputes" {
                return (200, #"{"object": "list", "data": [], "has_more": false}"#)
            }
            if let object = state.objects[path] { return (200, object) }
            guard path.hasPrefix("/v1/payment_intents/"), let intent = state.intents[String(path.dropFirst(20))],
                intent.account == account
            else { return (404, #"{"error": {"type": "invalid_request_error", "code": "resource_missing"}}"#) }
            return (200, Self.text(intent))
        }
        return HTTPResponse(status: answer.0, headers: [:], body: Array(answer.1.utf8))
    }

    /// Newest first, as Stripe lists.
    private static func page(_ lines: [Line], _ account: String, _ query: [String: String]) -> String {
        let since = Int64(query["created[gte]"] ?? "") ?? 0
        let listed = lines.filter { $0.account == account && $0.created >= since }
            .sorted { ($0.created, $0.id) > ($1.created, $1.id) }
        let rest = query["starting_after"].map { after in Array(listed.drop { $0.id != after }.dropFirst()) } ?? listed
        let page = rest.prefix(Int(query["limit"] ?? "") ?? 10)
        let data = page.map(text).joined(separator: ", ")
        return #"{"object": "list", "data": [\#(data)], "has_more": \#(rest.count > page.count)}"#
    }

    private static func text(_ line: Line) -> String {
        """
        {"id": "\(line.id)", "object": "balance_transaction", "amount": \(line.amount), "fee": \(line.fee), \
        "net": \(line.amount - line.fee), "currency": "\(line.currency)", "type": "\(line.type)", \
        "created": \(line.created), "source": \(line.source), "fee_details": [\
        {"amount": \(line.fee - line.applicationFee), "currency": "\(line.currency)", "type": "stripe_fee"}, \
        {"amount": \(line.applicationFee), "currency": "\(line.currency)", "type": "application_fee"}]}
        """
    }

    private static func text(_ intent: Intent) -> String {
        let notes = intent.metadata.sorted { $0.key < $1.key }.map { "\"\($0)\": \"\($1)\"" }.joined(separator: ", ")
        return """
            {"id": "\(intent.id)", "object": "payment_intent", "amount": \(intent.amount), \
            "currency": "\(intent.currency)", "status": "\(intent.status)", "metadata": {\(notes)}}
            """
    }
}
