import Billing
import Ledger
import Storage
import Testing

@testable import Worker

@Suite struct KeysTests {
    private let platformSecret = "a-platform-secret-of-32-characters-or-more"

    private func mint(_ house: OnboardingHouse, for account: ConnectedAccount?) async throws -> MintedKey {
        try await house.database.write { [worker = house.worker] tx in
            try worker.keys.mint(account: account?.id, name: "backend", by: .commandLine, in: tx)
        }
    }

    private func authenticate(_ house: OnboardingHouse, _ secret: String) async throws -> ApiKey? {
        try await house.database.read { [worker = house.worker] tx in try worker.keys.authenticate(secret, in: tx) }
    }

    private func adopt(_ house: OnboardingHouse, _ secret: String) async throws -> ApiKey {
        try await house.database.write { [worker = house.worker] tx in
            try worker.keys.adopt(platformSecret: secret, in: tx)
        }
    }

    @Test func `a secret opens what its key is for`() async throws {
        let house = try await OnboardingHouse()
        let account = try await house.merchant()
        let platform = try await mint(house, for: nil)
        let own = try await mint(house, for: account)
        #expect(try await authenticate(house, platform.secret)?.scope == .platform)
        #expect(try await authenticate(house, own.secret) == own.key)
        #expect(own.key.scope == .account(account.id))
    }

    @Test func `secrets are 256 bits in base64url, and no two are alike`() async throws {
        let house = try await OnboardingHouse()
        var secrets: Set<String> = []
        for _ in 0..<100 { secrets.insert(try await mint(house, for: nil).secret) }
        #expect(secrets.count == 100)
        for secret in secrets {
            #expect(secret.utf8.count == 50 && secret.hasPrefix("bursar_"))
            #expect(
                secret.utf8.allSatisfy {
                    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8.contains($0)
                })
        }
    }

    @Test func `the database holds digests, never a secret`() async throws {
        let house = try await OnboardingHouse()
        let minted = try await mint(house, for: nil)
        let row = try await house.database.read { tx in try tx.first("SELECT * FROM api_keys") }
        let values = try #require(row?.values)
        #expect(values.contains(.bytes(SecretDigest.of(minted.secret))))
        for case .text(let text) in values { #expect(!text.contains(minted.secret.dropFirst(12))) }
        #expect(minted.key.hint == minted.secret.suffix(4))
    }

    @Test func `SHA-256 it is`() {
        let abc = SecretDigest.of("abc").map { byte in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }
            .joined()
        #expect(abc == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    }

    @Test func `a wrong secret opens nothing`() async throws {
        let house = try await OnboardingHouse()
        let secret = try await mint(house, for: nil).secret
        let wrong = [
            "", "bursar_", String(secret.dropLast()), secret + "A", secret.uppercased(), " " + secret,
            String(repeating: "x", count: 100_000),
        ]
        for secret in wrong { #expect(try await authenticate(house, secret) == nil) }
    }

    @Test func `a revoked key opens nothing, and keeps the moment at which it was revoked`() async throws {
        let house = try await OnboardingHouse()
        let account = try await house.merchant()
        let minted = try await mint(house, for: account)
        let revoke = { @Sendable () async throws -> ApiKey in
            try await house.database.write { tx in
                try house.worker.keys.revoke(minted.key.id, account: account.id, by: .commandLine, in: tx)
            }
        }
        let moment = house.clock.now
        #expect(try await revoke().revokedAt == moment)
        house.clock.advance(seconds: 60)
        #expect(try await revoke().revokedAt == moment)
        #expect(try await authenticate(house, minted.secret) == nil)
    }

    @Test func `another's key and an unknown key look the same`() async throws {
        let house = try await OnboardingHouse()
        let ada = try await house.merchant()
        let grace = try await house.merchant("Grace")
        let key = try await mint(house, for: ada)
        let platform = try await mint(house, for: nil)
        let attempts: [(ApiKey.ID, ConnectedAccount.ID?)] = [
            (key.key.id, grace.id), (key.key.id, nil), (platform.key.id, ada.id),
            (.make(house.worker.context.seams), ada.id),
        ]
        for (id, account) in attempts {
            await expectRefusal("not_found") {
                _ = try await house.database.write { tx in
                    try house.worker.keys.revoke(id, account: account, by: .commandLine, in: tx)
                }
            }
        }
        #expect(try await authenticate(house, key.secret) != nil)
        let listed = try await house.database.read { tx in
            [
                try house.worker.keys.list(account: grace.id, limit: 10, in: tx),
                try house.worker.keys.list(account: ada.id, limit: 10, in: tx),
                try house.worker.keys.list(account: nil, limit: 10, in: tx),
            ]
        }
        #expect(listed == [[], [key.key], [platform.key]])
    }

    @Test func `no key is made for an account that is not there`() async throws {
        let house = try await OnboardingHouse()
        let id = ConnectedAccount.ID.make(house.worker.context.seams)
        await expectRefusal("not_found") {
            _ = try await house.database.write { tx in
                try house.worker.keys.mint(account: id, name: "x", by: .commandLine, in: tx)
            }
        }
        await expectRefusal("invalid_field", field: "name") {
            _ = try await house.database.write { tx in
                try house.worker.keys.mint(account: nil, name: "", by: .commandLine, in: tx)
            }
        }
    }

    @Test func `the configured key is adopted once, however often Bursar starts`() async throws {
        let house = try await OnboardingHouse()
        let key = try await adopt(house, platformSecret)
        #expect(try await adopt(house, platformSecret) == key)
        #expect(try await authenticate(house, platformSecret)?.scope == .platform)
    }

    @Test func `another configured key takes the former one out of use for good, and no minted one`() async throws {
        let house = try await OnboardingHouse()
        let minted = try await mint(house, for: nil)
        _ = try await adopt(house, platformSecret)
        _ = try await adopt(house, platformSecret + "-2")
        #expect(try await authenticate(house, platformSecret) == nil)
        #expect(try await authenticate(house, platformSecret + "-2") != nil)
        #expect(try await authenticate(house, minted.secret) != nil)
        await expectRefusal("platform_key_revoked") { _ = try await adopt(house, platformSecret) }
    }

    @Test(arguments: ["", "short", String(repeating: "x", count: 15), String(repeating: "x y ", count: 10)])
    func `a configured key that could be guessed is refused`(secret: String) async throws {
        let house = try await OnboardingHouse()
        await expectRefusal("platform_key_weak") { _ = try await adopt(house, secret) }
    }

    @Test func `an account's key does not become the platform's by being configured`() async throws {
        let house = try await OnboardingHouse()
        let own = try await mint(house, for: try await house.merchant())
        await expectRefusal("platform_key_taken") { _ = try await adopt(house, own.secret) }
    }
}
