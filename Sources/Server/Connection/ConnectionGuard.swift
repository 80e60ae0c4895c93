import HTTPTypes
import NIOCore
import NIOHTTP1

/// Stands between the wire and the routes of one connection: closes it when it takes too long, answers what is not
/// HTTP, and sees that an answer given before the request was read to its end is the connection's last.
final class ConnectionGuard: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let limits: ServerLimits
    private let refusal: @Sendable (Problem) -> Answer
    private var pace: ConnectionPace
    private var timer: (task: Scheduled<Void>, at: NIODeadline)?
    private var isClosing = false
    private var hasBegunAnswer = false
    /// The handler has answered in the routes' place: what they still write is dropped.
    private var hasAnsweredItself = false

    /// - Parameter refusal: makes the answer to what never reached a route.
    init(_ limits: ServerLimits, at now: NIODeadline, refusal: @escaping @Sendable (Problem) -> Answer) {
        self.limits = limits
        self.refusal = refusal
        pace = ConnectionPace(limits, at: now)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        keepDeadline(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.task.cancel()
        timer = nil
    }

    /// The wire's end of the pipeline says that bytes came, before anybody knows what they mean.
    func bytesArrived(at now: NIODeadline) {
        pace.bytesArrived(at: now)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard pace.phase != .lingering else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            hasBegunAnswer = false
            pace.headArrived()
            if !head.isKeepAlive { isClosing = true }
            if head.headers.first(name: "Expect")?.lowercased() == "100-continue" { sendContinue(context, head) }
        case .body: break
        case .end: pace.requestEnded(at: context.eventLoop.now)
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        keepDeadline(context)
        context.fireChannelReadComplete()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let fault = error as? HTTPParserError, !hasBegunAnswer, pace.phase == .head || pace.phase == .body else {
            return context.fireErrorCaught(error)
        }
        answerItself(context, fault == .headerOverflow ? .headerTooLarge : .notHTTP)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent:
            pace.quiesce(at: context.eventLoop.now)
            isClosing = true
            keepDeadline(context)
        case ChannelEvent.inputClosed where pace.phase == .lingering:
            context.close(promise: nil)
        default: break
        }
        context.fireUserInboundEventTriggered(event)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !hasAnsweredItself else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(var head):
            hasBegunAnswer = true
            if !pace.isRequestComplete || head.headers.contains(name: "Connection") { isClosing = true }
            if isClosing { head.headers.replaceOrAdd(name: "Connection", value: "close") }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body:
            pace.answerMoved(at: context.eventLoop.now)
            context.write(data, promise: promise)
        case .end:
            context.write(data, promise: promise)
            endAnswer(context)
        }
    }
}

extension ConnectionGuard {
    private func sendContinue(_ context: ChannelHandlerContext, _ head: HTTPRequestHead) {
        // Before an answer that is still due, the client would take it for the beginning of that one.
        guard pace.isAloneOnItsWay else { return }
        let length = head.headers.first(name: "Content-Length").flatMap(Int.init) ?? 0
        guard length <= limits.apiBodyBytes else { return }
        context.writeAndFlush(wrapOutboundOut(.head(.init(version: .http1_1, status: .continue))), promise: nil)
    }

    private func endAnswer(_ context: ChannelHandlerContext) {
        if !pace.answerEnded(at: context.eventLoop.now, closing: isClosing) {
            context.flush()
            context.close(mode: .output, promise: nil)
        }
        keepDeadline(context)
    }

    private func answerItself(_ context: ChannelHandlerContext, _ problem: Problem) {
        hasAnsweredItself = true
        isClosing = true
        let answer = refusal(problem)
        var head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: answer.status))
        for field in answer.headers { head.headers.add(name: field.name.rawName, value: field.value) }
        head.headers.add(name: "Connection", value: "close")
        head.headers.add(name: "Content-Length", value: String(answer.body.readableBytes))
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(answer.body))), promise: nil)
        context.write(wrapOutboundOut(.end(nil)), promise: nil)
        endAnswer(context)
    }

    /// One timer runs for a connection. It is moved only when it would fire too late; when it fires early, it starts
    /// anew.
    private func keepDeadline(_ context: ChannelHandlerContext) {
        if let timer {
            guard pace.deadline < timer.at else { return }
            timer.task.cancel()
        }
        let deadline = pace.deadline
        let task = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in
            self?.timer = nil
            self?.timeIsUp(context)
        }
        timer = (task, deadline)
    }

    private func timeIsUp(_ context: ChannelHandlerContext) {
        guard context.eventLoop.now >= pace.deadline else { return keepDeadline(context) }
        switch pace.phase {
        case .head, .body:
            guard hasBegunAnswer || hasAnsweredItself else { return answerItself(context, .tooSlow) }
            context.close(promise: nil)
        case .idle, .answering, .lingering:
            context.close(promise: nil)
        }
    }
}
