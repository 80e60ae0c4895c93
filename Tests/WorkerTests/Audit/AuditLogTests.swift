import Billing
import Foundation
import Ledger
import Storage
import Testing

@testable import Worker

@Suite struct AuditLogTests {
    private func log(_ house: TestHouse, _ filter: AuditFilter = AuditFilter()) async throws -> [AuditEntry] {
        try await house.database.read { [worker = house.worker] tx in
            try worker.auditLog.list(filter, limit: 100, in: tx)
        }
    }

    private func merchant(_ house: TestHouse, _ actor: Actor = .commandLine) async throws -> ConnectedAccount {
        try await house.database.write { [worker = house.worker] tx in
            try worker.accounts.create(
                NewAccount(name: "Ada", currency: "usd", stripe: "none", markupPercent: 10), by: actor, in: tx)
        }
    }

    @Test func `a changed setting is written down with who, from what and to what`() async throws {
        let house = try await TestHouse()
        let account = try await merchant(house)
        let key = ApiKey.ID.make(house.worker.context.seams)
        house.clock.advance(milliseconds: 1_000)
        var change = AccountChange()
        change.markupPercent = Decimal(string: "12.5")
        change.email = .set("ada@example.com")
        try await house.database.write { [worker = house.worker, change] tx in
            _ = try worker.accounts.update(account.id, change, by: .key(key), in: tx)
        }
        let entry = try #require(try await log(house).first)
        #expect(entry.account == account.id)
        #expect(entry.actor == key.text)
        #expect((entry.action, entry.object, entry.objectID) == ("changed", "account", account.id.text))
        #expect(entry.at == house.clock.now)
        #expect(
            entry.changes == [
                AuditChange(field: "email", from: nil, to: "ada@example.com"),
                AuditChange(field: "markup_percent", from: "10", to: "12.5"),
            ])
    }

    @Test func `a change that makes nothing different is not written`() async throws {
        let house = try await TestHouse()
        let account = try await merchant(house)
        try await house.database.write { [worker = house.worker] tx in
            _ = try worker.accounts.update(account.id, AccountChange(), by: .commandLine, in: tx)
        }
        #expect(try await log(house).map(\.action) == ["created"])
    }

    @Test func `what is refused leaves no entry`() async throws {
        let house = try await TestHouse()
        let account = try await merchant(house)
        var change = AccountChange()
        change.name = "Grace"
        change.topUpMinimum = .set(-5)
        await #expect(throws: WorkerError.self) {
            try await house.database.write { [worker = house.worker, change] tx in
                _ = try worker.accounts.update(account.id, change, by: .commandLine, in: tx)
            }
        }
        #expect(try await log(house).count == 1)
    }

    @Test func `keys are written down when they are made and revoked, and never their secret`() async throws {
        let house = try await TestHouse()
        let account = try await merchant(house)
        let minted = try await house.database.write { [worker = house.worker] tx in
            try worker.keys.mint(account: account.id, name: "server", by: .commandLine, in: tx)
        }
        for _ in 0..<2 {
            house.clock.advance(milliseconds: 1)
            try await house.database.write { [worker = house.worker] tx in
                _ = try worker.keys.revoke(minted.key.id, account: account.id, by: .key(minted.key.id), in: tx)
            }
        }
        let entries = try await log(house, AuditFilter(object: "key"))
        #expect(entries.map(\.action) == ["revoked", "created"])
        #expect(entries.map(\.actor) == [minted.key.id.text, "command_line"])
        let texts = entries.flatMap(\.changes).flatMap { [$0.field, $0.from ?? "", $0.to ?? ""] }
        #expect(texts.contains("server"))
        #expect(!texts.contains { minted.secret.contains($0) && $0.count > 4 })
    }

    @Test func `a replaced platform key is written down as the settings' doing`() async throws {
        let house = try await TestHouse()
        for secret in ["the first platform key", "the second platform key"].map({ $0.replacing(" ", with: "_") }) {
            try await house.database.write { [worker = house.worker] tx in
                _ = try worker.keys.adopt(platformSecret: secret, in: tx)
                _ = try worker.keys.adopt(platformSecret: secret, in: tx)
            }
            house.clock.advance(milliseconds: 1)
        }
        let entries = try await log(house)
        #expect(entries.map(\.action).sorted() == ["created", "created", "revoked"])
        #expect(entries.allSatisfy { $0.actor == "settings" && $0.account == nil })
    }

    @Test func `customers are written down when somebody makes or changes them, not on first use`() async throws {
        let house = try await TestHouse()
        let account = try await merchant(house)
        try await house.use(1_000, by: "made on first use", of: account)
        try await house.database.write { [worker = house.worker] tx in
            _ = try worker.customers.create(
                NewCustomer(externalID: "ada", details: CustomerDetails(metadata: ["team": "a"])), account: account,
                by: .commandLine, in: tx)
        }
        house.clock.advance(milliseconds: 1)
        try await house.database.write { [worker = house.worker] tx in
            _ = try worker.customers.update(
                "ada", CustomerDetails(name: "Ada", metadata: ["team": "b"]), account: account, by: .commandLine,
                in: tx)
        }
        let entries = try await log(house, AuditFilter(object: "customer"))
        #expect(entries.map(\.action) == ["changed", "created"])
        #expect(
            entries.first?.changes == [
                AuditChange(field: "metadata.team", from: "a", to: "b"),
                AuditChange(field: "name", from: nil, to: "Ada"),
            ])
    }

    @Test func `the log is read by account, thing, actor and time, page by page`() async throws {
        let house = try await TestHouse()
        let start = house.clock.now
        var accounts: [ConnectedAccount] = []
        for _ in 0..<3 {
            accounts.append(try await merchant(house))
            house.clock.advance(milliseconds: 1_000)
        }
        let all = try await log(house)
        #expect(all.map(\.objectID) == accounts.reversed().map(\.id.text))
        #expect(try await log(house, AuditFilter(account: accounts[1].id)) == [all[1]])
        #expect(try await log(house, AuditFilter(objectID: accounts[0].id.text)) == [all[2]])
        #expect(try await log(house, AuditFilter(object: "plan")).isEmpty)
        #expect(try await log(house, AuditFilter(actor: "stripe")).isEmpty)
        let middle = AuditFilter(from: start.adding(seconds: 1), to: start.adding(seconds: 2))
        #expect(try await log(house, middle) == [all[1]])
        let second = try await house.database.read { [worker = house.worker] tx in
            try worker.auditLog.list(AuditFilter(), after: all[0].id, limit: 1, in: tx)
        }
        #expect(second == [all[1]])
    }
}
