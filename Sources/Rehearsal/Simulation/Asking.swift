import Foundation
import Server
import Worker

/// A request to Bursar, and what its caller makes of the answer, whenever that comes.
struct Asking: Sendable {
    typealias Then = @Sendable (isolated Simulation, Heard) throws -> String

    let request: InProcessRequest
    let then: Then
}

/// An answer that was heard.
struct Heard: Sendable {
    let status: Int
    let location: String?
    private let body: [UInt8]

    init(_ answer: InProcessAnswer) {
        (status, location, body) = (answer.status, answer.location, answer.body)
    }

    var members: Members { Members(body) }
    var code: String { members.text("code") ?? "\(status)" }
}

/// The members of a JSON object.
struct Members {
    private let members: [String: Any]

    /// Of what is none, there are none.
    init(_ body: [UInt8]) {
        members = (try? JSONSerialization.jsonObject(with: Data(body))) as? [String: Any] ?? [:]
    }

    private init(_ members: [String: Any]) { self.members = members }

    func text(_ name: String) -> String? { members[name] as? String }
    func integer(_ name: String) -> Int64? { (members[name] as? Int).map(Int64.init) }
    func object(_ name: String) -> Members { Members(members[name] as? [String: Any] ?? [:]) }
    func integers(_ name: String) -> [Int64]? { (members[name] as? [Int])?.map(Int64.init) }
    func list(_ name: String) -> [Members] { (members[name] as? [[String: Any]] ?? []).map(Members.init) }
}

extension InProcessRequest {
    /// - Parameter name: its Idempotency-Key.
    static func posting(
        _ body: JSONTree, to target: String, with key: String, under name: String
    ) throws -> InProcessRequest {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let headers = [
            "Authorization": "Bearer \(key)", "Content-Type": "application/json", "Idempotency-Key": name,
        ]
        return InProcessRequest("POST", target, headers: headers, body: [UInt8](try encoder.encode(body)))
    }

    static func getting(_ target: String, with key: String) -> InProcessRequest {
        InProcessRequest("GET", target, headers: ["Authorization": "Bearer \(key)"])
    }
}

/// Why a caller who needs an answer now has none to go on with.
enum Unheard: Error {
    case noAnswer
    case refused(String)
}

/// The routes of the server as its callers use them: in this process, with their keys. A process that dies meanwhile,
/// and a 503 or 504, is no answer.
extension Simulation {
    static let noAnswer = "no answer"

    /// Asks for a change under an Idempotency-Key of its own. Without an answer it is asked again, the same to the
    /// byte, before the next act.
    /// - Returns: what came of it: `then`'s word, a refusal, or `noAnswer`.
    func ask(
        _ target: String, _ body: JSONTree = .object([:]), with key: String,
        then: @escaping Asking.Then = { _, heard in heard.members.text("status") ?? "done" }
    ) async throws -> String {
        asked += 1
        let name = "act \(acting), request \(asked)"
        return try await send(
            Asking(request: try .posting(body, to: target, with: key, under: name), then: then))
    }

    func send(_ asking: Asking) async throws -> String {
        guard let heard = try await hear(asking.request) else {
            market.unanswered.append(asking)
            return Self.noAnswer
        }
        return heard.status < 400 ? try asking.then(self, heard) : "refused: \(heard.code)"
    }

    /// - Throws: `Unheard`.
    func look(_ target: String, with key: String) async throws -> Members {
        guard let heard = try await hear(.getting(target, with: key)) else { throw Unheard.noAnswer }
        guard heard.status < 400 else { throw Unheard.refused(heard.code) }
        return heard.members
    }

    /// A page, as a browser opens it, or posts its form.
    /// - Throws: `Unheard`.
    func visit(_ target: String, form: String? = nil) async throws -> Heard {
        let headers = ["Content-Type": "application/x-www-form-urlencoded"]
        let request = InProcessRequest(
            form == nil ? "GET" : "POST", target, headers: form == nil ? [:] : headers, body: Array((form ?? "").utf8))
        guard let heard = try await hear(request) else { throw Unheard.noAnswer }
        return heard
    }

    /// - Returns: nil where nothing was heard.
    func hear(_ request: InProcessRequest) async throws -> Heard? {
        figures.requests += 1
        let heard = Heard(try await house.answer(request))
        if house.trouble.isDead || heard.status == 503 || heard.status == 504 { return nil }
        let code = heard.status < 400 ? "" : heard.code
        // Whoever asked first is taken to be at work still, for as long as a lease.
        if code == "idempotency_key_in_flight" { return nil }
        guard heard.status < 500, !Self.slips.contains(code) else {
            throw Breach("only known answers", "\(request.method) \(request.target): \(heard.status) \(code)")
        }
        return heard
    }

    /// Refusals that no caller of a rehearsal should ever get: it would be the rehearsal that is wrong.
    private static let slips: Set<String> = [
        "missing_field", "invalid_body", "malformed_json", "unknown_parameter", "unknown_field", "unauthenticated",
        "route_not_found", "method_not_allowed", "unsupported_media_type", "idempotency_key_reused",
        "account_header_missing", "platform_key_required", "account_key_required",
    ]

    /// One of the newest things of a kind, of the first merchant, from the one that `pick` says on, who has any.
    /// - Parameter path: of a list that the API answers.
    func found(
        _ path: String, _ pick: UInt64, where fits: (Members) -> Bool = { _ in true }
    ) async throws -> (merchant: Market.Merchant, thing: Members)? {
        let merchants = market.merchants
        for place in merchants.indices {
            let merchant = merchants[(Int(pick % UInt64(merchants.count)) + place) % merchants.count]
            let things = try await look(path, with: merchant.key).list("data").filter(fits)
            if !things.isEmpty { return (merchant, things[Int(pick / 5 % UInt64(things.count))]) }
        }
        return nil
    }
}
