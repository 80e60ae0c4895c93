import Billing
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// What Hummingbird knows of a request besides the request: its connection.
struct Connection: InitializableFromSource, Sendable {
    /// `nil` where somebody in the same process asks.
    let channel: (any Channel)?
    let logger: Logger

    init(source: ApplicationRequestContextSource) {
        channel = source.channel
        logger = source.logger
    }

    init(inProcess logger: Logger) {
        channel = nil
        self.logger = logger
    }
}

/// A thing that was asked; its id is in the answer, in the log and in a problem's `request_id`.
enum APIRequest: Identified {
    static let idPrefix = "breq"
}

/// A request as it came in: its id, its place in a trace, and the parts of its target.
struct Arrival {
    let requestID: String
    let trace: TraceContext?
    let method: HTTPRequest.Method
    let path: Substring
    let contentLength: Int?
    private let base: Logger
    private let rawQuery: Substring
    private let headers: HTTPFields
    private let channel: (any Channel)?

    init(_ request: Request, _ connection: Connection, _ seams: Seams) {
        requestID = Identifier<APIRequest>.make(seams).text
        trace = request.headers[.traceParent].flatMap { TraceContext(header: $0, random: seams.randomBytes(8)) }
        method = request.method
        headers = request.headers
        channel = connection.channel
        contentLength = request.headers[.contentLength].flatMap(Int.init)
        let target = Substring(request.head.path ?? "")
        let mark = target.firstIndex(of: "?") ?? target.endIndex
        path = target[..<mark]
        rawQuery = target[mark...].dropFirst()
        base = connection.logger
    }

    /// Made when there is something to log, for most requests have nothing.
    var logger: Logger {
        var logger = base
        logger[metadataKey: "hb.request.id"] = nil
        logger[metadataKey: "request_id"] = .string(requestID)
        if let trace {
            logger[metadataKey: "trace_id"] = .string(trace.traceID)
            logger[metadataKey: "span_id"] = .string(trace.spanID)
        }
        return logger
    }

    var peer: Peer { Peer(headers: headers, channel: channel) }

    /// The parameters that the route knows. Others are refused, except where a browser comes from elsewhere and brings
    /// more.
    func query(of route: Route) throws -> [String: String] {
        guard !rawQuery.isEmpty else { return [:] }
        guard let fields = PercentCoding.fields(rawQuery) else {
            throw Problem.invalid("malformed_query", "the query is not percent-encoded UTF-8")
        }
        if !route.isPage, let unknown = fields.keys.filter({ !route.query.contains($0) }).min() {
            throw Problem.invalid(
                "unknown_parameter", "the route does not take this parameter; check its spelling",
                field: String(unknown.prefix(80)))
        }
        return fields.filter { route.query.contains($0.key) }
    }

    /// The answer with what every answer carries.
    func dressed(_ answer: Answer) -> Answer {
        let named = answer.with(.requestID, requestID)
        return trace.map { named.with(.traceParent, $0.header) } ?? named
    }

    /// The span of the request, for who follows traces in the log.
    func log(_ status: Int, _ route: Route?, since start: NIODeadline) {
        guard base.logLevel <= .debug else { return }
        logger.debug(
            "Request answered",
            metadata: [
                "method": .string(method.rawValue), "route": .string(route?.path ?? "none"),
                "status": .stringConvertible(status), "parent_span_id": .string(trace?.parentID ?? ""),
                "microseconds": .stringConvertible((NIODeadline.now() - start).nanoseconds / 1_000),
            ])
    }
}

/// The other end of a connection.
struct Peer: Sendable {
    let headers: HTTPFields
    let channel: (any Channel)?

    /// Whether the client runs on this machine and speaks for nobody else: a proxy on it speaks for others and says so.
    var isLocal: Bool {
        guard HTTPField.Name.ofProxies.allSatisfy({ headers[$0] == nil }) else { return false }
        return ["127.0.0.1", "::1"].contains(channel?.remoteAddress?.ipAddress)
    }
}
