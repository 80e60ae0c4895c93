import Ledger
import Storage
import Worker

/// Mutants by the hundred thousand, straight into the very inbox that the routes hand a request to.
public struct MutationSweep: Sendable {
    public private(set) var tried = 0
    public private(set) var accepted = 0
    public private(set) var rows = 0
    /// What was answered, by the error's code.
    public private(set) var answers: [String: Int] = [:]
    public private(set) var breaches: [Breach] = []

    private static let start = Instant(secondsSince1970: 1_793_610_000)

    public init() {}

    /// - Parameter events: bodies that Stripe might have signed.
    /// - Throws: what the database says.
    public mutating func run(_ count: Int, over events: [[UInt8]], seed: UInt64) async throws {
        let house = try await RehearsedHouse(seed: seed, start: Self.start)
        let now = Self.start.secondsSince1970
        let captured = Self.captured(
            events, at: now, connectSecret: Postman.connectSecret, platformSecret: Postman.platformSecret)
        var mutations = SignatureMutations(captured, seed: seed)
        for number in 0..<count {
            let mutant = mutations.next()
            await play(mutant, number, at: house)
        }
        let rows = try await house.database.read { tx in try InboxLook(in: tx).fates.count }
        self.rows += rows
        if rows > 0 { breaches.append(Breach("nothing unsigned is stored", "\(rows) rows are in the inbox")) }
    }

    /// Signed for this door, for the other one, and long ago.
    public static func captured(
        _ events: [[UInt8]], at now: Int64, connectSecret: String, platformSecret: String
    ) -> [SignatureMutations.Captured] {
        events.map { SignatureMutations.Captured(body: $0, secret: connectSecret, seconds: now) }
            + events.map { SignatureMutations.Captured(body: $0, secret: connectSecret, seconds: now - 7) }
            + events.map { SignatureMutations.Captured(body: $0, secret: platformSecret, seconds: now) }
    }

    private mutating func play(_ mutant: SignatureMutations.Mutant, _ number: Int, at house: RehearsedHouse) async {
        tried += 1
        do {
            let header = mutant.header.isEmpty ? nil : String(decoding: mutant.header, as: UTF8.self)
            _ = try await house.worker.inbox.receive(.connect, signature: header, body: mutant.body)
            accepted += 1
            breaches.append(
                Breach(
                    "nothing unsigned is accepted",
                    "mutant \(number): \(String(decoding: mutant.header, as: UTF8.self))"))
        } catch let error as WorkerError where Inbox.isSignatureFault(error) {
            answers[error.code, default: 0] += 1
        } catch {
            breaches.append(Breach("what is unsigned is refused by its signature", "mutant \(number): \(error)"))
        }
    }
}
