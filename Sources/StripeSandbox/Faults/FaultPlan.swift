/// Faults by chance, the same for the same seed. Chances are so many in a thousand.
struct FaultPlan: Sendable {
    let seed: UInt64
    var calls: [(fault: Fault, perMille: Int64)] = []
    var events: [(kind: EventKind, perMille: Int64)] = []
    var longestDelayMilliseconds: Int64 = 60_000
    private var random: SeededRandomness

    enum EventKind: String, Sendable, CaseIterable {
        case never, drop, duplicate, delay, reorder
    }

    init(seed: UInt64) {
        self.seed = seed
        random = SeededRandomness(seed: seed)
    }

    mutating func drawCallFault() -> Fault? {
        for (fault, perMille) in calls where random.happens(perMille: perMille) { return fault }
        return nil
    }

    mutating func drawEventFault() -> EventFault? {
        for (kind, perMille) in events where random.happens(perMille: perMille) {
            return switch kind {
            case .never: .neverGenerated
            case .drop: .dropped
            case .duplicate: .duplicated
            case .delay: .delayed(milliseconds: Int64(random.next() % UInt64(max(1, longestDelayMilliseconds))))
            case .reorder: .reordered
            }
        }
        return nil
    }
}
