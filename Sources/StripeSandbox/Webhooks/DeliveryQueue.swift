/// One webhook on its way, as the delivery loop sends it.
public struct WebhookDelivery: Sendable, Equatable {
    public let id: String
    /// The event that it tells of.
    public let event: String
    public let url: String
    public let headers: [SandboxAnswer.Header]
    public let body: [UInt8]
}

/// Which webhook goes where and when: tries, pauses between them, and what the faults make of it.
///
/// Source: docs.stripe.com/webhooks#retries: exponential backoff, up to three days.
struct DeliveryQueue: Sendable {
    enum State: String, Sendable {
        case waiting
        case underway
        case succeeded
        /// Tried as often as Stripe tries.
        case exhausted
        /// Never sent, by a fault, or because its endpoint was removed.
        case dropped
    }

    struct Delivery: Sendable {
        let id: String
        let event: String
        /// Whose event it is, and whose endpoint.
        let account: String
        let endpoint: String
        let endpointAccount: String
        var due: Int64
        var state = State.waiting
        /// The status of each try; nil where no answer came.
        var tries: [Int?] = []
    }

    /// Seconds to the next try, after each one that failed; about three days in all.
    static let pauses: [Int64] = [
        300, 1_800, 7_200, 18_000, 36_000, 36_000, 43_200, 43_200, 43_200,
    ]

    private(set) var deliveries: [Delivery] = []
    private var places: [String: Int] = [:]
    /// Those still to be sent, the first due first; of those due at one time, the first queued.
    private var waiting: [(due: Int64, place: Int)] = []
    var isPaused = false

    var nextDue: Int64? { isPaused ? nil : waiting.first?.due }

    mutating func add(_ delivery: Delivery) {
        places[delivery.id] = deliveries.count
        deliveries.append(delivery)
        if delivery.state == .waiting { wait(deliveries.count - 1) }
    }

    private mutating func wait(_ place: Int) {
        let due = deliveries[place].due
        let index = (waiting.lastIndex { ($0.due, $0.place) < (due, place) } ?? -1) + 1
        waiting.insert((due, place), at: index)
    }

    /// The delivery that is due first, which is underway from now on.
    mutating func take(at now: Int64) -> Delivery? {
        guard !isPaused, let first = waiting.first, first.due <= now else { return nil }
        waiting.removeFirst()
        deliveries[first.place].state = .underway
        return deliveries[first.place]
    }

    /// Writes down how a try went. A failed one is tried again after a pause, until there are no more.
    /// - Returns: the delivery as it is now, or nil where it was not underway.
    mutating func finish(_ id: String, status: Int?, at now: Int64, retrySpeed: Int64) -> Delivery? {
        guard let place = places[id], deliveries[place].state == .underway else { return nil }
        deliveries[place].tries.append(status)
        let failures = deliveries[place].tries.count
        if let status, (200..<300).contains(status) {
            deliveries[place].state = .succeeded
        } else if failures <= Self.pauses.count {
            deliveries[place].state = .waiting
            deliveries[place].due = now + Self.pauses[failures - 1] * 1_000 / max(1, retrySpeed)
            wait(place)
        } else {
            deliveries[place].state = .exhausted
        }
        return deliveries[place]
    }

    /// Gives up a delivery that cannot be sent.
    mutating func drop(_ id: String) {
        guard let place = places[id] else { return }
        deliveries[place].state = .dropped
        waiting.removeAll { $0.place == place }
    }

    /// Gives up whatever was still to be sent to an endpoint that is gone.
    mutating func cancel(to endpoint: String) {
        for (_, place) in waiting where deliveries[place].endpoint == endpoint { deliveries[place].state = .dropped }
        waiting.removeAll { deliveries[$0.place].state == .dropped }
    }
}
