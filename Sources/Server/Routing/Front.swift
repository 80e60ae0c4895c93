import Billing
import HTTPTypes
import Hummingbird
import Ledger
import Logging
import NIOCore
import Storage
import Worker

/// The way of every request: named, matched, authenticated, read within its limits, carried out, answered.
final class Front: HTTPResponder {
    typealias Context = Connection

    private static let drainBytes = 64 * 1024

    let table: RouteTable
    let worker: BillingWorker
    let limits: ServerLimits
    let pages: Pages
    let metrics: RequestMetrics
    let onWork: @Sendable () -> Void

    init(
        table: RouteTable, worker: BillingWorker, limits: ServerLimits, pages: Pages, metrics: RequestMetrics,
        onWork: @escaping @Sendable () -> Void
    ) {
        self.table = table
        self.worker = worker
        self.limits = limits
        self.pages = pages
        self.metrics = metrics
        self.onWork = onWork
    }

    func respond(to request: Request, context: Connection) async throws -> Response {
        await answer(to: request, context).response(isHead: request.method == .head)
    }

    /// The answer before it is put on a wire.
    func answer(to request: Request, _ connection: Connection) async -> Answer {
        let started = NIODeadline.now()
        let arrival = Arrival(request, connection, worker.context.seams)
        var route: Route?
        var place: Int?
        var isBodyUnread = true
        let answer: Answer
        do {
            let (found, parameters) = try match(request.method, arrival.path)
            (place, route) = (found, table.routes[found])
            answer = try await serve(request, arrival, table.routes[found], parameters, &isBodyUnread)
        } catch {
            answer = refusal(of: error, route, arrival)
            if isBodyUnread, let length = arrival.contentLength, length <= Self.drainBytes { await drain(request) }
        }
        if request.method == .post, answer.status < 400 { onWork() }
        metrics.record(place, status: answer.status, since: started)
        arrival.log(answer.status, route, since: started)
        return arrival.dressed(answer)
    }

    private func match(_ method: HTTPRequest.Method, _ path: Substring) throws -> (Int, [String: String]) {
        switch table.match(method, path) {
        case .found(let place, let parameters): return (place, parameters)
        case .otherMethods(let methods): throw Problem.methodNotAllowed(methods)
        case .nothing: throw Problem.noRoute
        }
    }

    private func serve(
        _ request: Request, _ arrival: Arrival, _ route: Route, _ parameters: [String: String],
        _ isBodyUnread: inout Bool
    ) async throws -> Answer {
        let limit = route.body.limit(limits)
        if route.body != .none, let length = arrival.contentLength, length > limit {
            throw Problem.bodyTooLarge(limit: limit)
        }
        var call = Call(
            requestID: arrival.requestID, path: String(arrival.path), parameters: parameters,
            query: try arrival.query(of: route), headers: request.headers, peer: arrival.peer)
        // Paths come to rest in answers that are remembered.
        guard !parameters.values.contains(where: CardNumber.isInName) else { throw Problem.cardNumber }
        let secret = route.access == .open ? "" : try await Authentication(worker: worker).admit(&call, to: route)
        if route.body != .none {
            isBodyUnread = false
            call.body = try await read(request, route, limit)
            call.media = try media(of: call, route)
        }
        switch route.work {
        case .serves(let serve): return try await serve(call)
        case .reads(let prepare):
            let body = try prepare(call)
            return try await worker.context.database.read(body)
        case .streams(let prepare): return try await .stream(try prepare(call))
        case .writes, .calls:
            return try await OnceOnly(worker: worker, call: call, route: route, secret: secret).answer()
        }
    }

    private func read(_ request: Request, _ route: Route, _ limit: Int) async throws -> ByteBuffer {
        let body: ByteBuffer
        do { body = try await request.body.collect(upTo: limit) } catch is NIOTooManyBytesError {
            throw Problem.bodyTooLarge(limit: limit)
        }
        if route.body.isJSON, body.readableBytes > 0 {
            // UTF-16 and UTF-32 have zero bytes in every bracket, and JSON has none.
            guard !body.readableBytesView.contains(0) else { throw Problem.notJSON }
            guard JSONNesting.isWithin(limits.jsonDepth, body.readableBytesView) else { throw Problem.tooDeep }
        }
        return body
    }

    private func media(of call: Call, _ route: Route) throws -> MediaKind {
        guard route.body.isJSON, call.body.readableBytes > 0 || route.body == .events else { return .json }
        guard let media = MediaKind(call.headers, hasBody: call.body.readableBytes > 0),
            route.body == .events || media == .json
        else { throw Problem.unsupportedType(route.body == .events ? MediaKind.ofEvents : MediaKind.ofAll) }
        return media
    }

    private func refusal(of error: any Error, _ route: Route?, _ arrival: Arrival) -> Answer {
        let problem = Problem(error)
        if problem.status >= 500 {
            arrival.logger.error("Request failed", metadata: ["error": "\(error)", "code": "\(problem.code)"])
        }
        if route?.isPage == true { return pages.problem(problem, requestID: arrival.requestID) }
        return problem.answer(requestID: arrival.requestID, path: Self.shown(arrival.path, route))
    }

    /// The path as a problem repeats it, which comes to rest in the logs of whoever asked: never a card number.
    private static func shown(_ path: Substring, _ route: Route?) -> String {
        let holdsCard = [String(path), PercentCoding.decode(path) ?? ""].contains(where: CardNumber.isInName)
        return holdsCard ? route?.path ?? "/" : String(path)
    }

    /// Reads what little may still be coming, so that the connection can be kept. More than that ends the connection.
    private func drain(_ request: Request) async {
        _ = try? await request.body.collect(upTo: Self.drainBytes)
    }
}
