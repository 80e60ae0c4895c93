import Billing
import Ledger
import Storage
import Testing

/// The stores of merchants, their keys and their onboarding, each on a database of its own.
@Suite struct TenancyStoresTests {
    private let now = Instant(secondsSince1970: 1_793_610_000)

    private func database() async throws -> Database {
        let database = try Database.open(.memory)
        try await database.migrate(Schema.migrations)
        return database
    }

    private func account(
        _ number: Int, _ mode: ConnectedAccount.StripeMode = .connect, stripeAccount: String? = nil
    ) throws -> ConnectedAccount {
        ConnectedAccount(
            id: .init(stored: "bacc_\(number)"), name: "Merchant \(number)", email: nil, country: nil,
            currency: try #require(Currency("usd")), stripeMode: mode, stripeAccount: stripeAccount,
            status: .incomplete, createdAt: now)
    }

    @Test func `an account comes back as it was written, every field`() async throws {
        let database = try await database()
        let written = ConnectedAccount(
            id: .init(stored: "bacc_1"), name: "Ada", email: "a@b.c", country: "JP",
            currency: try #require(Currency("jpy")),
            stripeMode: .connect, stripeAccount: "acct_1", status: .restricted, statusReason: "listed",
            requirementsDue: ["a.b", "c \"quoted\""], markup: Percent(partsPerMillion: -250_000),
            applicationFeePercent: Percent(partsPerMillion: 20_000), applicationFeeFixed: 30, cycle: .monthly,
            chargeThreshold: 500, topUpMinimum: 100, topUpMaximum: 9_000, nextRunAt: now.adding(seconds: 60),
            createdAt: now)
        let read = try await database.write { tx in
            #expect(try tx.accounts.insert(written))
            return [
                try tx.accounts.find(written.id), try tx.accounts.find(stripeAccount: "acct_1"),
                try tx.accounts.list(after: nil, limit: 1).first,
            ]
        }
        #expect(read == [written, written, written])
    }

    @Test func `only one account can be the platform's own`() async throws {
        let database = try await database()
        let (first, second, other) = (try account(1, .platform), try account(2, .platform), try account(3))
        try await database.write { tx throws in
            #expect(try tx.accounts.insert(first))
            #expect(try tx.accounts.insert(second) == false)
            #expect(try tx.accounts.insert(other))
            #expect(try tx.accounts.platform() == first)
        }
    }

    @Test func `a Stripe account belongs to one merchant`() async throws {
        let database = try await database()
        let (first, second) = (try account(1, stripeAccount: "acct_1"), try account(2))
        try await database.write { tx in
            _ = try tx.accounts.insert(first)
            _ = try tx.accounts.insert(second)
            #expect(try tx.accounts.setStripeAccount(second.id, to: "acct_1") == false)
            #expect(try tx.accounts.setStripeAccount(first.id, to: "acct_1"))
            #expect(try tx.accounts.setStripeAccount(second.id, to: "acct_2"))
        }
        let third = try account(3, stripeAccount: "acct_2")
        await #expect(throws: StorageError.self) {
            try await database.write { tx in _ = try tx.accounts.insert(third) }
        }
    }

    @Test func `a reason is given only to an account that still stands as it did`() async throws {
        let database = try await database()
        let account = try account(1)
        try await database.write { tx in
            _ = try tx.accounts.insert(account)
            try tx.accounts.setReason(account.id, .accessRemains, while: .disconnected)
            #expect(try tx.accounts.find(account.id)?.statusReason == nil)
            try tx.accounts.setReason(account.id, .oauthIndeterminate, while: .incomplete)
            #expect(try tx.accounts.find(account.id)?.statusReason == "oauth_indeterminate")
        }
    }

    @Test func `an OAuth state is used once, before it expires`() async throws {
        let database = try await database()
        let account = try account(1)
        let now = now
        try await database.write { tx in
            _ = try tx.accounts.insert(account)
            try tx.oauthStates.insert([1], account: account.id, expiresAt: now.adding(seconds: 10))
            try tx.oauthStates.insert([2], account: account.id, expiresAt: now.adding(seconds: 10))
            #expect(try tx.oauthStates.consume([3], at: now) == nil)
            #expect(try tx.oauthStates.consume([1], at: now) == account.id)
            #expect(try tx.oauthStates.consume([1], at: now) == nil)
            #expect(try tx.oauthStates.consume([2], at: now.adding(seconds: 10)) == nil)
        }
    }

    @Test func `the visits of an onboarding link are counted to their limit`() async throws {
        let database = try await database()
        let account = try account(1)
        let link = OnboardingLinkRecord(
            account: account.id, returnURL: "https://a.example", refreshURL: nil, expiresAt: now.adding(seconds: 10))
        let now = now
        try await database.write { tx in
            _ = try tx.accounts.insert(account)
            try tx.onboardingLinks.insert(link, tokenHash: [1])
            #expect(try tx.onboardingLinks.find(tokenHash: [1], account: account.id, at: now) == link)
            #expect(try tx.onboardingLinks.find(tokenHash: [1], account: .init(stored: "bacc_2"), at: now) == nil)
            #expect(try tx.onboardingLinks.countVisit(tokenHash: [1], limit: 2))
            #expect(try tx.onboardingLinks.countVisit(tokenHash: [1], limit: 2))
            #expect(try tx.onboardingLinks.countVisit(tokenHash: [1], limit: 2) == false)
            try tx.onboardingLinks.deleteExpired(at: now.adding(seconds: 10))
            #expect(try tx.onboardingLinks.find(tokenHash: [1], account: account.id, at: now) == nil)
        }
    }

    @Test func `only the latest question's answer counts, and none from before it was outdated`() async throws {
        let database = try await database()
        let account = try account(1)
        let now = now
        try await database.write { tx in
            _ = try tx.accounts.insert(account)
            let questions = [
                try tx.onboardings.ask(account.id, at: now), try tx.onboardings.ask(account.id, at: now),
                try tx.onboardings.ask(account.id, at: now),
            ]
            #expect(try tx.onboardings.accept(answerTo: questions[1], account.id))
            #expect(try tx.onboardings.accept(answerTo: questions[0], account.id) == false)
            #expect(try tx.onboardings.accept(answerTo: questions[1], account.id) == false)
            try tx.onboardings.outdateQuestions(account.id)
            #expect(try tx.onboardings.accept(answerTo: questions[2], account.id) == false)
        }
    }

    @Test func `settling an attempt twice moves on once`() async throws {
        let database = try await database()
        let account = try account(1)
        let creation = OnboardingStore.Creation(attempt: 1, request: "{}", writtenAt: now)
        try await database.write { tx in
            _ = try tx.accounts.insert(account)
            #expect(try tx.onboardings.creation(account.id) == nil)
            try tx.onboardings.write(creation, account: account.id)
            #expect(try tx.onboardings.creation(account.id) == creation)
            try tx.onboardings.settle(account.id, attempt: 1)
            try tx.onboardings.settle(account.id, attempt: 1)
            #expect(try tx.onboardings.attempt(account.id) == 2)
            #expect(try tx.onboardings.creation(account.id) == nil)
        }
    }

    @Test func `a key is found within its account only, every field as it was written`() async throws {
        let database = try await database()
        let (account, other) = (try account(1), try account(2))
        let customer = Customer(id: .init(stored: "bcus_1"), account: account.id, externalID: "ada", createdAt: now)
        let key = ApiKey(
            id: .init(stored: "bkey_2"), scope: .customer(account.id, customer.id), origin: .minted, name: "n",
            hint: "abcd", maxSpend: 5, expiresAt: now.adding(seconds: 9), allowedModels: ["gpt-5*", "a \"b\""],
            replaces: .init(stored: "bkey_1"), replacedBy: .init(stored: "bkey_3"),
            countedAs: .init(stored: "bkey_0"), createdAt: now, revokedAt: now)
        try await database.write { tx in
            _ = try tx.accounts.insert(account)
            _ = try tx.accounts.insert(other)
            _ = try tx.customers.insert(customer)
            try tx.apiKeys.insert(key, secretHash: [1, 2])
            #expect(try tx.apiKeys.find(key.id, account: account.id) == key)
            #expect(try tx.apiKeys.find(key.id, account: other.id) == nil)
            #expect(try tx.apiKeys.find(key.id, account: nil) == nil)
            #expect(try tx.apiKeys.find(secretHash: [1, 2]) == key)
            #expect(try tx.apiKeys.find(secretHash: [1]) == nil)
            #expect(try tx.apiKeys.list(account: nil, after: nil, limit: 5).isEmpty)
            #expect(try tx.apiKeys.list(account: other.id, after: nil, limit: 5).isEmpty)
            #expect(try tx.apiKeys.list(account: account.id, after: nil, limit: 5) == [key])
            #expect(try tx.apiKeys.list(customer: customer.id, after: nil, limit: 5) == [key])
            #expect(try tx.apiKeys.list(customer: customer.id, after: key.id, limit: 5).isEmpty)
        }
    }
}
