import HTTPTypes
import Testing

@testable import Server

/// Who may do what, tried on every route of the table.
struct AccessTests {
    @Test func `without a valid key nothing but the open routes answers`() async throws {
        try await ServedHouse.open { house in
            let ada = try await Belongings(in: house, "ada")
            let revoked = try await house.post("/v1/accounts/\(ada.account)/keys")
            let secret = try #require(revoked.string("secret"))
            let id = try #require(revoked.string("id"))
            #expect(
                try await house.call("DELETE", "/v1/accounts/\(ada.account)/keys/\(id)", nil as String?).status == 200)
            for route in try house.routes where route.access != .open {
                for key in [
                    nil, "", "wrong", secret, ServedHouse.platformKey + "x", String(repeating: "k", count: 4_000),
                ] {
                    let reply = try await house.call(
                        route.method.rawValue, ada.path(of: route), route.method == .post ? "{}" : nil, key: key,
                        account: ada.account)
                    #expect(reply.status == 401, "\(route.method) \(route.path)")
                    #expect(reply.headers["www-authenticate"]?.hasPrefix("Bearer") == true)
                    #expect(reply.code == "unauthenticated")
                }
            }
        }
    }

    @Test func `an account's key opens no route of the platform`() async throws {
        try await ServedHouse.open { house in
            let ada = try await Belongings(in: house, "ada")
            for route in try house.routes where route.access == .platform {
                let reply = try await house.call(
                    route.method.rawValue, ada.path(of: route), route.method == .post ? "{}" : nil, key: ada.key)
                #expect(reply.status == 403, "\(route.method) \(route.path)")
                #expect(reply.code == "platform_key_required")
            }
        }
    }

    @Test func `another's things and things that do not exist look the same`() async throws {
        try await ServedHouse.open { house in
            let ada = try await Belongings(in: house, "ada")
            let ben = try await Belongings(in: house, "ben")
            for route in try house.routes
            where route.path.contains("{") && route.access != .open && route.access != .platform {
                let body = route.acceptableBody
                let foreign = try await house.call(route.method.rawValue, ada.path(of: route), body, key: ben.key)
                let unknown = try await house.call(
                    route.method.rawValue, ada.pathToNothing(of: route), body, key: ben.key)
                #expect(foreign.status == 404, "\(route.method) \(route.path): \(foreign.text)")
                #expect(unknown.status == 404, "\(route.method) \(route.path): \(unknown.text)")
                #expect(foreign.withoutIDs == unknown.withoutIDs)
            }
        }
    }

    @Test func `an account's key reaches no other account by the header`() async throws {
        try await ServedHouse.open { house in
            let ada = try await Belongings(in: house, "ada")
            let ben = try await Belongings(in: house, "ben")
            for route in try house.routes where route.access.needsHeader || route.access == .anyScope {
                let body = route.method == .post ? "{}" : nil
                for other in [ada.account, ada.account.dropLast(6) + "zzzzzz", "nonsense"] {
                    let reply = try await house.call(
                        route.method.rawValue, ben.path(of: route), body, key: ben.key, account: String(other))
                    #expect(reply.status == 404, "\(route.method) \(route.path)")
                }
            }
        }
    }

    @Test func `the platform says which account it means, and reaches each`() async throws {
        try await ServedHouse.open { house in
            let ada = try await Belongings(in: house, "ada")
            for route in try house.routes where route.access.needsHeader {
                let body = route.method == .post ? "{}" : nil
                let nameless = try await house.call(route.method.rawValue, ada.path(of: route), body)
                #expect(nameless.status == 400, "\(route.method) \(route.path)")
                #expect(nameless.code == "account_header_missing")
                let unknown = try await house.call(
                    route.method.rawValue, ada.path(of: route), body, account: ada.account.dropLast(6) + "zzzzzz")
                #expect(unknown.status == 404, "\(route.method) \(route.path)")
                let named = try await house.call(route.method.rawValue, ada.path(of: route), body, account: ada.account)
                #expect(![401, 403, 404].contains(named.status), "\(route.method) \(route.path): \(named.text)")
            }
        }
    }

    @Test func `a merchant's own key reaches all that is theirs`() async throws {
        try await ServedHouse.open { house in
            let ada = try await Belongings(in: house, "ada")
            // The latest full run is one over all accounts until the merchant starts their own.
            for route in try house.routes
            where [.account, .customer, .accountInPath, .anyScope].contains(route.access) && route.method != .delete {
                let reply = try await house.call(
                    route.method.rawValue, ada.path(of: route), route.method == .post ? "{}" : nil, key: ada.key)
                #expect(![401, 403, 404].contains(reply.status), "\(route.method) \(route.path): \(reply.text)")
                #expect(reply.status < 500)
            }
        }
    }

    @Test func `what the platform earns is not the merchant's to change`() async throws {
        try await ServedHouse.open { house in
            let made = try await house.post(
                "/v1/accounts",
                #"{"name": "Ada", "currency": "usd", "stripe": "connect", "application_fee_percent": 2.5}"#)
            let id = try #require(made.string("id"))
            let key = try #require(try await house.post("/v1/accounts/\(id)/keys").string("secret"))
            for field in [#""application_fee_percent": 0"#, #""application_fee_fixed": 0"#] {
                let reply = try await house.post("/v1/accounts/\(id)", "{\(field)}", key: key)
                #expect(reply.status == 403)
            }
            #expect(try await house.post("/v1/accounts/\(id)", #"{"markup_percent": 30}"#, key: key).status == 200)
            let account = try await house.get("/v1/accounts/\(id)")
            #expect(account.text.contains(#""application_fee_percent":2.5"#))
            #expect(account.text.contains(#""markup_percent":30"#))
        }
    }
}
