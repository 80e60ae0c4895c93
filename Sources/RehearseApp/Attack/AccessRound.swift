import Foundation
import Rehearsal

/// Every route × who calls × whose thing is meant.
struct AccessRound {
    let castle: Castle
    let routes: [RouteLine]
    let merchant: Settler
    let stranger: Settler

    private let numbers = Numbers()

    init(_ castle: Castle, _ routes: [RouteLine], _ merchant: Settler, _ stranger: Settler) {
        self.castle = castle
        self.routes = routes
        self.merchant = merchant
        self.stranger = stranger
    }

    func play(into report: inout AttackReport) async throws {
        let matrix = AccessMatrix(routes)
        let keys = try await self.keys()
        let caller = castle.caller()
        var broken: [String] = []
        var told: [AccessMatrix.Case: RawAnswer] = [:]
        for one in matrix.cases {
            guard let answer = try play(one, keys, caller) else {
                broken.append("\(one.name) was not answered")
                continue
            }
            told[one] = answer
            if let fault = one.fault(status: answer.status, code: answer.code) {
                broken.append("\(one.name) \(fault): \(answer.text.prefix(200))")
            }
        }
        for pair in matrix.pairs {
            guard let known = told[pair.known], let unknown = told[pair.unknown] else { continue }
            if let difference = difference(known, unknown) {
                broken.append("\(pair.known.name) can be told: \(difference)")
            }
        }
        report.add("routes", routes.count)
        report.add("  calls: route × caller × tenant × account header", matrix.cases.count)
        report.add("  pairs of foreign and unknown compared", matrix.pairs.count)
        report.expectNone("  calls answered otherwise than they must be", broken)
    }

    private func difference(_ known: RawAnswer, _ unknown: RawAnswer) -> String? {
        if known.status != unknown.status { return "\(known.status) and \(unknown.status)" }
        if blanked(known) != blanked(unknown) {
            return "\(blanked(known).prefix(300)) and \(blanked(unknown).prefix(300))"
        }
        let names = [known, unknown].map { Set($0.headers.keys) }
        return names[0] == names[1] ? nil : "header \(names[0].symmetricDifference(names[1]).sorted())"
    }

    /// Without the ids, and without the names that are in the path.
    private func blanked(_ answer: RawAnswer) -> String {
        let things = [merchant.holdings, merchant.holdings.unknown].flatMap(\.things.values)
        return things.reduce(answer.withoutIDs) { $0.replacing($1, with: "ID") }
    }

    private func play(_ one: AccessMatrix.Case, _ keys: [AccessMatrix.Caller: String], _ caller: Caller) throws
        -> RawAnswer?
    {
        let holdings = one.aim == .theirs ? merchant.holdings : merchant.holdings.unknown
        guard let path = holdings.path(of: one.route) else {
            throw AttackTrouble("there is nothing to put into \(one.route.path)")
        }
        let isPost = one.route.method == "POST"
        let body = isPost ? FullBodies.filled(one.route, with: holdings, number: numbers.number(of: one)) : nil
        var headers: [String: String] = [:]
        if one.caller == .malformed {
            headers["Authorization"] = "Basic " + Data(merchant.key.utf8).base64EncodedString()
        }
        let account: String? =
            switch one.named {
            case .none: nil
            case .theirs: merchant.account
            case .nothing: merchant.holdings.unknown.things["accounts"]
            case .nonsense: "no account"
            }
        return try caller.call(
            one.route.method, path, body, key: keys[one.caller], account: account, headers: headers)
    }

    private func keys() async throws -> [AccessMatrix.Caller: String] {
        let revoked = try mint(#"{"name": "revoked"}"#)
        _ = try castle.platform.call("POST", "/v1/keys/\(revoked.id)/revoke", "{}", key: merchant.key)
        let soon = Date(timeIntervalSinceNow: 2).formatted(.iso8601)
        let expired = try mint(#"{"name": "expired", "expires_at": "\#(soon)"}"#)
        try await castle.eventually("a key has expired") {
            try castle.platform.call("GET", "/v1/customers", key: expired.secret)?.status == 401 ? true : nil
        }
        return [
            .wrongKey: "bursar_a_key_that_nobody_has", .overlong: String(repeating: "k", count: 6_000),
            .revoked: revoked.secret, .expired: expired.secret, .platform: Castle.platformKey, .owner: merchant.key,
            .stranger: stranger.key, .customer: merchant.customerKey, .otherCustomer: merchant.otherCustomerKey,
            .strangersCustomer: stranger.customerKey,
        ]
    }

    private func mint(_ terms: String) throws -> (id: String, secret: String) {
        let answer = try castle.platform.call("POST", "/v1/keys", terms, key: merchant.key)
        guard let id = answer?.string("id"), let secret = answer?.string("secret") else {
            throw AttackTrouble("no key was minted: \(answer?.text ?? "")")
        }
        return (id, secret)
    }
}

/// A number for each route and caller, so that calls that are compared differ in nothing but whose thing is meant.
private final class Numbers {
    private var known: [String: Int] = [:]

    func number(of one: AccessMatrix.Case) -> Int {
        let name = "\(one.route.name) \(one.caller)"
        let number = known[name] ?? known.count + 1
        known[name] = number
        return number
    }
}
