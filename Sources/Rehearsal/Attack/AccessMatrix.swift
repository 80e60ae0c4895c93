/// Every route × who calls × whose thing is meant, made from the table of routes; and what must come of it.
public struct AccessMatrix: Sendable {
    /// Who calls.
    public enum Caller: String, Sendable, Hashable, CaseIterable {
        case nobody = "no key"
        case wrongKey = "a key that nobody has"
        case malformed = "a key in another scheme"
        case overlong = "a key of 6,000 characters"
        case revoked = "a revoked key"
        case expired = "an expired key"
        case platform = "the platform"
        case owner = "the merchant"
        case stranger = "another merchant"
        case customer = "the merchant's customer"
        case otherCustomer = "another customer of the merchant's"
        case strangersCustomer = "another merchant's customer"

        /// Whether nobody stands behind it.
        public var isNobody: Bool {
            [.nobody, .wrongKey, .malformed, .overlong, .revoked, .expired].contains(self)
        }

        public var isCustomer: Bool { [.customer, .otherCustomer, .strangersCustomer].contains(self) }
    }

    /// Whose thing the call is about.
    public enum Aim: String, Sendable, Hashable, CaseIterable {
        /// The merchant's thing.
        case theirs
        /// What nobody has.
        case nothing
    }

    /// What `Bursar-Account` says.
    public enum Named: String, Sendable, Hashable, CaseIterable {
        case none
        /// The merchant.
        case theirs
        /// An account that does not exist.
        case nothing
        /// No account's name at all.
        case nonsense
    }

    public struct Case: Sendable, Hashable {
        public let route: RouteLine
        public let caller: Caller
        public let aim: Aim
        public let named: Named

        public var name: String {
            "\(route.name) by \(caller.rawValue), about \(aim.rawValue), account \(named.rawValue)"
        }
    }

    /// Two calls that must not be told apart, beyond ids.
    public struct Pair: Sendable, Hashable {
        public let known: Case
        public let unknown: Case
    }

    public let cases: [Case]

    public init(_ routes: [RouteLine]) {
        cases = routes.flatMap { route in
            Caller.allCases.flatMap { caller in
                (Self.namesThings(route) ? Aim.allCases : [.theirs]).flatMap { aim in
                    Self.names(for: route, caller).map { Case(route: route, caller: caller, aim: aim, named: $0) }
                }
            }
        }.filter { !$0.wouldEndThings }
    }

    /// Whether the path or the body says which thing is meant.
    static func namesThings(_ route: RouteLine) -> Bool {
        route.path.contains("{") || FullBodies.namesThings(route)
    }

    /// The header is varied where it can matter.
    private static func names(for route: RouteLine, _ caller: Caller) -> [Named] {
        guard route.opener != .anybody, route.opener != .platform, route.opener != .accountInPath else {
            return [.none]
        }
        return switch caller {
        case .platform, .stranger, .strangersCustomer, .owner: Named.allCases
        default: [.none]
        }
    }

    /// Cases that differ only in whether what is meant is another's or nobody's.
    public var pairs: [Pair] {
        let all = Set(cases)
        return cases.compactMap { one in
            guard one.looksForAnothers else { return nil }
            let byPath = one.aim == .theirs && Self.namesThings(one.route)
            let other = Case(
                route: one.route, caller: one.caller, aim: byPath ? .nothing : one.aim,
                named: byPath ? one.named : .nothing)
            guard one.named != .nonsense, all.contains(other) else { return nil }
            return Pair(known: one, unknown: other)
        }
    }
}

extension AccessMatrix.Case {
    /// A call that succeeds and takes away what others need; that it succeeds, other tests show.
    fileprivate var wouldEndThings: Bool {
        guard route.endsThings, aim == .theirs else { return false }
        return caller == .platform || caller == .owner || route.opener == .anybody
    }

    /// Whether the caller has no right to what is meant, so that it must look like nothing.
    fileprivate var looksForAnothers: Bool {
        switch caller {
        case .stranger, .strangersCustomer: aim == .theirs && AccessMatrix.namesThings(route) || named == .theirs
        case .otherCustomer: aim == .theirs && AccessMatrix.namesThings(route)
        default: caller.isNobody && aim == .theirs && AccessMatrix.namesThings(route)
        }
    }

    /// What is wrong with an answer by itself.
    /// - Parameter code: of the problem.
    public func fault(status: Int, code: String?) -> String? {
        if status >= 500 && status != 504 { return "answered \(status)" }
        guard route.opener != .anybody else { return nil }
        if caller.isNobody {
            let allowed = caller == .expired ? ["key_expired", "unauthenticated"] : ["unauthenticated"]
            // A header that is longer than the server reads is refused before anybody is asked for a key.
            if caller == .overlong, status == 431 { return nil }
            return status == 401 && allowed.contains(code ?? "") ? nil : "answered \(status) \(code ?? "") to nobody"
        }
        if route.opener == .platform, caller != .platform {
            return status == 403 && code == "platform_key_required" ? nil : "answered \(status) \(code ?? "")"
        }
        if caller.isCustomer, route.opener != .customer {
            return status == 403 && code == "account_key_required" ? nil : "answered \(status) \(code ?? "")"
        }
        return isAllowed ? faultOfAllowed(status, code) : faultOfForeign(status, code)
    }

    /// Whether the caller may do this to whatever is meant.
    private var isAllowed: Bool {
        switch caller {
        case .platform, .owner: true
        case .customer: true
        default: false
        }
    }

    private func faultOfAllowed(_ status: Int, _ code: String?) -> String? {
        if named == .nothing || named == .nonsense {
            return status == 404 ? nil : "answered \(status) for an account that does not exist"
        }
        if caller == .platform, named == .none, route.opener.needsHeader {
            return status == 400 && code == "account_header_missing" ? nil : "answered \(status) \(code ?? "")"
        }
        if aim == .nothing, AccessMatrix.namesThings(route) { return nil }
        // A customer's key sees one customer's things; which of the merchant's are theirs, the route decides.
        if caller == .customer { return status == 401 || status == 403 ? "answered \(status) to whom it belongs" : nil }
        return [401, 403].contains(status) || (status == 404 && aim == .theirs && route.path.contains("{"))
            ? "answered \(status) \(code ?? "") to whom it belongs" : nil
    }

    private func faultOfForeign(_ status: Int, _ code: String?) -> String? {
        if named == .theirs || named == .nothing || named == .nonsense {
            return status == 404 ? nil : "answered \(status) where another's account was named"
        }
        guard aim == .theirs, route.path.contains("{"), route.opener != .anybody else { return nil }
        return status == 404 ? nil : "answered \(status) \(code ?? "") about another's thing"
    }
}
