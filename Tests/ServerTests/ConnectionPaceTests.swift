import NIOCore
import Testing

@testable import Server

/// How long a connection has for what it does, decided without a socket or a clock.
struct ConnectionPaceTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
    private let limits = ServerLimits()

    @Test func `a connection without a byte has the idle time`() {
        let pace = ConnectionPace(limits, at: start)
        #expect(pace.phase == .idle)
        #expect(pace.deadline == start + .seconds(75))
    }

    @Test func `bytes that drip in extend neither the header's time nor the request's`() {
        var pace = ConnectionPace(limits, at: start)
        pace.bytesArrived(at: start + .seconds(5))
        for second in 6..<14 { pace.bytesArrived(at: start + .seconds(Int64(second))) }
        #expect(pace.deadline == start + .seconds(15))
        pace.headArrived()
        #expect(pace.phase == .body)
        #expect(pace.deadline == start + .seconds(35))
        pace.bytesArrived(at: start + .seconds(30))
        #expect(pace.deadline == start + .seconds(35))
    }

    @Test func `after an answer the connection waits for the next request`() {
        var pace = answering()
        #expect(pace.isRequestComplete)
        let isKept = pace.answerEnded(at: start + .seconds(2), closing: false)
        #expect(isKept)
        #expect(pace.phase == .idle)
        #expect(pace.deadline == start + .seconds(77))
    }

    @Test func `an answer before the end of its request is the connection's last`() {
        var pace = ConnectionPace(limits, at: start)
        pace.bytesArrived(at: start)
        pace.headArrived()
        let isKept = pace.answerEnded(at: start, closing: false)
        #expect(!isKept)
        #expect(pace.phase == .lingering)
        #expect(pace.deadline == start + .seconds(2))
    }

    @Test func `a request that came before the last was answered is answered next`() {
        var pace = answering()
        pace.headArrived()
        pace.requestEnded(at: start)
        pace.headArrived()
        _ = pace.answerEnded(at: start, closing: false)
        #expect(pace.phase == .answering)
        _ = pace.answerEnded(at: start, closing: false)
        #expect(pace.phase == .body)
        #expect(!pace.isRequestComplete)
    }

    @Test func `an answer in parts goes on while the client takes them, and not for ever`() {
        var pace = answering()
        let begun = pace.deadline
        pace.answerMoved(at: start + .seconds(60))
        #expect(pace.deadline == start + .seconds(60 + limits.answerSeconds))
        #expect(pace.deadline > begun)
        pace.answerMoved(at: start + .seconds(limits.streamSeconds))
        #expect(pace.deadline <= begun + .seconds(limits.streamSeconds - limits.answerSeconds))
        let bound = pace.deadline
        pace.answerMoved(at: start + .seconds(2 * limits.streamSeconds))
        #expect(pace.deadline == bound)
    }

    @Test func `when the server stops, what is still coming in has little time, and what is answered keeps its own`() {
        var coming = ConnectionPace(limits, at: start)
        coming.bytesArrived(at: start)
        coming.quiesce(at: start)
        #expect(coming.deadline == start + .seconds(3))
        coming.headArrived()
        #expect(coming.deadline == start + .seconds(3))
        var answered = answering()
        answered.quiesce(at: start)
        #expect(answered.deadline == start + .seconds(120))
    }

    private func answering() -> ConnectionPace {
        var pace = ConnectionPace(limits, at: start)
        pace.bytesArrived(at: start)
        pace.headArrived()
        pace.requestEnded(at: start)
        return pace
    }
}
