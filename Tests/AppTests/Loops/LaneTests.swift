import Logging
import ServiceLifecycle
import Storage
import Synchronization
import Testing

@testable import App

struct LaneTests {
    /// Runs `service` until `body` is done, then asks it to stop and waits for its end.
    private func running(_ service: some Service, _ body: () async throws -> Void) async throws {
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: service)], logger: .silent))
        async let ended: Void = group.run()
        try await body()
        await group.triggerGracefulShutdown()
        try await ended
    }

    private func lane(
        _ bell: Bell, _ rests: Rests = Rests(), step: @escaping @Sendable () async throws -> Bool
    ) -> Lane {
        Lane(
            name: "test", bell: bell, clock: LoopClock(random: { 0 }, pause: { rests.add($0) }), logger: .silent,
            step: step)
    }

    @Test func `a lane works until nothing is left, and again when the bell rings`() async throws {
        let bell = Bell()
        let work = Work(units: 3)
        try await running(lane(bell, step: work.step)) {
            await work.waitForIdle(times: 1, ringing: bell)
            #expect(work.left == 0)
            work.add(2)
            await work.waitForIdle(times: 2, ringing: bell)
            #expect(work.left == 0)
        }
    }

    @Test func `what fails is tried again, after pauses that grow`() async throws {
        let bell = Bell()
        let rests = Rests()
        let work = Work(units: 1, failures: 9)
        try await running(lane(bell, rests, step: work.step)) {
            await work.waitForIdle(times: 1, ringing: bell)
        }
        #expect(work.left == 0)
        #expect(rests.milliseconds == [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
    }

    @Test func `a pause is shortened by up to a half at random, and never more`() {
        var backoff = Backoff()
        for random in [UInt64.max, 1, 124, 125, 99_999] {
            var same = backoff
            let longest = same.next(random: 0)
            let pause = backoff.next(random: random)
            #expect((longest / 2...longest).contains(pause))
        }
    }

    @Test func `a shutdown lets the step under way come to its end, and starts no other`() async throws {
        let bell = Bell()
        let (began, beginning) = AsyncStream.makeStream(of: Void.self)
        let steps = Rests()
        let lane = lane(bell) {
            steps.add(1)
            beginning.yield()
            try await gracefulShutdown()
            steps.add(2)
            return true
        }
        let group = ServiceGroup(configuration: .init(services: [.init(service: lane)], logger: .silent))
        async let ended: Void = group.run()
        async let ringing: Void = ringUntil(began, bell)
        await ringing
        await group.triggerGracefulShutdown()
        try await ended
        #expect(steps.milliseconds == [1, 2])
    }

    @Test func `rings while a lane is at work are kept, and many are one`() async {
        let bell = Bell()
        var rings = bell.rings().makeAsyncIterator()
        for _ in 1...5 { bell.ring() }
        #expect(await rings.next() != nil)
        let next = Task { [rings] in
            var rings = rings
            return await rings.next()
        }
        next.cancel()
        #expect(await next.value == nil)
    }

    private func ringUntil(_ began: AsyncStream<Void>, _ bell: Bell) async {
        let ringing = Task {
            while !Task.isCancelled {
                bell.ring()
                await Task.yield()
            }
        }
        for await _ in began { break }
        ringing.cancel()
    }
}

/// What a clock was asked to rest, or a step has done.
private final class Rests: Sendable {
    private let all = Mutex<[Int64]>([])

    var milliseconds: [Int64] { all.withLock { $0 } }

    func add(_ milliseconds: Int64) { all.withLock { $0.append(milliseconds) } }
}

/// Units of work that are there, and steps that do them.
private final class Work: Sendable {
    private struct State {
        var left: Int
        var failures: Int
        var idle = 0
    }

    private let state: Mutex<State>

    init(units: Int, failures: Int = 0) { state = Mutex(State(left: units, failures: failures)) }

    var left: Int { state.withLock { $0.left } }

    func add(_ units: Int) { state.withLock { $0.left += units } }

    @Sendable func step() throws -> Bool {
        try state.withLock { state in
            if state.failures > 0 {
                state.failures -= 1
                throw StorageError(.locked)
            }
            guard state.left > 0 else {
                state.idle += 1
                return false
            }
            state.left -= 1
            return true
        }
    }

    /// Rings until the lane has found nothing to do so often, since work was last added.
    func waitForIdle(times: Int, ringing bell: Bell) async {
        while state.withLock({ $0.idle < times || $0.left > 0 }) {
            bell.ring()
            await Task.yield()
        }
    }
}
