import Billing
import Ledger
import Storage
import StripeSandbox
import Testing

import struct Billing.Charge
import struct Billing.Customer

@testable import Worker

@Suite struct MoneyExplanationTests {
    @Test(arguments: Seeds.upTo(16))
    func `after any history, what a charge is of is what the journal adds up to, entry by entry`(seed: UInt64)
        async throws
    {
        let house = try await TestHouse(seed: seed)
        var history = try await RandomHistory(seed: seed, house: house)
        try await history.live(steps: 80)
        let (account, currency) = (history.account, history.account.currency)
        var accrued: [String: Int64] = [:]
        var last: [String: (entry: Int64, left: Int64)] = [:]
        var seen = 0
        let journal = try await house.journal(of: account)
        for entry in journal {
            for posting in entry.postings where posting.kind == "accrued" {
                accrued[posting.customer, default: 0] += posting.micros
            }
            guard entry.reference.hasPrefix("charge:"), entry.reference.hasSuffix(":opened") else { continue }
            let id = try #require(Charge.ID(String(entry.reference.split(separator: ":")[1])))
            let charge = try #require(try await house.database.read { tx in try tx.charges.find(id) })
            let customer = charge.customer.text
            let found = try await house.explain(.charge(id), of: account)
            let accrual = try #require(found.accrual)
            #expect(accrual.entry == entry.sequence && accrual.since == last[customer]?.entry)
            #expect(accrual.before == Money(micros: last[customer]?.left ?? 0, currency), "seed \(seed)")
            #expect(try accrual.left == Money(micros: accrued[customer] ?? 0, currency), "seed \(seed)")
            #expect(accrual.charged.micros == entry.postings.first { $0.kind == "pending" }?.micros)
            #expect(
                found.entries
                    == journal.filter { entry in
                        entry.reference.contains(id.text)
                            || charge.paymentIntent.map { entry.reference == "stripe:\($0):succeeded" } ?? false
                    }, "seed \(seed)")
            last[customer] = (entry.sequence, accrued[customer] ?? 0)
            seen += 1
        }
        #expect(seen > 3)
    }

    @Test(arguments: Seeds.upTo(8))
    func `every entry but those of usage is told of by one payment, page by page`(seed: UInt64)
        async throws
    {
        var story = try await MoneyBackStory(seed: seed)
        for _ in 0..<3 { try await story.topUp() }
        for delivery in story.mail { _ = try await story.house.post(delivery.body) }
        try await story.house.drain()
        story.mail = []
        try await story.house.use(story.generator.number(1...60_000_000), by: "ada", of: story.account)
        try await story.topUp()
        for _ in 0..<14 { try await story.actAtStripe() }
        try await story.decideDisputes()
        for delivery in story.mail { _ = try await story.house.post(delivery.body) }
        try await story.house.drain()
        try await story.house.expectReconciled(story.account, "seed \(seed)")
        var told: [Int64: Int] = [:]
        for topUp in story.topUps {
            let found = try await story.house.explain(.topUp(topUp.id), of: story.account, limit: 1_000)
            #expect(found.accrual == nil && !found.hasMoreEntries)
            for entry in found.entries { told[entry.sequence, default: 0] += 1 }
            #expect(
                try await story.house.explain(.lot(topUp.lotID), of: story.account, limit: 1_000).entries
                    == found.entries)
            #expect(try await pages(of: .topUp(topUp.id), in: story) == found.entries, "seed \(seed)")
            for part in try await givenBack(of: topUp, in: story) {
                let entries = try await story.house.explain(part, of: story.account, limit: 1_000).entries
                #expect(Set(entries).isSubset(of: Set(found.entries)), "seed \(seed), \(part)")
            }
        }
        let journal = try await story.house.journal(of: story.account)
        #expect(journal.count > 8)
        for entry in journal where !entry.reference.contains(UsageEvent.idPrefix) {
            #expect(told[entry.sequence] == 1, "seed \(seed), \(entry.reference)")
        }
    }

    @Test func `the journal of a customer is every entry that touches an account of theirs, page by page`()
        async throws
    {
        let house = try await TestHouse(seed: 7)
        var history = try await RandomHistory(seed: 7, house: house)
        try await history.live(steps: 60)
        let account = history.account
        let journal = try await house.journal(of: account)
        for id in history.accrued.keys {
            let customer = try #require(try await house.database.read { tx in try tx.customers.find(id) })
            let theirs = journal.filter { $0.postings.contains { $0.customer == id.text } }
            var (read, after): ([StoredEntry], Int64) = ([], 0)
            while true {
                let page = try await house.database.read { [worker = house.worker, after] tx in
                    try worker.books.journal(of: customer, after: after, limit: 3, in: tx)
                }
                read += page
                guard let last = page.last else { break }
                after = last.sequence
            }
            #expect(read == theirs && !theirs.isEmpty)
        }
    }

    @Test func `what another merchant has is not found`() async throws {
        let house = try await TestHouse()
        let account = try await house.platformAccount()
        let ada = try await house.customer("ada", of: account)
        let topUp = try await house.paidTopUp(2_000, by: ada, of: account)
        let charge = try await house.pay(30_000_000, by: ada, of: account)
        _ = try await house.ask(NewRefund(amount: 100), of: .charge(charge.id), account)
        let refund = try #require(try await house.refunds(of: account).first)
        let other = try await house.connectedMerchant()
        for thing in [.topUp(topUp.id), .lot(topUp.lotID), .charge(charge.id), .refund(refund.id)] as [BookedThing] {
            _ = try await house.explain(thing, of: account)
            await #expect(throws: WorkerError.self, "\(thing)") { _ = try await house.explain(thing, of: other) }
        }
    }

    private func givenBack(of topUp: TopUp, in story: MoneyBackStory) async throws -> [BookedThing] {
        try await story.house.database.read { tx in
            try tx.refunds.of(.topUp(topUp.id)).map { .refund($0.id) }
                + tx.disputes.of(.topUp(topUp.id)).map { .dispute($0.id) }
        }
    }

    private func pages(of thing: BookedThing, in story: MoneyBackStory) async throws -> [StoredEntry] {
        var entries: [StoredEntry] = []
        while true {
            let page = try await story.house.explain(
                thing, of: story.account, after: entries.last?.sequence ?? 0, limit: 1)
            entries += page.entries
            guard page.hasMoreEntries else { return entries }
        }
    }
}

extension TestHouse {
    fileprivate func explain(
        _ thing: BookedThing, of account: ConnectedAccount, after: Int64 = 0, limit: Int = 100
    ) async throws -> MoneyExplanation {
        try await database.read { [worker] tx in
            try worker.explanations.explain(thing, account: account, after: after, limit: limit, in: tx)
        }
    }

    fileprivate func journal(of account: ConnectedAccount) async throws -> [StoredEntry] {
        try await database.read { [worker] tx in
            try worker.books.journal(book: account.id, after: 0, limit: 10_000, in: tx)
        }
    }
}
