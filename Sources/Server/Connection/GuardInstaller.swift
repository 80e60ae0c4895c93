import NIOCore
import NIOHTTP1

/// Puts the guard of a connection where it sees both ends: a probe at the wire, and the guard behind the HTTP decoder.
/// Hummingbird adds handlers only at the routes' end, so this one is added there, and leaves.
final class GuardInstaller: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private let limits: ServerLimits
    private let refusal: @Sendable (Problem) -> Answer

    init(_ limits: ServerLimits, refusal: @escaping @Sendable (Problem) -> Answer) {
        self.limits = limits
        self.refusal = refusal
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        let connection = ConnectionGuard(limits, at: context.eventLoop.now, refusal: refusal)
        do {
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandler(connection, position: .after(decoder))
            try pipeline.addHandler(ArrivalProbe(connection), position: .first)
        } catch {
            // Without its guard a connection has no limits.
            context.close(promise: nil)
        }
        pipeline.removeHandler(self, promise: nil)
    }
}

/// Tells the guard that bytes came.
private final class ArrivalProbe: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let connection: ConnectionGuard

    init(_ connection: ConnectionGuard) { self.connection = connection }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        connection.bytesArrived(at: context.eventLoop.now)
        context.fireChannelRead(data)
    }
}
