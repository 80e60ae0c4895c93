import Billing
import Ledger
import Storage
import StripeSandbox
import Worker

/// One fact, of which three messengers tell: Stripe's answer to the call, its webhook, and the sweep. Whichever comes
/// first, and when all come at once, it is one entry.
struct Messengers: Sendable {
    enum Messenger: String, CaseIterable, Sendable { case answer, webhook, sweep }

    enum Fact: String, CaseIterable, Sendable { case payment, refund }

    /// In which order, or all at once.
    enum Order: Sendable, Hashable {
        case after([Messenger])
        case atOnce

        /// The six orders, and all at once.
        static let all: [Order] =
            Messenger.allCases.flatMap { first in
                Messenger.allCases.filter { $0 != first }.flatMap { second in
                    Messenger.allCases.filter { $0 != first && $0 != second }.map { .after([first, second, $0]) }
                }
            } + [.atOnce]

        var name: String {
            switch self {
            case .after(let messengers): messengers.map(\.rawValue).joined(separator: "-")
            case .atOnce: "at-once"
            }
        }
    }

    let fact: Fact
    let isConnected: Bool
    let micros: Int64

    init(number: UInt64) {
        fact = Fact.allCases[Int(number / 2 % 2)]
        isConnected = number % 2 == 1
        micros = Int64(200 + number * 37) * 10_000
    }

    /// - Parameter order: `nil` where the answer simply comes, and nobody else tells of it before the sweep at the end.
    /// - Returns: the journal at the end.
    func tell(_ order: Order?, seed: UInt64) async throws -> JournalShape {
        var world = try await SmallWorld(seed: seed, isConnected: isConnected)
        try await world.play(.charge(.good, micros: micros, isHeard: order == nil || fact == .refund))
        if fact == .refund {
            try await webhook(world, await world.house.deliveries())
            try await refund(world, isHeard: order == nil)
        }
        let letters = await world.house.deliveries()
        switch order {
        case nil: break
        case .after(let messengers):
            for messenger in messengers { try await send(messenger, to: world, letters) }
        case .atOnce:
            try await withThrowingTaskGroup(of: Void.self) { [world] group in
                for messenger in Messenger.allCases {
                    group.addTask { try await send(messenger, to: world, letters) }
                }
                try await group.waitForAll()
            }
        }
        return try await end(of: world)
    }

    private func refund(_ world: SmallWorld, isHeard: Bool) async throws {
        let (worker, account) = (world.house.worker, world.account)
        try await world.house.database.write { tx in
            guard let charge = try worker.charging.list(account: account, after: nil, limit: 1, in: tx).first else {
                throw Breach("a charge is kept", "there is none")
            }
            _ = try worker.refunds.create(
                NewRefund(amount: charge.amount / 2), of: .charge(charge.id), account: account, by: .commandLine,
                in: tx)
        }
        let fault = PlannedFault(fault: .named("timeout-after"), from: 1, count: 1)
        world.house.trouble.plan(deaths: [], fault: isHeard ? nil : fault)
        _ = try await worker.outbox.step()
        world.house.trouble.plan(deaths: [], fault: nil)
    }

    // MARK: Messengers

    private func send(_ messenger: Messenger, to world: SmallWorld, _ letters: [WebhookDelivery]) async throws {
        switch messenger {
        case .answer:
            // The same request again, under the same key, has the answer that was lost.
            world.house.clock.advance(seconds: 3_600)
            while try await world.house.worker.outbox.step() {}
        case .webhook: try await webhook(world, letters)
        case .sweep: try await world.sweep()
        }
    }

    private func webhook(_ world: SmallWorld, _ letters: [WebhookDelivery]) async throws {
        for letter in letters {
            try await world.receive(Postman.Letter(delivery: letter, due: world.house.clock.truth))
        }
        while try await world.house.worker.inbox.step() {}
    }

    /// Days later, when everything that was to come has come.
    private func end(of world: SmallWorld) async throws -> JournalShape {
        world.house.clock.advance(seconds: 8 * 86_400)
        try await webhook(world, await world.house.deliveries())
        try await world.sweep()
        let payments = await world.house.sandbox.paymentFacts().count
        guard payments == 1 else { throw Breach("one charge, one payment", "there are \(payments)") }
        return try await world.journal()
    }
}
