import Billing
import Foundation
import Ledger
import Storage
import Testing

@testable import Worker

@Suite struct AccountsTests {
    @Test func `without a Stripe key the platform's own account says that the key is missing`() async throws {
        let house = try await OnboardingHouse(hasKey: false)
        let account = try await house.merchant(stripe: "platform")
        #expect(account.nextStep?.contains("BURSAR_STRIPE_SECRET_KEY") == true)
        await expectRefusal("stripe_not_configured") {
            _ = try await house.database.write { tx in
                let ada = try house.worker.customers.create(
                    NewCustomer(externalID: "ada"), account: account, by: .commandLine, in: tx)
                _ = try house.worker.charging.open(ada, account: account, in: tx)
            }
        }
    }

    @Test func `an account is kept as it was described`() async throws {
        let house = try await OnboardingHouse()
        let account = try await house.create(
            NewAccount(
                name: "  Ada's AI  ", email: "ada@example.com", country: "jp", currency: "JPY", stripe: "connect",
                markupPercent: Decimal(string: "12.5"), applicationFeePercent: 2, applicationFeeFixed: 30,
                cycle: "monthly", chargeThreshold: 5_000, topUpMinimum: 500, topUpMaximum: 50_000))
        #expect(try await house.current(account) == account)
        #expect(account.name == "Ada's AI" && account.country == "JP" && account.currency == Currency("jpy"))
        #expect(account.markup.partsPerMillion == 125_000 && account.applicationFeePercent.partsPerMillion == 20_000)
        #expect(account.nextRunAt == Instant(rfc3339: "2026-12-01T00:00:00Z"))
    }

    @Test func `nobody is charged by a default`() async throws {
        let house = try await OnboardingHouse()
        let account = try await house.merchant()
        #expect(account.cycle == .off && account.nextRunAt == nil && account.chargeThreshold == nil)
    }

    @Test(
        arguments: [
            ("connect", true, ConnectedAccount.Status.incomplete, "not_started"),
            ("platform", true, .connected, nil),
            ("platform", false, .incomplete, "no_stripe_key"),
            ("none", true, .unbilled, nil),
        ] as [(String, Bool, ConnectedAccount.Status, String?)])
    func `how an account stands at first follows from whose Stripe it uses`(
        mode: String, hasKey: Bool, status: ConnectedAccount.Status, reason: String?
    ) async throws {
        let house = try await OnboardingHouse(hasKey: hasKey)
        let account = try await house.merchant(stripe: mode)
        #expect(account.status == status && account.statusReason == reason)
        #expect((account.nextStep == nil) == (status == .connected || status == .unbilled))
    }

    @Test func `the platform's account is connected once a Stripe key is configured`() async throws {
        let keyless = try await OnboardingHouse(hasKey: false)
        let account = try await keyless.merchant(stripe: "platform")
        let house = try await OnboardingHouse(on: keyless.database)
        try await house.database.write { tx in try house.worker.accounts.settlePlatform(in: tx) }
        #expect(try await house.current(account).canCharge)
        try await keyless.database.write { tx in try keyless.worker.accounts.settlePlatform(in: tx) }
        #expect(try await keyless.current(account).statusReason == "no_stripe_key")
    }

    @Test func `one account uses the platform's Stripe account`() async throws {
        let house = try await OnboardingHouse()
        let first = try await house.merchant(stripe: "platform")
        await expectRefusal("platform_account_exists") { _ = try await house.merchant("Grace", stripe: "platform") }
        _ = try await house.merchant("Joan")
        #expect(try await house.database.read { tx in try tx.accounts.platform() } == first)
    }

    @Test(arguments: WrongField.all) func `a wrong field is refused by its name, and nothing is made`(
        wrong: WrongField
    ) async throws {
        let house = try await OnboardingHouse()
        await expectRefusal("invalid_field", field: wrong.field) { _ = try await house.create(wrong.account) }
        #expect(try await house.database.read { tx in try tx.accounts.list(after: nil, limit: 10) }.isEmpty)
    }

    @Test func `the bounds themselves are allowed`() async throws {
        let house = try await OnboardingHouse()
        _ = try await house.create(
            NewAccount(
                name: String(repeating: "é", count: 200), currency: "usd", stripe: "connect", markupPercent: -100,
                applicationFeePercent: 100, applicationFeeFixed: 0, cycle: "daily", chargeThreshold: 50,
                topUpMinimum: 50, topUpMaximum: 99_999_999))
        _ = try await house.create(
            NewAccount(
                name: "x", currency: "kwd", stripe: "none", markupPercent: Decimal(string: "0.0001"),
                applicationFeePercent: 0, applicationFeeFixed: 0, topUpMinimum: 1_000, topUpMaximum: 1_000))
    }

    @Test func `accounts are listed page by page, the newest first`() async throws {
        let house = try await OnboardingHouse()
        var made: [ConnectedAccount.ID] = []
        for number in 0..<5 {
            house.clock.advance(seconds: 1)
            made.append(try await house.merchant("Merchant \(number)").id)
        }
        let pages = try await house.database.read { [worker = house.worker] tx in
            let first = try worker.accounts.list(limit: 3, in: tx)
            return [first, try worker.accounts.list(after: first.last?.id, limit: 3, in: tx)]
        }
        #expect(pages.map { $0.map(\.id) } == [Array(made.reversed().prefix(3)), Array(made.reversed().suffix(2))])
    }
}

/// A description in which one field is wrong.
struct WrongField: Sendable, CustomTestStringConvertible {
    let field: String
    let account: NewAccount
    let testDescription: String

    private init(_ field: String, _ what: String, stripe: String = "connect", _ spoil: (inout NewAccount) -> Void) {
        var account = NewAccount(name: "Ada", currency: "usd", stripe: stripe)
        spoil(&account)
        self.field = field
        self.account = account
        testDescription = "\(field): \(what)"
    }

    static let all = [
        WrongField("name", "empty") { $0.name = "" },
        WrongField("name", "blank") { $0.name = "  \n" },
        WrongField("name", "too long") { $0.name = String(repeating: "x", count: 201) },
        WrongField("name", "two lines") { $0.name = "Ada\nGrace" },
        WrongField("name", "a zero byte") { $0.name = "Ada\u{0}" },
        WrongField("email", "no @") { $0.email = "ada.example.com" },
        WrongField("email", "two @") { $0.email = "ada@@example.com" },
        WrongField("country", "three letters") { $0.country = "USA" },
        WrongField("country", "digits") { $0.country = "U1" },
        WrongField("currency", "unknown") { $0.currency = "xyz" },
        WrongField("currency", "no code") { $0.currency = "dollars" },
        WrongField("stripe", "unknown", stripe: "express") { _ in },
        WrongField("cycle", "unknown") { $0.cycle = "weekly" },
        WrongField("markup_percent", "below −100") { $0.markupPercent = Decimal(string: "-100.0001") },
        WrongField("markup_percent", "five decimals") { $0.markupPercent = Decimal(string: "0.00001") },
        WrongField("markup_percent", "astronomic") { $0.markupPercent = 1_000_001 },
        WrongField("application_fee_percent", "over 100") { $0.applicationFeePercent = Decimal(string: "100.01") },
        WrongField("application_fee_percent", "negative") { $0.applicationFeePercent = -1 },
        WrongField("application_fee_percent", "without Connect", stripe: "platform") { $0.applicationFeePercent = 1 },
        WrongField("application_fee_fixed", "negative") { $0.applicationFeeFixed = -1 },
        WrongField("application_fee_fixed", "more than a charge") { $0.applicationFeeFixed = 100_000_000 },
        WrongField("application_fee_fixed", "without Connect", stripe: "none") { $0.applicationFeeFixed = 1 },
        WrongField("charge_threshold", "below the minimum") { $0.chargeThreshold = 49 },
        WrongField("charge_threshold", "without Stripe", stripe: "none") { $0.chargeThreshold = 500 },
        WrongField("cycle", "without Stripe", stripe: "none") { $0.cycle = "daily" },
        WrongField("top_up_minimum", "below Stripe's") { $0.topUpMinimum = 1 },
        WrongField("top_up_maximum", "above Stripe's") { $0.topUpMaximum = 100_000_000 },
        WrongField("top_up_minimum", "off the step") {
            $0.currency = "kwd"
            $0.topUpMinimum = 1_001
        },
        WrongField("top_up_maximum", "below the minimum") {
            $0.topUpMinimum = 1_000
            $0.topUpMaximum = 999
        },
    ]
}
