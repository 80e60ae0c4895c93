import NIOCore
import NIOHTTP1
import NIOPosix
import StripeSandbox

/// The sandbox on a socket: HTTP/1.1 for requests, and the loop that delivers its webhooks.
struct SandboxServer: Sendable {
    private let sandbox: StripeSandbox
    private let host: String
    private let port: Int

    /// - Parameter port: 0 takes a free one.
    init(_ sandbox: StripeSandbox, host: String = "127.0.0.1", port: Int) {
        self.sandbox = sandbox
        self.host = host
        self.port = port
    }

    private typealias Connection = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>

    /// Serves until the task is cancelled.
    /// - Parameters:
    ///   - baseURL: what links begin with; nil: the address that is listened on.
    ///   - whenReady: is told that base URL once connections are taken.
    func run(baseURL: String? = nil, whenReady: @Sendable @escaping (String) async -> Void) async throws {
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .bind(host: host, port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    return try Connection(wrappingChannelSynchronously: channel)
                }
            }
        let base = baseURL ?? "http://\(host):\(listener.channel.localAddress?.port ?? port)"
        await sandbox.announce(baseURL: base)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await DeliveryLoop(sandbox).run() }
            group.addTask { try await accept(listener) }
            await whenReady(base)
            try await group.next()
            group.cancelAll()
        }
    }

    private func accept(_ listener: NIOAsyncChannel<Connection, Never>) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            try await listener.executeThenClose { connections in
                for try await connection in connections {
                    // A connection that breaks concerns nobody else.
                    group.addTask { try? await serve(connection) }
                }
            }
        }
    }

    private func serve(_ connection: Connection) async throws {
        try await connection.executeThenClose { inbound, outbound in
            var reader = RequestReader(parts: inbound.makeAsyncIterator())
            while let (request, isKeptAlive) = try await reader.next() {
                let wire = AnswerWriter(outbound: outbound, channel: connection.channel)
                switch await sandbox.handle(request) {
                case .answer(let answer): try await wire.write(answer)
                case .slow(let answer, let milliseconds): try await wire.drip(answer, over: milliseconds)
                case .cut(let answer, let bytes): return try await wire.cut(answer, after: bytes)
                case .reset: return try await wire.reset()
                case .silence: return try await reader.waitForEnd()
                }
                guard isKeptAlive else { return }
            }
        }
    }
}

/// Puts the parts of requests together.
private struct RequestReader {
    var parts: NIOAsyncChannelInboundStream<HTTPServerRequestPart>.AsyncIterator

    /// Larger bodies end the connection; no call of Stripe's API comes near.
    private static let largestBody = 1 << 20

    mutating func next() async throws -> (SandboxRequest, isKeptAlive: Bool)? {
        var head: HTTPRequestHead?
        var body: [UInt8] = []
        while let part = try await parts.next() {
            switch part {
            case .head(let first): head = first
            case .body(let buffer):
                body.append(contentsOf: buffer.readableBytesView)
                guard body.count <= Self.largestBody else { return nil }
            case .end:
                guard let head else { return nil }
                let headers = Dictionary(
                    head.headers.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
                let request = SandboxRequest(
                    method: head.method.rawValue, target: head.uri, headers: headers, body: body)
                return (request, head.isKeepAlive)
            }
        }
        return nil
    }

    /// Until the caller gives up.
    mutating func waitForEnd() async throws {
        while try await parts.next() != nil {}
    }
}
