import Billing
import Ledger
import Storage
import Testing

@testable import Worker

/// What is remembered of requests, for how long, and who may go on with one whose holder died.
struct IdempotencyTests {
    private func key(_ text: String = "k", body: String = "{}", scope: String = "platform") throws -> IdempotencyKey {
        try IdempotencyKey(text, scope: scope, request: "POST /v1/accounts", body: Array(body.utf8))
    }

    private let answer = RememberedAnswer(status: 201, body: Array(#"{"id": "x"}"#.utf8))

    private func claim(_ key: IdempotencyKey, in house: TestHouse) async throws -> Idempotency.Standing {
        try await house.database.write { [worker = house.worker] tx in
            try worker.idempotency.claim(key, secret: "s", in: tx)
        }
    }

    private func finish(_ claim: IdempotencyClaim, in house: TestHouse, _ answer: RememberedAnswer) async throws {
        try await house.database.write { [worker = house.worker] tx in
            try worker.idempotency.finish(claim, with: answer, in: tx)
        }
    }

    private func code(_ body: () async throws -> Void) async -> String? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? WorkerError)?.code
        }
    }

    @Test func `a claimed request is in flight for others until it is answered`() async throws {
        let house = try await TestHouse()
        guard case .claimed(let mine) = try await claim(key(), in: house) else {
            Issue.record("not claimed")
            return
        }
        #expect(await code { _ = try await claim(key(), in: house) } == "idempotency_key_in_flight")
        #expect(await code { _ = try await claim(key(body: "{ }"), in: house) } == "idempotency_key_reused")
        try await finish(mine, in: house, answer)
        guard case .answered(let known) = try await claim(key(), in: house) else {
            Issue.record("not answered")
            return
        }
        #expect(known == answer)
        #expect(await code { _ = try await claim(key(body: "{ }"), in: house) } == "idempotency_key_reused")
    }

    @Test func `a claim whose holder died is taken over after the lease, and the dead one changes nothing`()
        async throws
    {
        let house = try await TestHouse()
        guard case .claimed(let dead) = try await claim(key(), in: house) else {
            Issue.record("not claimed")
            return
        }
        house.clock.advance(seconds: house.worker.context.policy.leaseSeconds - 1)
        #expect(await code { _ = try await claim(key(), in: house) } == "idempotency_key_in_flight")
        house.clock.advance(seconds: 1)
        guard case .claimed(let heir) = try await claim(key(), in: house) else {
            Issue.record("not taken over")
            return
        }
        try await finish(dead, in: house, RememberedAnswer(status: 500, body: []))
        #expect(await code { _ = try await claim(key(), in: house) } == "idempotency_key_in_flight")
        try await finish(heir, in: house, answer)
        guard case .answered(let known) = try await claim(key(), in: house) else {
            Issue.record("not answered")
            return
        }
        #expect(known == answer)
    }

    @Test func `a request that was given up can be made again`() async throws {
        let house = try await TestHouse()
        guard case .claimed(let mine) = try await claim(key(), in: house) else {
            Issue.record("not claimed")
            return
        }
        try await house.database.write { [worker = house.worker] tx in try worker.idempotency.release(mine, in: tx) }
        guard case .claimed = try await claim(key(body: "{ }"), in: house) else {
            Issue.record("not free")
            return
        }
    }

    @Test func `the same key is another's in another scope`() async throws {
        let house = try await TestHouse()
        for scope in ["platform", "bacc_1", "bacc_2"] {
            guard case .claimed = try await claim(key(scope: scope), in: house) else {
                Issue.record("not claimed in \(scope)")
                continue
            }
        }
    }

    @Test func `answers are kept for thirty days and then forgotten, batch by batch`() async throws {
        let house = try await TestHouse()
        for place in 0..<1_100 {
            let key = try key("k\(place)")
            try await house.database.write { [worker = house.worker, answer] tx in
                _ = try worker.idempotency.remember(answer, for: key, in: tx)
            }
        }
        house.clock.advance(seconds: 30 * 86_400 - 1)
        #expect(try await house.worker.idempotency.step() == false)
        house.clock.advance(seconds: 2)
        var steps = 0
        while try await house.worker.idempotency.step() { steps += 1 }
        #expect(steps == 3)
        let left = try await house.database.read { tx in
            try tx.first("SELECT COUNT(*) AS rows FROM idempotency_keys")?.int64("rows")
        }
        #expect(left == 0)
    }
}

struct SealedTextTests {
    private let text = Array("the secret of the answer".utf8)

    private func sealed(_ nonce: UInt8 = 7) throws -> SealedText {
        try SealedText(text, secret: "s", purpose: "p", nonce: Array(repeating: nonce, count: 12))
    }

    @Test func `what was sealed opens with the same secret and purpose alone`() throws {
        let sealed = try sealed()
        #expect(sealed.opened(with: "s", purpose: "p") == text)
        #expect(sealed.opened(with: "t", purpose: "p") == nil)
        #expect(sealed.opened(with: "s", purpose: "q") == nil)
        #expect(sealed.opened(with: "", purpose: "p") == nil)
        #expect(!String(decoding: sealed.bytes, as: UTF8.self).contains("secret"))
        let empty = try SealedText([], secret: "s", purpose: "p", nonce: Array(repeating: 1, count: 12))
        #expect(empty.opened(with: "s", purpose: "p") == [])
    }

    @Test func `no byte can be changed unnoticed`() throws {
        let bytes = try sealed().bytes
        for place in bytes.indices {
            var changed = bytes
            changed[place] ^= 1
            #expect(SealedText(sealed: changed).opened(with: "s", purpose: "p") == nil)
        }
        for length in 0..<bytes.count {
            #expect(SealedText(sealed: Array(bytes.prefix(length))).opened(with: "s", purpose: "p") == nil)
        }
    }

    @Test func `the same text is another under another nonce`() throws {
        #expect(try sealed(1).bytes != sealed(2).bytes)
        #expect(throws: WorkerError.self) { try SealedText(text, secret: "s", purpose: "p", nonce: [1]) }
    }
}
