import Ledger
import Worker

/// A tale, told with its webhooks in some manner, and swept at the end.
struct Telling: Sendable {
    let journal: JournalShape
    /// The exported journal, where it was asked for.
    private(set) var books: [String] = []
    let carried: Int
    let dropped: Int

    /// Longer than a debit takes to settle, a refund to go out, and a webhook to come.
    private static let days = 12
    private static let hoursARound: Int64 = 36
    /// What the worker's clock may be wrong by, in seconds.
    private static let errors: [Int64] = [0, 300, -300, 3_600, -3_600, 86_400, -86_400]

    /// - Parameters:
    ///   - clockErrs: whether the worker's clock goes wrong in between, forwards and back.
    ///   - exportsBooks: whether the books are exported in the end.
    init(
        _ tale: SmallTale, _ manner: SmallPost.Manner, seed: UInt64 = 0, clockErrs: Bool = false,
        poison: Poison? = nil, outage: SmallOutage? = nil, exportsBooks: Bool = false
    ) async throws {
        var world = try await SmallWorld(seed: tale.number, isConnected: tale.isConnected)
        var post = SmallPost(manner, seed: seed)
        var chance = Chance(seed: ~seed)
        let clock = world.house.clock
        for (place, deed) in tale.deeds.enumerated() {
            clock.advance(seconds: 7_200)
            if let outage, outage.place % tale.deeds.count == place { post.cutOff(world, for: outage.seconds) }
            try await world.play(deed)
            if let poison, poison.place % tale.deeds.count == place { try await poison.arrive(at: world) }
            if clockErrs { clock.setError(seconds: chance.pick(Self.errors)) }
            try await post.goRound(&world)
        }
        let hours = Self.days * 24 + Int((outage?.seconds ?? 0) / 3_600)
        for _ in 0..<hours / Int(Self.hoursARound) {
            clock.advance(seconds: Self.hoursARound * 3_600)
            if clockErrs { clock.setError(seconds: chance.pick(Self.errors)) }
            try await post.goRound(&world)
        }
        clock.setError(seconds: 0)
        clock.advance(seconds: 2 * 86_400)
        try await world.sweep()
        if let poison { try await poison.mustBeVisible(in: world) }
        journal = try await world.journal(isPoisoned: poison != nil)
        if exportsBooks { books = try await world.house.exportedBooks() }
        (carried, dropped) = (post.carried, post.dropped)
    }
}
