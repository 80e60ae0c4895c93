import Testing

@testable import Rehearsal

@Suite struct AccessMatrixTests {
    @Test func `every route is called by everybody`() async throws {
        let routes = try await RouteLine.table()
        let matrix = AccessMatrix(routes)
        let called = Dictionary(grouping: matrix.cases, by: \.route).mapValues { Set($0.map(\.caller)).count }
        // What ends things is not called by those who may, in `Case.wouldEndThings`.
        #expect(routes.filter { called[$0, default: 0] < AccessMatrix.Caller.allCases.count - 2 } == [])
        #expect(Set(matrix.cases).count == matrix.cases.count && matrix.cases.count > 2_000)
    }

    @Test func `every route with a thing in its path or in its body is tried with another's and with nobody's`()
        async throws
    {
        let routes = try await RouteLine.table().filter { $0.opener != .anybody && $0.opener != .platform }
        let pairs = Dictionary(grouping: AccessMatrix(routes).pairs, by: \.known.route)
        for route in routes where route.path.contains("{") || FullBodies.namesThings(route) {
            let strangers = pairs[route, default: []].filter { $0.known.caller == .stranger }
            #expect(strangers.contains { $0.known.aim == .theirs && $0.unknown.aim == .nothing }, "\(route.name)")
        }
    }

    private static func one(
        _ opener: RouteLine.Opener, _ caller: AccessMatrix.Caller, _ aim: AccessMatrix.Aim = .theirs,
        _ named: AccessMatrix.Named = .none
    ) -> AccessMatrix.Case {
        let route = RouteLine(method: "GET", path: "/v1/things/{id}", opener: opener, takesJSON: false, query: [])
        return AccessMatrix.Case(route: route, caller: caller, aim: aim, named: named)
    }

    @Test func `whoever is let in where they may not, or hears more than nothing, is seen`() {
        let wrong: [(AccessMatrix.Case, Int, String?)] = [
            (Self.one(.account, .nobody), 200, nil), (Self.one(.account, .revoked), 403, "account_key_required"),
            (Self.one(.account, .stranger), 200, nil), (Self.one(.account, .stranger), 403, "forbidden"),
            (Self.one(.account, .stranger, .theirs, .theirs), 200, nil), (Self.one(.platform, .owner), 200, nil),
            (Self.one(.account, .customer), 200, nil), (Self.one(.customer, .otherCustomer), 200, nil),
            (Self.one(.account, .owner), 404, "not_found"), (Self.one(.account, .owner), 500, "internal_error"),
            (Self.one(.account, .platform), 200, nil), (Self.one(.customer, .strangersCustomer), 403, "x"),
        ]
        for (one, status, code) in wrong { #expect(one.fault(status: status, code: code) != nil, "\(one.name)") }
        let right: [(AccessMatrix.Case, Int, String?)] = [
            (Self.one(.account, .nobody), 401, "unauthenticated"), (Self.one(.account, .expired), 401, "key_expired"),
            (Self.one(.account, .stranger), 404, "not_found"), (Self.one(.account, .owner), 200, nil),
            (Self.one(.account, .customer), 403, "account_key_required"), (Self.one(.anybody, .nobody), 404, nil),
            (Self.one(.account, .platform), 400, "account_header_missing"),
            (Self.one(.account, .platform, .theirs, .theirs), 200, nil),
        ]
        for (one, status, code) in right { #expect(one.fault(status: status, code: code) == nil, "\(one.name)") }
    }
}
