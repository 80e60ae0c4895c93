import Ledger
import Server

/// A line of the table of routes that the server answers by, for who tries all of them from outside.
public struct RouteLine: Sendable, Hashable {
    /// Whose key opens it, as `Server` says.
    public enum Opener: String, Sendable, Hashable {
        case anybody, platform, account, customer, accountInPath, anyScope

        /// Whether the platform has to say by `Bursar-Account` which account it means.
        var needsHeader: Bool { self == .account || self == .customer }
    }

    /// `GET`, `POST` or `DELETE`.
    public let method: String
    /// With parameters in braces: `/v1/accounts/{id}`.
    public let path: String
    public let opener: Opener
    public let takesJSON: Bool
    /// The names that may stand in the query.
    public let query: Set<String>

    /// The whole table.
    /// - Throws: what the database or the pages say.
    public static func table() async throws -> [RouteLine] {
        let house = try await RehearsedHouse(seed: 1, start: Instant(secondsSince1970: 1_793_610_000))
        return try BursarServer.routes(of: house.worker).map(RouteLine.init)
    }

    /// How people name it.
    public var name: String { "\(method) \(path)" }

    /// Whether a call would end the very things that the other calls are made with.
    public var endsThings: Bool {
        method == "DELETE"
            || ["/disconnect", "/revoke", "/archive", "/rotate", "/block"].contains { path.hasSuffix($0) }
    }
}

extension RouteLine {
    init(_ listing: RouteListing) {
        let opener: Opener =
            switch listing.access {
            case .open: .anybody
            case .platform: .platform
            case .account: .account
            case .customer: .customer
            case .accountInPath: .accountInPath
            case .anyScope: .anyScope
            }
        self.init(
            method: listing.method, path: listing.path, opener: opener, takesJSON: listing.body.isJSON,
            query: listing.query)
    }
}
