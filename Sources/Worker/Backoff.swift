import Billing

/// How long work waits that could not be done: one second, doubled with each attempt up to ten minutes, less up to a
/// half by chance, so that what failed together does not come back together.
enum Backoff {
    static func milliseconds(attempts: Int, _ seams: Seams) -> Int64 {
        let full = Int64(1_000) << Int64(min(max(attempts - 1, 0), 10))
        let bounded = min(full, 600_000)
        let random = seams.randomBytes(4).reduce(0 as Int64) { $0 << 8 | Int64($1) }
        return bounded - random % (bounded / 2 + 1)
    }
}
