import HTTPTypes
import Storage

/// Who may use a route, and which account it is about.
///
/// A customer's key opens what is open to anybody and what says `customer`, and nothing else.
public enum Access: String, Sendable, Hashable, CaseIterable {
    /// Anybody: pages, signed webhooks, probes.
    case open
    /// The platform's key.
    case platform
    /// An account's key, or the platform's with `Bursar-Account`.
    case account
    /// The key of one customer, about that customer alone; else as `account`. Whom the call may be about, the route
    /// asks `Call.customerBound`.
    case customer
    /// The key of the account that the path names, or the platform's.
    case accountInPath
    /// An account's key for that account; the platform's for all accounts, or for one with `Bursar-Account`.
    case anyScope

    /// Whether the platform has to say by `Bursar-Account` which account it means.
    var needsHeader: Bool { self == .account || self == .customer }
}

/// What a route takes as its body.
public enum BodyRule: Sendable, Hashable {
    /// None; one that is sent is not looked at.
    case none
    /// A JSON value. An empty body counts as `{}`.
    case json
    /// JSON as above, or CloudEvents in any of their three forms.
    case events
    /// A few form fields from a page of ours.
    case form
    /// Bytes that are signed as they are.
    case webhook

    public var isJSON: Bool { self == .json || self == .events }

    func limit(_ limits: ServerLimits) -> Int {
        switch self {
        case .none: 0
        case .json, .events: limits.apiBodyBytes
        case .form: limits.formBodyBytes
        case .webhook: limits.webhookBodyBytes
        }
    }
}

/// How a route does its work. The outer closures read the request, off the database's threads, and refuse what is
/// malformed.
enum Work: Sendable {
    typealias InTransaction = @Sendable (Transaction) throws -> Answer

    /// On one snapshot of the database.
    case reads(@Sendable (Call) throws -> InTransaction)
    /// Page by page, each on a snapshot of its own, sent while the next is read.
    case streams(@Sendable (Call) throws -> any TextStream)
    /// In one transaction, which also holds the answer remembered under the Idempotency-Key.
    case writes(@Sendable (Call) throws -> InTransaction)
    /// By asking Stripe: the Idempotency-Key is claimed first, and the answer remembered at the end.
    case calls(@Sendable (Call) throws -> @Sendable () async throws -> Answer)
    /// Outside the API: no Idempotency-Key.
    case serves(@Sendable (Call) async throws -> Answer)
}

/// A line of the table of routes. Tests read the table as well: each route is tried with each scope and tenant.
struct Route: Sendable {
    let method: HTTPRequest.Method
    /// With parameters in braces: `/v1/accounts/{id}`.
    let path: String
    let access: Access
    let body: BodyRule
    /// The names that may stand in the query.
    let query: Set<String>
    let work: Work
    /// Whether a browser asks, so that problems are shown as pages.
    let isPage: Bool
    /// The answer holds a secret, which must not rest in the database in the clear.
    let answersSecret: Bool
    /// Whether an account's key with bounds may come here: it looks, reports usage and asks for leave to use.
    let isUse: Bool

    init(
        _ method: HTTPRequest.Method, _ path: String, _ access: Access, body: BodyRule? = nil, query: Set<String> = [],
        isPage: Bool = false, answersSecret: Bool = false, isUse: Bool? = nil, _ work: Work
    ) {
        self.method = method
        self.path = path
        self.access = access
        self.body = body ?? (method == .post ? .json : .none)
        self.query = query
        self.isPage = isPage
        self.answersSecret = answersSecret
        self.isUse = isUse ?? (method == .get)
        self.work = work
    }

    /// Whether the route takes an Idempotency-Key.
    var isIdempotent: Bool {
        switch work {
        case .writes, .calls: method == .post
        case .reads, .streams, .serves: false
        }
    }

    static let paging: Set<String> = ["limit", "starting_after"]
}
