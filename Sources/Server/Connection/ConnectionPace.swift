import NIOCore

/// How much time a connection has for what it is doing. Pure: the handler tells it what happened and asks for the
/// deadline.
///
/// An idle timeout alone lets a client hold a connection for ever by sending a byte now and then, so the deadlines of a
/// request count from its first byte.
struct ConnectionPace {
    enum Phase: Hashable {
        /// No byte of a request has come.
        case idle
        /// A request has begun, and its header is not complete.
        case head
        /// The header is complete, and the body is not.
        case body
        /// The request is complete, and the answer is not.
        case answering
        /// The answer is out and the connection is closing: what still comes is thrown away.
        case lingering
    }

    private let limits: ServerLimits
    private(set) var phase = Phase.idle
    private(set) var deadline: NIODeadline
    private var requestDeadline: NIODeadline
    private var answerBound: NIODeadline
    // A client may send its next request before it was answered (pipelining), so there can be several of each.
    private var unansweredHeads = 0
    private var unansweredRequests = 0

    init(_ limits: ServerLimits, at now: NIODeadline) {
        self.limits = limits
        deadline = now + .seconds(limits.idleSeconds)
        requestDeadline = deadline
        answerBound = deadline
    }

    /// Whether the request that is answered next was read to its end.
    var isRequestComplete: Bool { unansweredRequests > 0 }

    /// Whether no request but the one that came last waits for its answer.
    var isAloneOnItsWay: Bool { unansweredHeads == 1 }

    mutating func bytesArrived(at now: NIODeadline) {
        guard phase == .idle else { return }
        phase = .head
        deadline = now + .seconds(limits.headSeconds)
        requestDeadline = now + .seconds(limits.requestSeconds)
    }

    mutating func headArrived() {
        unansweredHeads += 1
        guard phase == .head else { return }
        phase = .body
        deadline = requestDeadline
    }

    mutating func requestEnded(at now: NIODeadline) {
        unansweredRequests += 1
        guard phase == .body else { return }
        beginAnswer(at: now)
    }

    /// A part of the answer went out. A long answer goes on while its client takes it, up to a bound.
    mutating func answerMoved(at now: NIODeadline) {
        guard phase == .answering else { return }
        deadline = min(now + .seconds(limits.answerSeconds), answerBound)
    }

    /// - Returns: whether the connection can take another request; if not, it lingers.
    mutating func answerEnded(at now: NIODeadline, closing: Bool) -> Bool {
        guard isRequestComplete, !closing else {
            phase = .lingering
            deadline = now + .seconds(limits.lingerSeconds)
            return false
        }
        unansweredHeads -= 1
        unansweredRequests -= 1
        if unansweredRequests > 0 {
            beginAnswer(at: now)
        } else if unansweredHeads > 0 {
            phase = .body
            deadline = now + .seconds(limits.requestSeconds)
        } else {
            phase = .idle
            deadline = now + .seconds(limits.idleSeconds)
        }
        return true
    }

    private mutating func beginAnswer(at now: NIODeadline) {
        phase = .answering
        deadline = now + .seconds(limits.answerSeconds)
        answerBound = now + .seconds(limits.streamSeconds)
    }

    /// The server stops: whoever is still sending a request has little time left.
    mutating func quiesce(at now: NIODeadline) {
        guard phase == .head || phase == .body else { return }
        deadline = min(deadline, now + .seconds(limits.quiesceSeconds))
        requestDeadline = min(requestDeadline, deadline)
    }
}
