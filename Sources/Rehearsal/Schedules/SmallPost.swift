import Ledger
import StripeSandbox
import Worker

/// How a tale's webhooks come: in order and at once, or as the worst of networks would have it.
struct SmallPost: Sendable {
    enum Manner: Sendable, Hashable {
        case inOrder
        /// Each up to five times, in any order, up to three days late, one in five never.
        case unreliable
    }

    private var postman = Postman()
    private var chance: Chance
    let manner: Manner
    private(set) var carried = 0
    private(set) var dropped = 0
    /// Until then nothing comes, and Stripe's list of events cannot be had.
    private var cutOffUntil: Instant?

    init(_ manner: Manner, seed: UInt64) {
        self.manner = manner
        chance = Chance(seed: seed)
    }

    mutating func cutOff(_ world: SmallWorld, for seconds: Int64) {
        cutOffUntil = world.house.clock.truth.adding(seconds: seconds)
        world.house.trouble.setEventsAway(true)
    }

    /// Takes over what Stripe has to send, and hands on what is due.
    mutating func goRound(_ world: inout SmallWorld) async throws {
        let deliveries = await world.house.deliveries()
        world.overhear(deliveries)
        let now = world.house.clock.truth
        if let end = cutOffUntil {
            if now < end {
                dropped += deliveries.count
                return try await world.work()
            }
            cutOffUntil = nil
            world.house.trouble.setEventsAway(false)
        }
        switch manner {
        case .inOrder:
            for delivery in deliveries {
                try await hand(Postman.Letter(delivery: delivery, due: now), to: world)
                try await world.work()
            }
        case .unreliable:
            let wrong = postman.take(over: deliveries, at: now, &chance, isUnreliable: true)
            dropped += wrong.count { $0 == "webhook dropped" }
            while let letter = postman.take(at: now, &chance) {
                try await hand(letter, to: world)
                if chance.happens(perMille: 500) { try await world.work() }
            }
        }
        try await world.work()
    }

    /// Stripe sends again what was not taken.
    private mutating func hand(_ letter: Postman.Letter, to world: SmallWorld) async throws {
        do {
            try await world.receive(letter)
            carried += 1
        } catch let error as WorkerError where Inbox.isSignatureFault(error) {
            postman.putBack(letter, at: world.house.clock.truth)
        }
    }
}
