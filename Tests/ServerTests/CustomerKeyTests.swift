import HTTPTypes
import Ledger
import Testing
import Worker

@testable import Server

/// What a customer's key opens, tried on every route of the table: its own, and nothing else.
struct CustomerKeyTests {
    private func reply(
        _ house: ServedHouse, _ route: Route, _ path: String, key: String, account: String? = nil
    ) async throws -> Reply {
        let body = route.method == .post ? "{}" : nil
        return try await house.call(route.method.rawValue, path, body, key: key, account: account)
    }

    @Test func `a customer's key opens no route that does not say so`() async throws {
        try await ServedHouse.open { house in
            let ada = try await Belongings(in: house, "ada")
            for route in try house.routes where route.access != .open && route.access != .customer {
                let wanted = route.access == .platform ? "platform_key_required" : "account_key_required"
                for account in [nil, ada.account, "bacc_00000000000000000000000000"] {
                    let reply = try await reply(
                        house, route, ada.path(of: route), key: ada.customerKey, account: account)
                    #expect(reply.status == 403, "\(route.method) \(route.path): \(reply.text)")
                    #expect(reply.code == wanted, "\(route.method) \(route.path)")
                }
            }
        }
    }

    @Test func `a customer's key reaches its own, with its account named or not`() async throws {
        try await ServedHouse.open { house in
            let ada = try await Belongings(in: house, "ada")
            for route in try house.routes where route.access == .customer {
                for account in [nil, ada.account] {
                    let reply = try await reply(
                        house, route, ada.path(of: route), key: ada.customerKey, account: account)
                    #expect(![401, 403, 404].contains(reply.status), "\(route.method) \(route.path): \(reply.text)")
                    #expect(reply.status < 500, "\(route.method) \(route.path)")
                }
            }
        }
    }

    @Test func `to a customer's key another's things look like what does not exist`() async throws {
        try await ServedHouse.open { house in
            let ada = try await Belongings(in: house, "ada")
            let ben = try await Belongings(in: house, "ben")
            let sibling = try #require(
                try await house.post("/v1/customers", #"{"external_id": "sibling"}"#, key: ada.key).string("id"))
            let keys = [try await Belongings.mint(house, ada.account, sibling).secret, ben.customerKey]
            for route in try house.routes where route.access == .customer && route.path.contains("{") {
                for key in keys {
                    let foreign = try await reply(house, route, ada.path(of: route), key: key)
                    let unknown = try await reply(house, route, ada.pathToNothing(of: route), key: key)
                    #expect(foreign.status == 404, "\(route.method) \(route.path): \(foreign.text)")
                    #expect(unknown.status == 404, "\(route.method) \(route.path): \(unknown.text)")
                    #expect(foreign.withoutIDs == unknown.withoutIDs)
                }
            }
        }
    }

    @Test func `a customer's key reaches no other account by the header`() async throws {
        try await ServedHouse.open { house in
            let ada = try await Belongings(in: house, "ada")
            let ben = try await Belongings(in: house, "ben")
            for route in try house.routes where route.access == .customer {
                for other in [ada.account, ada.account.dropLast(6) + "zzzzzz", "nonsense"] {
                    let reply = try await reply(
                        house, route, ben.path(of: route), key: ben.customerKey, account: String(other))
                    #expect(reply.status == 404, "\(route.method) \(route.path)")
                }
            }
        }
    }

    @Test func `usage is a customer's own, asked for by any name or by none`() async throws {
        try await ServedHouse.open { house in
            let ada = try await Belongings(in: house, "ada")
            let events = ["of ada", "sibling"].map { #"{"id": "\#($0)", "customer": "\#($0)", "cost_micros": 7}"# }
            let used = try await house.post("/v1/usage", "[\(events.joined(separator: ", "))]", key: ada.key)
            #expect(used.integer("accepted") == 2)
            for query in ["", "?customer=of%20ada", "?customer=\(ada.customer)"] {
                let own = try await house.get("/v1/usage\(query)", key: ada.customerKey)
                #expect(own.data.map { $0["id"] as? String } == ["of ada"], "\(query): \(own.text)")
                #expect(!own.text.contains("cost_micros") && !own.text.contains("markup_percent"))
            }
            let totals = try await house.get("/v1/usage?from=2020-01-01&to=2029-12-31", key: ada.customerKey)
            #expect(totals.data.map { $0["requests"] as? Int } == [1])
            #expect(!totals.text.contains("cost_micros") && !totals.text.contains("margin_micros"))
            let foreign = try await house.get("/v1/usage?customer=sibling", key: ada.customerKey)
            let unknown = try await house.get("/v1/usage?customer=nobody", key: ada.customerKey)
            #expect(foreign.status == 404)
            #expect(foreign.withoutIDs == unknown.withoutIDs)
        }
    }

    @Test func `an expired key opens nothing, and its holder is told why`() async throws {
        try await ServedHouse.open { house in
            let ada = try await Belongings(in: house, "ada")
            let end = house.clock.now.adding(seconds: 60)
            let key = try await Belongings.mint(
                house, ada.account, ada.customer, NewKey(name: "for a minute", expiresAt: end))
            house.clock.advance(seconds: 59)
            #expect(try await house.get("/v1/usage", key: key.secret).status == 200)
            house.clock.advance(seconds: 1)
            for route in try house.routes where route.access != .open {
                let reply = try await reply(house, route, ada.path(of: route), key: key.secret)
                #expect(reply.status == 401, "\(route.method) \(route.path)")
                #expect(reply.code == "key_expired")
                #expect(reply.headers["www-authenticate"]?.hasPrefix("Bearer") == true)
            }
            let figures = try await house.call(
                "GET", "/metrics", nil as String?, key: key.secret, headers: ["X-Forwarded-For": "192.0.2.1"])
            #expect(figures.code == "key_expired")
        }
    }
}
