import Billing
import Ledger
import Storage
import Testing

@testable import Worker

/// Usage by the key that it came with.
@Suite struct UsageCallerTests {
    private struct Scene {
        let usage: UsageHouse

        init() async throws { usage = try await UsageHouse(seed: 1, markup: 0) }

        func mint(_ cap: Int64?) async throws -> ApiKey {
            try await usage.house.database.write { [worker = usage.house.worker, account = usage.account] tx in
                try worker.keys.mint(NewKey(name: "app", maxSpend: cap), account: account, by: .commandLine, in: tx).key
            }
        }

        func record(_ id: String, by caller: ApiKey.ID?, naming key: ApiKey? = nil) async throws -> String {
            var report = UsageReport(eventID: id, customer: "ada", costMicros: 1)
            report.key = key?.id.text
            return try await usage.house.database.write {
                [worker = usage.house.worker, account = usage.account, report] tx in
                let checked = worker.metering.check([report])
                return switch try worker.metering.record(checked, by: caller, account: account, in: tx)[0] {
                case .accepted(let event): "accepted on \(event.labels.key ?? "none")"
                case .duplicate: "duplicate"
                case .rejected(let error): "\(error.code) \(error.field ?? "")"
                }
            }
        }

        func change(_ key: ApiKey, cap: Int64?) async throws {
            var change = KeyChange()
            change.maxSpend = cap.map { .set($0) } ?? .clear
            _ = try await usage.house.database.write {
                [worker = usage.house.worker, account = usage.account, change] tx in
                try worker.keys.change(key.id, change, account: account.id, by: .commandLine, in: tx)
            }
        }
    }

    @Test func `a key without bounds counts nothing by itself`() async throws {
        let scene = try await Scene()
        let key = try await scene.mint(nil)
        #expect(try await scene.record("1", by: key.id) == "accepted on none")
        #expect(try await scene.record("2", by: nil) == "accepted on none")
    }

    @Test func `an event sent again is the same one, whatever became of its caller's bounds`() async throws {
        let scene = try await Scene()
        let key = try await scene.mint(100)
        #expect(try await scene.record("bounded", by: key.id) == "accepted on \(key.id)")
        let next = try await scene.usage.house.database.write {
            [worker = scene.usage.house.worker, account = scene.usage.account] tx in
            try worker.keys.rotate(key.id, account: account.id, by: .commandLine, in: tx).key
        }
        #expect(try await scene.record("bounded", by: next.id) == "duplicate")
        try await scene.change(next, cap: nil)
        #expect(try await scene.record("bounded", by: key.id) == "duplicate")
        #expect(try await scene.record("free", by: next.id) == "accepted on none")
        try await scene.change(next, cap: 100)
        #expect(try await scene.record("free", by: next.id) == "duplicate")
    }

    @Test func `the same event on another key is another one`() async throws {
        let scene = try await Scene()
        let (key, other) = (try await scene.mint(100), try await scene.mint(100))
        #expect(try await scene.record("1", by: key.id) == "accepted on \(key.id)")
        #expect(try await scene.record("1", by: other.id) == "event_differs key")
        #expect(try await scene.record("1", by: nil) == "event_differs key")
        #expect(try await scene.record("1", by: nil, naming: key) == "duplicate")
    }
}
