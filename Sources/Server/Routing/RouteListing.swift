import HTTPTypes
public import Worker

/// One line of the table of routes, for who tries all of them from outside.
public struct RouteListing: Sendable, Hashable {
    /// `GET`, `POST` or `DELETE`.
    public let method: String
    /// With parameters in braces: `/v1/accounts/{id}`.
    public let path: String
    public let access: Access
    public let body: BodyRule
    /// The names that may stand in the query.
    public let query: Set<String>
}

extension BursarServer {
    /// The very table that the server answers by.
    public static func routes(of worker: BillingWorker) throws -> [RouteListing] {
        let settings = Settings(host: "127.0.0.1", port: 0)
        let routes = Routes(
            worker: worker, pages: try Pages(isSecure: true), metrics: PrometheusMetrics(), settings: settings)
        return routes.all.map {
            RouteListing(
                method: $0.method.rawValue, path: $0.path, access: $0.access, body: $0.body, query: $0.query)
        }
    }
}
