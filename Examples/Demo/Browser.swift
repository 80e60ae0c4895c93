import Foundation
import Stripe

/// Plain HTTP, for the three who speak it here: a merchant's server, a customer's browser, the hand that plays Stripe.
struct Wire: Sendable {
    let transport: Transport

    func send(
        _ method: HTTPRequest.Method, _ url: String, headers: HTTPHeaders = [:], body: [UInt8]? = nil
    ) async throws -> HTTPResponse {
        do {
            return try await transport(
                HTTPRequest(method: method, url: url, headers: headers, body: body, timeoutMilliseconds: 10_000))
        } catch {
            throw Disappointment(description: "\(url) does not answer: \(error.reason)")
        }
    }

    /// - Throws: unless the answer is a 2xx with JSON in it.
    func json(_ method: HTTPRequest.Method, _ url: String, headers: HTTPHeaders, body: [UInt8]?) async throws -> Value {
        let answer = try await send(method, url, headers: headers, body: body)
        guard (200..<300).contains(answer.status) else {
            throw Disappointment(
                description: "\(url) answers \(answer.status): \(String(decoding: answer.body, as: UTF8.self))")
        }
        return try JSONDecoder().decode(Value.self, from: Data(answer.body))
    }
}

/// What a person does with a page: opens it, sends its form, and goes where that leads.
struct Browser: Sendable {
    let wire: Wire

    /// Sends the form of the page at `url`; pages on the way that ask for a decision get `complete`.
    func submit(_ url: String, _ fields: [String: String]) async throws {
        try await goOn(from: url, try await post(url, fields))
    }

    /// Opens the page at `url` and sends its form as it is, then the form of the page that this leads to, with
    /// `decision` in it.
    func openAndDecide(_ url: String, _ decision: String) async throws {
        let page = try await wire.send(.get, url)
        guard page.status == 200, let form = PageForm(String(decoding: page.body, as: UTF8.self)) else {
            throw refused(url, page)
        }
        let answer = try await post(
            form.action.hasPrefix("/") ? origin(of: url) + form.action : form.action, form.hidden)
        guard let next = answer.headers["Location"] else { throw refused(form.action, answer) }
        try await submit(next, ["decision": decision])
    }

    private func origin(of url: String) -> String {
        url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).prefix(3).joined(separator: "/")
    }

    private func goOn(from url: String, _ answer: HTTPResponse) async throws {
        guard (300..<400).contains(answer.status), let next = answer.headers["Location"] else {
            throw refused(url, answer)
        }
        if next.contains("/authenticate/") { return try await submit(next, ["decision": "complete"]) }
        let page = try await wire.send(.get, next)
        guard page.status < 400 else { throw refused(next, page) }
    }

    private func post(_ url: String, _ fields: [String: String]) async throws -> HTTPResponse {
        let form = fields.map { "\($0.key)=\(Self.escaped($0.value))" }.sorted().joined(separator: "&")
        return try await wire.send(
            .post, url, headers: ["Content-Type": "application/x-www-form-urlencoded"], body: Array(form.utf8))
    }

    private func refused(_ url: String, _ answer: HTTPResponse) -> Disappointment {
        Disappointment(
            description:
                "the page \(url) answers \(answer.status): \(String(decoding: answer.body.prefix(999), as: UTF8.self))"
        )
    }

    private static func escaped(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? text
    }
}

/// The first form of a page: where it goes, and what it carries unseen.
struct PageForm {
    let action: String
    let hidden: [String: String]

    init?(_ page: String) {
        guard let form = page.firstMatch(of: /<form[^>]*action="([^"]*)"/) else { return nil }
        action = String(form.1)
        hidden = Dictionary(
            page.matches(of: /<input type="hidden" name="([^"]*)" value="([^"]*)"/).map { (String($0.1), String($0.2)) }
        ) { first, _ in first }
    }
}

/// Bursar's HTTP API, as a merchant's server or the platform calls it.
struct BursarAPI: Sendable {
    let wire: Wire
    let base: String
    let key: String
    var account: String?

    func account(_ id: String) -> BursarAPI {
        var api = self
        api.account = id
        return api
    }

    func get(_ path: String) async throws -> Value {
        try await wire.json(.get, base + path, headers: headers, body: nil)
    }

    @discardableResult
    func post(_ path: String, _ body: Value) async throws -> Value {
        try await wire.json(.post, base + path, headers: headers, body: body.json)
    }

    /// Whatever it is answered.
    func ask(_ path: String, _ body: Value) async throws -> (status: Int, body: Value) {
        let answer = try await wire.send(.post, base + path, headers: headers, body: body.json)
        return (answer.status, try JSONDecoder().decode(Value.self, from: Data(answer.body)))
    }

    private var headers: HTTPHeaders {
        var headers: HTTPHeaders = ["Authorization": "Bearer \(key)", "Content-Type": "application/json"]
        if let account { headers.append("Bursar-Account", account) }
        return headers
    }
}

/// What only Stripe can do, done by the sandbox's control calls and by its API.
struct SandboxControl: Sendable {
    let wire: Wire
    let base: String
    let secretKey: String

    func get(_ path: String) async throws -> Value {
        try await wire.json(.get, base + path, headers: [:], body: nil)
    }

    @discardableResult
    func post(_ path: String, _ fields: [String: String], account: String? = nil) async throws -> Value {
        let form = fields.map { "\($0.key)=\($0.value)" }.joined(separator: "&")
        var headers: HTTPHeaders = [
            "Authorization": "Bearer \(secretKey)", "Content-Type": "application/x-www-form-urlencoded",
        ]
        if let account { headers.append("Stripe-Account", account) }
        return try await wire.json(.post, base + path, headers: headers, body: Array(form.utf8))
    }

    /// Makes the next webhooks go wrong: `drop`, `duplicate`, `reorder`.
    /// - Parameter type: only those of this type of event.
    func disturbWebhooks(_ fault: String, of type: String?, count: Int) async throws {
        var fields = ["fault": fault, "count": "\(count)"]
        fields["type"] = type
        try await post("/_sandbox/event_faults", fields)
    }

    /// How many of the ordered disturbances have not come about yet.
    func remainingDisturbances() async throws -> Int {
        try await get("/_sandbox/faults")["events"].list.reduce(0) { $0 + ($1["left"].wholeOrNil ?? 0) }
    }

    func stopDisturbing() async throws {
        _ = try await wire.json(.delete, base + "/_sandbox/faults", headers: [:], body: nil)
    }

    func attach(_ method: String, to customer: String, on account: String?) async throws -> Value {
        try await post("/v1/payment_methods/\(method)/attach", ["customer": customer], account: account)
    }
}
