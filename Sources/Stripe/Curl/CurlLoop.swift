internal import CCurl
import Foundation
import Synchronization

/// libcurl's multi interface on a thread of its own: takes exchanges from any thread, and ends each of them exactly
/// once.
final class CurlLoop: Sendable {
    enum Ending {
        /// Takes no more, and ends when everything under way has been answered or has timed out.
        case drain
        /// Takes no more, and ends what is under way now.
        case abort
    }

    private struct Mailbox {
        var submitted: [CurlExchange] = []
        var cancelled: [CurlExchange] = []
        var ending: Ending?
        var hasEnded = false
        var awaitingEnd: [@Sendable () -> Void] = []
    }

    private struct MultiHandle: @unchecked Sendable {
        let pointer: UnsafeMutableRawPointer
    }

    private static let isGlobalInitialised = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    private let multi: MultiHandle
    private let mailbox = Mutex(Mailbox())

    /// Nil when libcurl cannot be started.
    init?(maximumConnections: Int) {
        guard Self.isGlobalInitialised, let pointer = curl_multi_init() else { return nil }
        multi = MultiHandle(pointer: pointer)
        ccurl_multi_set_long(pointer, CURLMOPT_MAX_HOST_CONNECTIONS, maximumConnections)
        ccurl_multi_set_long(pointer, CURLMOPT_MAXCONNECTS, maximumConnections)
        let thread = Thread { self.run() }
        thread.name = "stripe-curl"
        thread.stackSize = 1 << 20
        thread.start()
    }

    /// False when the loop takes no more; the exchange is then left as it was.
    func submit(_ exchange: CurlExchange) -> Bool {
        mailbox.withLock { mailbox in
            guard mailbox.ending == nil else { return false }
            mailbox.submitted.append(exchange)
            curl_multi_wakeup(multi.pointer)
            return true
        }
    }

    func cancel(_ exchange: CurlExchange) {
        mailbox.withLock { mailbox in
            guard !mailbox.hasEnded else { return }
            mailbox.cancelled.append(exchange)
            curl_multi_wakeup(multi.pointer)
        }
    }

    /// An abort overrules a drain. `whenEnded` is called when the thread has let go of everything.
    func end(_ ending: Ending, whenEnded: (@Sendable () -> Void)? = nil) {
        let hasEnded = mailbox.withLock { mailbox in
            if mailbox.hasEnded { return true }
            if mailbox.ending != .abort { mailbox.ending = ending }
            if let whenEnded { mailbox.awaitingEnd.append(whenEnded) }
            curl_multi_wakeup(multi.pointer)
            return false
        }
        if hasEnded { whenEnded?() }
    }

    private func run() {
        ccurl_block_sigpipe()
        var active: [ObjectIdentifier: (exchange: CurlExchange, easy: UnsafeMutableRawPointer)] = [:]
        while true {
            let (submitted, cancelled, ending) = mailbox.withLock { mailbox in
                defer {
                    mailbox.submitted = []
                    mailbox.cancelled = []
                }
                return (mailbox.submitted, mailbox.cancelled, mailbox.ending)
            }
            for exchange in cancelled { cancel(exchange, in: &active) }
            for exchange in submitted { start(exchange, in: &active) }
            if ending == .abort {
                for (exchange, easy) in active.values {
                    curl_multi_remove_handle(multi.pointer, easy)
                    exchange.abort(.shutDown)
                }
                active = [:]
            }
            if ending != nil, active.isEmpty { break }
            advance(&active)
        }
        tearDown()
    }
}

extension CurlLoop {
    private typealias Active = [ObjectIdentifier: (exchange: CurlExchange, easy: UnsafeMutableRawPointer)]

    private func start(_ exchange: CurlExchange, in active: inout Active) {
        guard !exchange.isCancelled else { return exchange.abort(.cancelled) }
        do throws(TransportError) {
            let easy = try exchange.start()
            guard curl_multi_add_handle(multi.pointer, easy) == CURLM_OK else {
                return exchange.abort(.other)
            }
            active[ObjectIdentifier(exchange)] = (exchange, easy)
        } catch {
            exchange.complete(.failure(error))
        }
    }

    /// A cancellation can overtake the exchange it belongs to; then it is marked, and ends when it arrives.
    private func cancel(_ exchange: CurlExchange, in active: inout Active) {
        exchange.isCancelled = true
        guard let (_, easy) = active.removeValue(forKey: ObjectIdentifier(exchange)) else { return }
        curl_multi_remove_handle(multi.pointer, easy)
        exchange.abort(.cancelled)
    }

    /// Lets libcurl work until it has nothing to do, ends what is finished, and waits for the next thing to happen.
    private func advance(_ active: inout Active) {
        var running: Int32 = 0
        curl_multi_perform(multi.pointer, &running)
        var finished: UnsafeMutableRawPointer?
        var code = CURLE_OK
        var didFinish = false
        while ccurl_multi_next_finished(multi.pointer, &finished, &code) {
            guard let easy = finished, let exchange = CurlExchange.of(easy) else { continue }
            curl_multi_remove_handle(multi.pointer, easy)
            active[ObjectIdentifier(exchange)] = nil
            exchange.finish(code)
            didFinish = true
        }
        // What was just freed may let a queued transfer start, which only another `perform` does.
        if !didFinish { curl_multi_poll(multi.pointer, nil, 0, 1_000, nil) }
    }

    private func tearDown() {
        let awaitingEnd = mailbox.withLock { mailbox in
            mailbox.hasEnded = true
            return mailbox.awaitingEnd
        }
        // From here on nobody wakes the handle any more.
        curl_multi_cleanup(multi.pointer)
        for notify in awaitingEnd { notify() }
    }
}
