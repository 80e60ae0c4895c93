import Billing
import Ledger
import Storage
import Testing

import struct Billing.Customer

@testable import Worker

/// Keys with bounds: made, changed, rotated.
@Suite struct KeyBoundsTests {
    /// A merchant with one customer.
    private struct Scene {
        let house: OnboardingHouse
        let account: ConnectedAccount
        let customer: Customer

        init() async throws {
            let house = try await OnboardingHouse()
            let account = try await house.merchant()
            customer = try await house.database.write { tx in
                try house.worker.customers.create(NewCustomer(externalID: "ada"), account: account, by: .worker, in: tx)
            }
            (self.house, self.account) = (house, account)
        }

        var keys: Keys { house.worker.keys }
        var now: Instant { house.clock.now }

        func mint(_ new: NewKey = NewKey(name: "laptop", customer: "ada", maxSpend: 50)) async throws -> MintedKey {
            try await house.database.write { tx in try keys.mint(new, account: account, by: .worker, in: tx) }
        }

        func change(_ key: ApiKey, _ edit: (inout KeyChange) -> Void) async throws -> ApiKey {
            var change = KeyChange()
            edit(&change)
            return try await house.database.write { [change] tx in
                try keys.change(key.id, change, account: account.id, by: .commandLine, in: tx)
            }
        }

        func rotate(_ key: ApiKey, overlap: Int64 = Keys.usualOverlap) async throws -> MintedKey {
            try await house.database.write { tx in
                try keys.rotate(key.id, overlapSeconds: overlap, account: account.id, by: .commandLine, in: tx)
            }
        }

        func opens(_ minted: MintedKey) async throws -> Bool {
            do {
                return try await house.database.read { tx in try keys.authenticate(minted.secret, in: tx) } != nil
            } catch let error as WorkerError where error.code == "key_expired" { return false }
        }

        func current(_ key: ApiKey) async throws -> ApiKey {
            try await house.database.read { tx in try keys.get(key.id, account: account.id, in: tx) }
        }
    }

    @Test func `a key has the bounds that it was given`() async throws {
        let scene = try await Scene()
        let end = scene.now.adding(seconds: 10)
        let new = NewKey(name: "a", customer: "ada", maxSpend: 0, expiresAt: end, allowedModels: ["gpt-5*"])
        let key = try await scene.mint(new).key
        #expect(key.scope == .customer(scene.account.id, scene.customer.id))
        #expect((key.maxSpend, key.expiresAt) == (0, end))
        #expect(key.allowedModels == ["gpt-5*"])
        #expect(try await scene.current(key) == key)
        #expect(try await scene.mint(NewKey(name: "b", customer: scene.customer.id.text)).key.scope == key.scope)
        #expect(try await scene.mint(NewKey(name: "c")).key.scope == .account(scene.account.id))
    }

    @Test func `bounds that make no sense are refused by name`() async throws {
        let scene = try await Scene()
        let many = Array(repeating: "m", count: ModelGlob.most + 1)
        let wrong: [(String, NewKey)] = [
            ("max_spend", NewKey(name: "k", maxSpend: -1)), ("expires_at", NewKey(name: "k", expiresAt: scene.now)),
            ("allowed_models", NewKey(name: "k", allowedModels: [])), ("name", NewKey(name: " ")),
            ("allowed_models", NewKey(name: "k", allowedModels: many)),
            ("allowed_models", NewKey(name: "k", allowedModels: ["gpt-5", ""])),
            ("allowed_models", NewKey(name: "k", allowedModels: ["a\u{1B}b"])),
        ]
        for (field, new) in wrong {
            await expectRefusal("invalid_field", field: field) { _ = try await scene.mint(new) }
        }
        await expectRefusal("not_found") { _ = try await scene.mint(NewKey(name: "k", customer: "nobody")) }
    }

    @Test func `an expired key opens nothing, from that very moment on`() async throws {
        let scene = try await Scene()
        let key = try await scene.mint(NewKey(name: "k", expiresAt: scene.now.adding(milliseconds: 5)))
        scene.house.clock.advance(milliseconds: 4)
        #expect(try await scene.opens(key))
        scene.house.clock.advance(milliseconds: 1)
        await expectRefusal("key_expired") {
            _ = try await scene.house.database.read { tx in try scene.keys.authenticate(key.secret, in: tx) }
        }
        _ = try await scene.change(key.key) { $0.expiresAt = .clear }
        #expect(try await scene.opens(key))
    }

    @Test func `a change keeps what it does not name, and takes away what it clears`() async throws {
        let scene = try await Scene()
        let key = try await scene.mint(NewKey(name: "a", maxSpend: 5, allowedModels: ["m"])).key
        let renamed = try await scene.change(key) { $0.name = "b" }
        #expect((renamed.name, renamed.maxSpend, renamed.allowedModels) == ("b", 5, ["m"]))
        let freed = try await scene.change(key) {
            $0.maxSpend = .clear
            $0.allowedModels = .clear
        }
        #expect((freed.name, freed.maxSpend, freed.allowedModels) == ("b", nil, nil))
        #expect(try await scene.current(key) == freed)
        await expectRefusal("invalid_field", field: "max_spend") {
            _ = try await scene.change(key) { $0.maxSpend = .set(-1) }
        }
        #expect(try await scene.current(key) == freed)
    }

    @Test func `a rotated key gives way to one with the same terms, which spends against the same cap`() async throws {
        let scene = try await Scene()
        let first = try await scene.mint(NewKey(name: "a", customer: "ada", maxSpend: 5, allowedModels: ["m"]))
        let second = try await scene.rotate(first.key, overlap: 60)
        let third = try await scene.rotate(second.key)
        #expect(Set([first.secret, second.secret, third.secret]).count == 3)
        for key in [second.key, third.key] {
            #expect((key.name, key.maxSpend, key.allowedModels) == ("a", 5, ["m"]))
            #expect(key.scope == first.key.scope)
            #expect(key.limitSubject == "key:\(first.key.id)")
        }
        #expect(third.key.replaces == second.key.id)
        #expect(try await scene.current(first.key).replacedBy == second.key.id)
        #expect(try await scene.opens(first))
        scene.house.clock.advance(milliseconds: 60_000)
        #expect(try await !scene.opens(first))
        #expect(try await scene.opens(second))
        #expect(try await scene.opens(third))
    }

    @Test func `without an overlap the old key is gone at once, and with one it keeps its own end`() async throws {
        let scene = try await Scene()
        let plain = try await scene.mint()
        _ = try await scene.rotate(plain.key, overlap: 0)
        #expect(try await !scene.opens(plain))
        #expect(try await scene.current(plain.key).revokedAt == scene.now)
        let end = scene.now.adding(seconds: 10)
        let short = try await scene.mint(NewKey(name: "k", expiresAt: end))
        let successor = try await scene.rotate(short.key)
        #expect(try await scene.current(short.key).expiresAt == end)
        #expect(successor.key.expiresAt == end)
    }

    @Test func `a key is rotated once, and not when it is of no use any more`() async throws {
        let scene = try await Scene()
        let key = try await scene.mint()
        let next = try await scene.rotate(key.key)
        await expectRefusal("key_replaced") { _ = try await scene.rotate(key.key) }
        await expectRefusal("key_replaced") { _ = try await scene.change(key.key) { $0.expiresAt = .clear } }
        for seconds in [-1, Keys.longestOverlap + 1, .max] {
            await expectRefusal("invalid_field", field: "overlap_seconds") {
                _ = try await scene.rotate(next.key, overlap: seconds)
            }
        }
        _ = try await scene.house.database.write { tx in
            try scene.keys.revoke(next.key.id, account: scene.account.id, by: .worker, in: tx)
        }
        await expectRefusal("key_revoked") { _ = try await scene.rotate(next.key) }
        await expectRefusal("key_revoked") { _ = try await scene.change(next.key) { $0.name = "x" } }
        #expect(try await scene.opens(key), "who still has the old one can change over")
        let brief = try await scene.mint(NewKey(name: "k", expiresAt: scene.now.adding(seconds: 1)))
        scene.house.clock.advance(milliseconds: 1_000)
        await expectRefusal("key_expired") { _ = try await scene.rotate(brief.key) }
    }

    @Test func `a lower cap holds for the key that lives on as well`() async throws {
        let scene = try await Scene()
        let old = try await scene.mint()
        let new = try await scene.rotate(old.key)
        _ = try await scene.change(new.key) {
            $0.maxSpend = .set(7)
            $0.allowedModels = .set(["small"])
            $0.name = "renamed"
        }
        let living = try await scene.current(old.key)
        #expect((living.maxSpend, living.allowedModels, living.name) == (7, ["small"], "laptop"))
    }

    @Test func `another's key is neither changed nor rotated`() async throws {
        let scene = try await Scene()
        let stranger = try await scene.house.merchant("Grace")
        let key = try await scene.mint().key
        await expectRefusal("not_found") {
            try await scene.house.database.write { tx in
                _ = try scene.keys.change(key.id, KeyChange(), account: stranger.id, by: .worker, in: tx)
            }
        }
        await expectRefusal("not_found") {
            try await scene.house.database.write { tx in
                _ = try scene.keys.rotate(key.id, account: stranger.id, by: .worker, in: tx)
            }
        }
    }

    @Test func `every step of a key's life is in the log, and no secret is`() async throws {
        let scene = try await Scene()
        let key = try await scene.mint()
        _ = try await scene.change(key.key) { $0.maxSpend = .set(9) }
        let next = try await scene.rotate(key.key)
        let log = try await scene.house.database.read { tx in try tx.query("SELECT * FROM audit_log ORDER BY id") }
        let lines = try log.filter { try $0.text("object") == "key" }.map {
            "\(try $0.text("action")) \(try $0.text("object_id"))"
        }
        #expect(
            lines.sorted()
                == [
                    "changed \(key.key.id)", "created \(key.key.id)", "created \(next.key.id)", "rotated \(key.key.id)",
                ]
                .sorted())
        let text = try log.map { try $0.text("changes") }.joined()
        #expect(text.contains("max_spend"))
        for secret in [key.secret, next.secret] { #expect(!text.contains(secret.dropFirst(12))) }
    }
}
