import Billing
import Ledger
import Server
import Storage
import Worker

/// The configuration moves in by the routes that take it from users, so that the file means what the API means.
extension Forecast {
    /// - Throws: `Breach`, with the place in the file and what the API has to say of it.
    func open() async throws -> Market.Merchant {
        let house = simulation.house
        let platformKey = try await house.database.write { [worker = house.worker] tx in
            try worker.keys.mint(account: nil, name: "forecast", by: .commandLine, in: tx).secret
        }
        let made = try await post("/v1/accounts", .object(input.account), with: platformKey, at: "")
        guard let id = made.text("id"), let account = ConnectedAccount.ID(id) else {
            throw ForecastInput.wrong("the account was answered with no id")
        }
        let path = "/v1/accounts/\(id)"
        let key = try await post("\(path)/keys", with: platformKey).text("secret") ?? ""
        try await connect(path, with: platformKey)
        for part in ForecastInput.Part.allCases {
            for (place, body) in (input.parts[part] ?? []).enumerated() {
                _ = try await post(part.path, body, with: key, at: "\(part.rawValue)[\(place)]")
            }
        }
        return try await house.database.read { [worker = house.worker] tx in
            let found = try worker.accounts.get(account, in: tx)
            return Market.Merchant(account: account, key: key, currency: found.currency, markup: found.markup)
        }
    }

    private func connect(_ path: String, with key: String) async throws {
        let house = simulation.house
        if input.account["stripe"] == .text("connect") {
            _ = try await post("\(path)/onboarding_links", with: key)
            let stripe = try await look(path, with: key).text("stripe_account") ?? ""
            await house.call("/_sandbox/accounts/\(stripe)/onboard")
            _ = try await post("\(path)/refresh", with: key)
        } else {
            try await house.database.write { [worker = house.worker] tx in try worker.accounts.settlePlatform(in: tx) }
        }
        let standing = try await look(path, with: key)
        guard standing.text("status") == ConnectedAccount.Status.connected.rawValue else {
            throw ForecastInput.wrong("stripe: the account is \(standing.text("status") ?? "not there")")
        }
    }

    /// Customers go round the plans; the cards of some decline.
    func populate(_ merchant: Market.Merchant) async throws -> [(name: String, plan: String)] {
        var names: [(name: String, plan: String)] = []
        let perPlan = Int64(max(1, profile.customers / input.plans.count))
        for number in 0..<profile.customers {
            let (name, plan) = ("customer-\(number)", input.plans[number % input.plans.count])
            let declines = Int64(number / input.plans.count * 100 + 50) <= profile.declinesPercent * perPlan
            let own: [String: JSONTree] = ["external_id": .text(name), "plan": .text(plan)]
            let body = input.customer.merging(own) { _, own in own }
            _ = try await post("/v1/customers", .object(body), with: merchant.key, at: "customer")
            _ = try await simulation.putCard(declines ? .declinedLater : .good, of: name, at: merchant)
            if let filling = input.autoTopUp {
                let path = "/v1/customers/\(name)/auto_top_up"
                _ = try await post(path, filling, with: merchant.key, at: "auto_top_up")
            }
            names.append((name, plan))
        }
        return names
    }

    /// - Parameter place: in the file, of what is sent.
    func post(
        _ target: String, _ body: JSONTree = .object([:]), with key: String, at place: String = "stripe"
    ) async throws -> Members {
        posted += 1
        let request = try InProcessRequest.posting(body, to: target, with: key, under: "forecast \(posted)")
        let heard = Heard(try await simulation.house.answer(request))
        guard heard.status < 400 else { throw Self.fault(heard.members, at: place) }
        return heard.members
    }

    private func look(_ target: String, with key: String) async throws -> Members {
        Heard(try await simulation.house.answer(.getting(target, with: key))).members
    }

    /// What the API has to say, with the place in the file.
    static func fault(_ problem: Members, at place: String) -> Breach {
        let field = [place, problem.text("field") ?? ""].filter { !$0.isEmpty }.joined(separator: ".")
        let detail = problem.text("detail") ?? problem.text("code") ?? "it is refused"
        return ForecastInput.wrong(field.isEmpty ? detail : "\(field): \(detail)")
    }
}
