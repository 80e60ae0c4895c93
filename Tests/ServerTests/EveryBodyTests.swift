import Testing

@testable import Server

/// No route takes a body without having read it.
struct EveryBodyTests {
    @Test func `what is not JSON, or has a field that nobody knows, is refused by every route`() async throws {
        try await ServedHouse.open { house in
            let ada = try await Belongings(in: house, "ada")
            for route in try house.routes where route.body == .json {
                let isPlatforms = route.access == .platform
                for body in ["{} {}", "not JSON", #"{"surely_unknown": 1}"#] {
                    let reply = try await house.call(
                        "POST", ada.path(of: route), body, key: isPlatforms ? ServedHouse.platformKey : ada.key)
                    #expect((400..<500).contains(reply.status), "\(route.path) \(body): \(reply.text)")
                }
            }
        }
    }
}
