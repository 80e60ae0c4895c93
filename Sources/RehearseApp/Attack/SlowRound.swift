import Foundation
import Rehearsal
import Synchronization

/// Holds slow connections open, many at once, and looks whether others still get their answers, and how much memory the
/// server holds for it.
struct SlowRound {
    let castle: Castle
    let merchant: Settler
    let clients: Int
    let seconds: Int

    /// What healthy requests may wait, 99 of 100.
    static let slowestMilliseconds = 500.0
    /// What the server may hold more than before: 64 MiB, and for each client half of the largest webhook that it can
    /// make it keep.
    private var allowedGrowth: Int { (64 << 20) + clients * (128 << 10) }

    func play(into report: inout AttackReport) throws {
        raiseOwnFileLimit()
        let before = castle.bursar.residentBytes
        let healthy = HealthyCustomer(castle: castle, merchant: merchant)
        healthy.start()
        var siege = Siege(port: castle.port, path: "/stripe/webhooks/connect")
        try siege.raise(clients)
        let started = ContinuousClock.now
        var most = before
        while started.duration(to: .now) < .seconds(seconds) {
            try siege.tick()
            most = max(most, castle.bursar.residentBytes)
            Thread.sleep(forTimeInterval: 0.1)
        }
        let figures = healthy.stop()
        siege.lift()
        report.add("slow clients held for \(seconds) s", clients)
        report.add("  connections that the server closed on them", siege.closed)
        report.add("  healthy requests meanwhile", figures.latencies.count)
        report.add("  p50 of theirs, ms", Self.rounded(figures.percentile(50)))
        report.add("  p99 of theirs, ms", Self.rounded(figures.percentile(99)))
        report.add("  slowest of theirs, ms", Self.rounded(figures.percentile(100)))
        report.add("  MiB of the server, before and at most", "\(before >> 20), \(most >> 20)")
        var broken: [String] = []
        if figures.failed > 0 { broken.append("\(figures.failed) healthy requests failed") }
        if figures.latencies.count < seconds {
            broken.append("only \(figures.latencies.count) healthy requests came through")
        }
        if figures.percentile(99) >= Self.slowestMilliseconds {
            broken.append("p99 is above \(Self.slowestMilliseconds) ms")
        }
        if most - before > allowedGrowth { broken.append("the server grew by more than \(allowedGrowth >> 20) MiB") }
        if seconds > 45, siege.closed < clients / 2 {
            broken.append("only \(siege.closed) slow connections were closed")
        }
        if !castle.bursar.isRunning { broken.append("the server has ended") }
        report.expectNone("  late, failed, or more than \(allowedGrowth >> 20) MiB more", broken)
    }

    private static func rounded(_ milliseconds: Double) -> String {
        "\(Int(milliseconds)).\(Int(milliseconds * 10) % 10)"
    }
}

/// Many clients that each hold a connection, in one of five ways.
private struct Siege {
    private enum Way: CaseIterable {
        /// Says nothing.
        case silent
        /// A header, byte by byte.
        case headerDrip
        /// A body, byte by byte.
        case bodyDrip
        /// The largest body but for its last byte.
        case almostAll
        /// Asks for large answers, and hardly reads.
        case reader
    }

    private let port: Int
    private let path: String
    private var slots: [(way: Way, socket: LoopbackSocket)] = []
    private var sent = 0
    /// How often the server has had enough.
    private(set) var closed = 0

    init(port: Int, path: String) {
        self.port = port
        self.path = path
    }

    mutating func raise(_ count: Int) throws {
        for place in 0..<count {
            let way = Way.allCases[place % Way.allCases.count]
            slots.append((way, try open(way)))
        }
    }

    mutating func lift() { slots = [] }

    /// Each drips once; whoever was thrown out comes again.
    mutating func tick() throws {
        for place in slots.indices {
            let (way, socket) = slots[place]
            let isThere = way == .reader || way == .silent || way == .almostAll || socket.sendNow(drop(way))
            // A slow reader takes a few bytes; the others look whether they are still wanted.
            let isOpen = socket.glance(upTo: way == .reader ? 16 : 4_096).isOpen
            if isThere, isOpen { continue }
            closed += 1
            slots[place].socket = try open(way)
        }
    }

    private mutating func drop(_ way: Way) -> [UInt8] {
        sent += 1
        return way == .headerDrip && sent % 40 == 0 ? Array("\r\nX-\(sent): ".utf8) : [UInt8(ascii: "a")]
    }

    private func open(_ way: Way) throws -> LoopbackSocket {
        let socket = try LoopbackSocket(port: port, receiveBuffer: way == .reader ? 2_048 : nil)
        let head = "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 262144\r\n\r\n"
        switch way {
        case .silent: break
        case .headerDrip: _ = socket.sendNow(Array("GET /healthz HTTP/1.1\r\nX-Slow: ".utf8))
        case .bodyDrip: _ = socket.sendNow(Array(head.utf8))
        case .almostAll:
            _ = socket.sendNow(Array(head.utf8))
            _ = socket.sendNow([UInt8](repeating: 0x20, count: 262_143))
        case .reader:
            let request = "GET /openapi.yaml HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
            _ = socket.sendNow(Array(String(repeating: request, count: 8).utf8))
        }
        return socket
    }
}

/// A customer who does what customers do, on four connections, and looks at the clock.
private final class HealthyCustomer: Sendable {
    struct Figures: Sendable {
        var latencies: [Double] = []
        var failed = 0

        /// In milliseconds.
        func percentile(_ percent: Int) -> Double {
            let sorted = latencies.sorted()
            return sorted.isEmpty ? .infinity : sorted[min(sorted.count - 1, sorted.count * percent / 100)]
        }
    }

    private let port: Int
    private let key: String
    private let customer: String
    private let figures = Mutex(Figures())
    private let isDone = Mutex(false)
    private let running = DispatchGroup()

    init(castle: Castle, merchant: Settler) {
        port = castle.port
        key = merchant.key
        customer = merchant.holdings.things["customers"] ?? ""
    }

    func start() {
        for lane in 0..<4 {
            running.enter()
            Thread.detachNewThread { [self] in
                defer { running.leave() }
                run(lane)
            }
        }
    }

    func stop() -> Figures {
        isDone.withLock { $0 = true }
        running.wait()
        return figures.withLock { $0 }
    }

    private func run(_ lane: Int) {
        let caller = Caller(port: port, record: AnswerRecord())
        var number = 0
        while !isDone.withLock({ $0 }) {
            number += 1
            let started = ContinuousClock.now
            let event = #"{"id": "healthy-\#(lane)-\#(number)", "customer": "user-2", "cost_micros": 1}"#
            let answer =
                number.isMultiple(of: 2)
                ? try? caller.call("GET", "/v1/customers/\(customer)/balance", key: key)
                : try? caller.call("POST", "/v1/usage", event, key: key)
            let elapsed = started.duration(to: .now)
            let milliseconds =
                Double(elapsed.components.seconds) * 1_000 + Double(elapsed.components.attoseconds) / 1e15
            figures.withLock { figures in
                figures.latencies.append(milliseconds)
                if answer?.status != 200 { figures.failed += 1 }
            }
            Thread.sleep(forTimeInterval: 0.01)
        }
    }
}
