import Storage
import Synchronization

/// What the requests from a number on, so many of them, meet.
struct PlannedFault: Hashable, Sendable {
    let fault: WireFault
    let from: Int
    let count: Int
    /// So long passes before the caller hears of it.
    var seconds: Int64 = 0
}

/// How many commits and requests a run has, numbered from 1: where it can be made to fail.
struct FailurePoints: Sendable {
    var commits = 0
    var requests = 0
    /// The numbers of the requests that write.
    var posts: [Int] = []
}

/// Decides at each call through the database and the transport whether something goes wrong there, by chance or by
/// plan, and counts what did.
final class Trouble: Sendable {
    /// So many in a million calls of the database, and in a thousand requests, in the chaos of a simulation.
    static let databasePerMillion: Int64 = 150
    static let deathsPerMillion: Int64 = 60
    static let wirePerMille: Int64 = 60
    static let wireDeathsPerMille: Int64 = 6

    fileprivate struct State {
        var chance = Chance(seed: 0)
        var families: Set<FaultFamily> = []
        /// The process has died: nothing goes through any more until the next one.
        var isDead = false
        /// A judge looks, or a process starts: nothing goes wrong, and nothing is counted.
        var isPaused = false
        var isStripeAway = false
        /// Stripe's list of events cannot be had.
        var areEventsAway = false
        /// Deaths that are planned, for the crash sweep.
        var deaths: [DeathPoint] = []
        var commits = 0
        var requests = 0
        /// The numbers of the requests that write.
        var posts: [Int] = []
        var planned: PlannedFault?
        var injected: [String: Int] = [:]
    }

    private let state = Mutex(State())

    var isDead: Bool { state.withLock { $0.isDead } }
    var injected: [String: Int] { state.withLock { $0.injected } }
    /// What there was since `plan`: the points at which a run can be made to fail.
    var points: FailurePoints {
        state.withLock { FailurePoints(commits: $0.commits, requests: $0.requests, posts: $0.posts) }
    }

    /// From here on chance goes its way from `seed`, within these families.
    func begin(seed: UInt64, _ families: Set<FaultFamily>) {
        state.withLock { state in
            state.chance = Chance(seed: seed)
            state.families = families
        }
    }

    /// From here on commits and requests are numbered from 1, and meet what is planned for them.
    func plan(deaths: [DeathPoint], fault: PlannedFault?) {
        state.withLock { state in
            (state.deaths, state.planned) = (deaths, fault)
            (state.commits, state.requests, state.posts) = (0, 0, [])
        }
    }

    func die(_ what: String) {
        state.withLock { state in
            state.isDead = true
            state.injected[what, default: 0] += 1
        }
    }

    func revive() { state.withLock { $0.isDead = false } }
    func setStripeAway(_ isAway: Bool) { state.withLock { $0.isStripeAway = isAway } }
    func setEventsAway(_ areAway: Bool) { state.withLock { $0.areEventsAway = areAway } }
    func count(_ what: String) { state.withLock { $0.injected[what, default: 0] += 1 } }

    func setPaused(_ isPaused: Bool) { state.withLock { $0.isPaused = isPaused } }

    // MARK: The database

    func atDatabase(_ call: SeamCall) -> Fault? {
        state.withLock { state in
            if state.isPaused { return nil }
            if state.isDead { return .crashes(.before) }
            if call == .commit {
                state.commits += 1
                if let isAfter = state.takeDeath() { return .crashes(isAfter ? .after : .before) }
            }
            if state.families.contains(.crash), state.draws(Self.deathsPerMillion) {
                return state.deathByChance(at: call)
            }
            guard state.families.contains(.database), state.draws(Self.databasePerMillion) else { return nil }
            return state.failure(at: call)
        }
    }

    // MARK: The wire

    enum Meeting: Sendable {
        /// - Parameter seconds: how long it is until the caller hears of it.
        case fault(WireFault, seconds: Int64)
        case death(isAfter: Bool)
        case nobodyThere
    }

    /// - Parameter isPost: whether the request writes.
    func atWire(_ target: String, isPost: Bool) -> Meeting? {
        state.withLock { state in
            if state.isDead { return .death(isAfter: false) }
            state.requests += 1
            if isPost { state.posts.append(state.requests) }
            if state.isStripeAway || state.areEventsAway && target.hasPrefix("/v1/events") { return .nobodyThere }
            if let isAfter = state.takeDeath(atRequest: state.requests) { return .death(isAfter: isAfter) }
            if let planned = state.planned, (planned.from..<planned.from + planned.count).contains(state.requests) {
                state.injected[planned.fault.name, default: 0] += 1
                return .fault(planned.fault, seconds: planned.seconds)
            }
            if state.families.contains(.crash), state.chance.happens(perMille: Self.wireDeathsPerMille) {
                return .death(isAfter: state.chance.happens(perMille: 500))
            }
            guard state.families.contains(.stripe), state.chance.happens(perMille: Self.wirePerMille) else {
                return nil
            }
            let fault = state.chance.pick(WireFault.all)
            state.injected[fault.name, default: 0] += 1
            return .fault(fault, seconds: 0)
        }
    }
}

extension Trouble.State {
    fileprivate mutating func draws(_ perMillion: Int64) -> Bool { Int64(chance.next() % 1_000_000) < perMillion }

    /// - Returns: whether it dies after the call has had its effect; nil where it lives.
    fileprivate mutating func takeDeath() -> Bool? {
        for case .commit(commits, let isAfter) in deaths {
            isDead = true
            injected["death at a commit", default: 0] += 1
            return isAfter
        }
        return nil
    }

    fileprivate mutating func takeDeath(atRequest number: Int) -> Bool? {
        for case .wire(number, let isAfter) in deaths { return isAfter }
        return nil
    }

    fileprivate mutating func deathByChance(at call: SeamCall) -> Fault {
        isDead = true
        injected["death at a call of the database", default: 0] += 1
        return .crashes(chance.happens(perMille: 500) ? .after : .before)
    }

    fileprivate mutating func failure(at call: SeamCall) -> Fault? {
        let fault: (name: String, fault: Fault)? =
            switch call {
            case .begin(.writer): ("database locked", .fails(StorageError(.locked)))
            case .step: ("disk full", .fails(StorageError(.full)))
            case .commit where chance.happens(perMille: 500):
                ("fate of a commit unknown", .fails(StorageError(.io, kind: .indeterminate), .after))
            case .commit: ("disk full", .fails(StorageError(.full)))
            default: nil
            }
        if let fault { injected[fault.name, default: 0] += 1 }
        return fault?.fault
    }
}
