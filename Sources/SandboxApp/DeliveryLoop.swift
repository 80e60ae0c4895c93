import NIOCore
import NIOHTTP1
import NIOPosix
import StripeSandbox

/// Sends the webhooks that are due, several at a time, and tells the sandbox how each went.
///
/// Only plain HTTP is spoken: the sandbox delivers on the machine that it runs on.
struct DeliveryLoop: Sendable {
    private typealias Connection = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

    private static let lanes = 8
    private static let pause = Duration.milliseconds(20)
    /// How long an endpoint may take to answer.
    private static let timeout = TimeAmount.seconds(10)

    private let sandbox: StripeSandbox

    init(_ sandbox: StripeSandbox) { self.sandbox = sandbox }

    /// Until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            for _ in 0..<Self.lanes { group.addTask { await runLane() } }
        }
    }

    private func runLane() async {
        var next: WebhookDelivery?
        while !Task.isCancelled {
            if next == nil { next = await sandbox.nextDelivery() }
            guard let delivery = next else {
                try? await Task.sleep(for: Self.pause)
                continue
            }
            next = await converse(from: delivery)
        }
    }

    /// Opens a connection and uses it for as long as deliveries to the same place are due.
    /// - Returns: a delivery that was taken and goes elsewhere.
    private func converse(from first: WebhookDelivery) async -> WebhookDelivery? {
        guard let address = WebhookAddress(first.url), let connection = try? await connect(to: address) else {
            await sandbox.delivered(first.id, status: nil)
            return nil
        }
        var current: WebhookDelivery? = first
        do {
            return try await connection.executeThenClose { inbound, outbound in
                var answers = inbound.makeAsyncIterator()
                while let delivery = current, let target = WebhookAddress(delivery.url), target.isSameHost(as: address)
                {
                    let deadline = connection.channel.eventLoop.scheduleTask(in: Self.timeout) {
                        connection.channel.close(promise: nil)
                    }
                    defer { deadline.cancel() }
                    try await outbound.write(contentsOf: Self.parts(of: delivery, to: target))
                    guard let (status, isKeptAlive) = try await Self.answer(from: &answers) else { break }
                    current = nil
                    await sandbox.delivered(delivery.id, status: status)
                    guard isKeptAlive else { return nil }
                    current = await sandbox.nextDelivery()
                }
                return try Self.elsewhere(current, address)
            }
        } catch {
            if let current { await sandbox.delivered(current.id, status: nil) }
            return nil
        }
    }

    private struct Broken: Error {}

    /// - Throws: where a delivery to this very place is left, which means that the connection broke under it.
    private static func elsewhere(_ delivery: WebhookDelivery?, _ address: WebhookAddress) throws -> WebhookDelivery? {
        guard let delivery, WebhookAddress(delivery.url)?.isSameHost(as: address) == true else { return delivery }
        throw Broken()
    }

    private func connect(to address: WebhookAddress) async throws -> Connection {
        try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connectTimeout(.seconds(5))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .connect(host: address.host, port: address.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    return try Connection(wrappingChannelSynchronously: channel)
                }
            }
    }

    private static func parts(of delivery: WebhookDelivery, to address: WebhookAddress) -> [HTTPClientRequestPart] {
        var headers = HTTPHeaders(delivery.headers.map { ($0.name, $0.value) })
        headers.add(name: "Host", value: "\(address.host):\(address.port)")
        headers.add(name: "Content-Length", value: String(delivery.body.count))
        let head = HTTPRequestHead(version: .http1_1, method: .POST, uri: address.path, headers: headers)
        return [.head(head), .body(.byteBuffer(ByteBuffer(bytes: delivery.body))), .end(nil)]
    }

    private static func answer(
        from parts: inout NIOAsyncChannelInboundStream<HTTPClientResponsePart>.AsyncIterator
    ) async throws -> (status: Int, isKeptAlive: Bool)? {
        var head: HTTPResponseHead?
        while let part = try await parts.next() {
            switch part {
            case .head(let first): head = first
            case .body: break
            case .end: return head.map { (Int($0.status.code), $0.isKeepAlive) }
            }
        }
        return nil
    }
}

/// Where a webhook goes: the parts of an `http://` URL.
struct WebhookAddress: Equatable {
    let host: String
    let port: Int
    let path: String

    init?(_ url: String) {
        let scheme = "http://"
        guard url.hasPrefix(scheme) else { return nil }
        let rest = url.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let target = rest.dropFirst(authority.count)
        let halves = authority.split(separator: ":", maxSplits: 1)
        guard let name = halves.first, let port = halves.count > 1 ? Int(halves[1]) : 80 else { return nil }
        host = String(name)
        self.port = port
        path = target.hasPrefix("/") ? String(target) : "/" + target
    }

    func isSameHost(as other: WebhookAddress) -> Bool { host == other.host && port == other.port }
}
