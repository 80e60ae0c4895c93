import Foundation
import Testing

@testable import StripeSandbox

/// A clock that a test sets, in milliseconds since 1970.
final class TestClock: @unchecked Sendable {
    private let lock = NSLock()
    private var milliseconds: Int64 = 1_790_000_000_000

    var now: Int64 { lock.withLock { milliseconds } }
    func advance(seconds: Int64) { lock.withLock { milliseconds += seconds * 1_000 } }
    func advance(milliseconds more: Int64) { lock.withLock { milliseconds += more } }
}

/// What a client saw.
struct Reply {
    let outcome: SandboxOutcome
    let answer: SandboxAnswer?
    /// The body; null where it is no JSON.
    let json: JSON

    init(outcome: SandboxOutcome) {
        self.outcome = outcome
        switch outcome {
        case .answer(let answer), .slow(let answer, _): self.answer = answer
        default: answer = nil
        }
        json = JSONReading.read(answer?.body ?? []) ?? .null
    }

    var status: Int { answer?.status ?? 0 }
    var body: String { String(decoding: answer?.body ?? [], as: UTF8.self) }
    var location: String { answer?.header("Location") ?? "" }

    subscript(key: String) -> JSON { json[key] ?? .null }
    var id: String { self["id"].string ?? "" }
    var error: JSON { self["error"] }
    var data: [JSON] { self["data"].array ?? [] }

    func header(_ name: String) -> String? { answer?.header(name) }
}

/// A sandbox, its clock, and a client that speaks to its core as a program would over HTTP.
struct SandboxClient {
    typealias Parameters = KeyValuePairs<String, String>

    let clock = TestClock()
    let sandbox: StripeSandbox
    let settings: SandboxSettings

    init(_ change: (inout SandboxSettings) -> Void = { _ in }) {
        var settings = SandboxSettings()
        settings.baseURL = "http://sandbox.test"
        change(&settings)
        self.settings = settings
        sandbox = StripeSandbox(settings: settings, clock: { [clock] in clock.now })
    }

    func post(
        _ path: String, _ parameters: Parameters = [:], account: String? = nil, key: String? = nil, fault: String? = nil
    ) async -> Reply {
        await send("POST", path, body: Self.form(parameters), account: account, key: key, fault: fault)
    }

    func get(_ path: String, _ parameters: Parameters = [:], account: String? = nil, fault: String? = nil) async
        -> Reply
    {
        let query = Self.form(parameters)
        return await send("GET", query.isEmpty ? path : path + "?" + query, account: account, fault: fault)
    }

    func delete(_ path: String, account: String? = nil) async -> Reply { await send("DELETE", path, account: account) }

    /// A page, by its whole URL; with a form it is sent.
    func page(_ url: String, _ form: Parameters? = nil) async -> Reply {
        let path = url.replacing(settings.baseURL, with: "")
        let request = SandboxRequest(
            method: form == nil ? "GET" : "POST", target: path, body: form.map { Array(Self.form($0).utf8) } ?? [])
        return Reply(outcome: await sandbox.handle(request))
    }

    func send(
        _ method: String, _ target: String, body: String = "", account: String? = nil, key: String? = nil,
        fault: String? = nil, headers: [String: String] = [:]
    ) async -> Reply {
        var all = ["Authorization": "Bearer \(settings.secretKey)"].merging(headers) { $1 }
        all["Stripe-Account"] = account
        all["Idempotency-Key"] = key
        all["Sandbox-Fault"] = fault
        let request = SandboxRequest(method: method, target: target, headers: all, body: Array(body.utf8))
        return Reply(outcome: await sandbox.handle(request))
    }

    static func form(_ parameters: Parameters) -> String {
        parameters.map { Form.escape($0.key) + "=" + Form.escape($0.value) }.joined(separator: "&")
    }
}

/// What many tests begin with.
extension SandboxClient {
    /// A connected account that may charge.
    func enabledAccount(country: String = "US") async -> String {
        let account = await post("/v1/accounts", ["country": country]).id
        _ = await post("/_sandbox/accounts/\(account)/onboard")
        return account
    }

    func customer(account: String? = nil, email: String = "ada@example.com") async -> String {
        await post("/v1/customers", ["email": email], account: account).id
    }

    /// A charge with nobody present.
    func charge(
        _ amount: Int64, _ currency: String = "usd", with method: String = "pm_card_visa", account: String? = nil,
        customer: String? = nil, fee: Int64? = nil, key: String? = nil, fault: String? = nil
    ) async -> Reply {
        var body = Self.form([
            "amount": String(amount), "currency": currency, "payment_method": method, "confirm": "true",
            "off_session": "true",
        ])
        if let customer { body += "&customer=" + customer }
        if let fee { body += "&application_fee_amount=\(fee)" }
        return await send("POST", "/v1/payment_intents", body: body, account: account, key: key, fault: fault)
    }

    /// An open Checkout Session.
    func session(
        _ amount: Int64 = 2_000, _ currency: String = "usd", account: String? = nil, customer: String? = nil,
        savesCard: Bool = false
    ) async -> Reply {
        var body = Self.form([
            "mode": "payment", "success_url": "https://shop.example/done?s={CHECKOUT_SESSION_ID}",
            "cancel_url": "https://shop.example/cancel", "line_items[0][quantity]": "1",
            "line_items[0][price_data][currency]": currency, "line_items[0][price_data][unit_amount]": String(amount),
            "line_items[0][price_data][product_data][name]": "Top-up",
        ])
        if let customer { body += "&customer=" + customer }
        if savesCard { body += "&" + Self.form(["payment_intent_data[setup_future_usage]": "off_session"]) }
        return await send("POST", "/v1/checkout/sessions", body: body, account: account)
    }

    /// The types of an account's events, oldest first.
    func eventTypes(account: String? = nil) async -> [String] {
        await get("/v1/events", ["limit": "100"], account: account).data.reversed().compactMap { $0["type"]?.string }
    }
}
