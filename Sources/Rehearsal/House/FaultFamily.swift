/// What can go wrong, by the names that `--faults` takes.
public enum FaultFamily: String, CaseIterable, Sendable {
    /// The worker's process dies at a call through a seam, and is started anew.
    case crash
    /// The disk is full, the database is locked, the fate of a commit is unknown.
    case database
    /// Everything that a call to Stripe can meet.
    case stripe
    /// Webhooks come up to five times, late, in any order, or not at all.
    case webhooks
    /// Nobody is there for an hour, or for a month.
    case outage
    /// The worker's clock steps.
    case clock
}

/// Faults of one call to Stripe.
enum WireFault: Hashable, Sendable {
    /// No address is found; nothing was sent.
    case noName
    /// One of the sandbox's, by its name there.
    case named(String)

    static let all: [WireFault] =
        [.noName]
        + [
            "timeout-before", "timeout-after", "reset-before", "reset-after", "cut-body", "slow=1000", "429",
            "lock-timeout", "409", "500-before", "500-after", "503-before", "503-after", "html-200-before",
            "html-200-after",
        ].map(WireFault.named)

    var name: String {
        switch self {
        case .noName: "no-name"
        case .named(let name): name
        }
    }
}

/// Where a process can die.
enum DeathPoint: Hashable, Sendable {
    /// At a commit, by its number: before it counts, or when it does. What dies at any other call of the database has
    /// done nothing, as before the commit.
    case commit(number: Int, isAfter: Bool)
    /// At the seam of the transport, by the number of the request: before it is sent, or when Stripe has acted.
    case wire(request: Int, isAfter: Bool)
}
