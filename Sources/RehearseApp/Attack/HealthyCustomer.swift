import Foundation
import Rehearsal
import Synchronization

/// A customer who does what customers do, on four connections, and looks at the clock.
final class HealthyCustomer: Sendable {
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
