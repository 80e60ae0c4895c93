/// For a while no webhook comes and Stripe's list of events cannot be had; what happened meanwhile is found afterwards.
struct SmallOutage: Sendable {
    /// Begins before this deed of the tale; past the last one it goes on with the first.
    let place: Int
    let seconds: Int64

    /// One that nobody notices, one over a weekend, and one on each side of the 30 days for which Stripe lists events.
    static let lengths: [(name: String, seconds: Int64)] = [
        ("an hour", 3_600), ("3 days", 3 * 86_400), ("29 days", 29 * 86_400), ("31 days", 31 * 86_400),
    ]
}
