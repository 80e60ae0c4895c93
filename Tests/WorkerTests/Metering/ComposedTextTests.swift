import Billing
import Ledger
import Storage
import Testing

@testable import Worker

/// Swift holds two spellings of a text for equal, SQL does not: only one of them gets in.
@Suite struct ComposedTextTests {
    private static let (composed, decomposed) = ("x\u{E9}", "xe\u{301}")

    private func record(
        _ reports: [UsageReport], in house: TestHouse, of account: ConnectedAccount
    ) async throws -> [String] {
        try await house.database.write { [worker = house.worker] tx in
            try worker.metering.record(reports, account: account, in: tx)
        }.map { verdict in
            switch verdict {
            case .accepted: "accepted"
            case .duplicate: "duplicate"
            case .rejected(let error): "\(error.code) \(error.field ?? "")"
            }
        }
    }

    private func report(_ id: String, by customer: String = "ada", _ cost: Int64 = 10) -> UsageReport {
        var report = UsageReport(eventID: id, customer: customer, costMicros: cost)
        report.isEnforced = true
        return report
    }

    @Test func `nobody spends the wallet of a customer whose name they spell otherwise`() async throws {
        let house = try await TestHouse()
        let account = try await house.merchant()
        let victim = try await house.give(1_000_000, to: Self.composed, of: account)
        let verdicts = try await record(
            [report("1", by: Self.composed), report("2", by: Self.decomposed, 500_000)], in: house, of: account)
        #expect(verdicts == ["accepted", "not_composed customer"])
        #expect(try await house.balance(victim, of: account).wallet.micros > 900_000)
        await #expect(throws: WorkerError.self) { try await house.give(1, to: Self.decomposed, of: account) }
        #expect(try await house.hold(1, by: Self.composed, of: account) != nil)
        await #expect(throws: WorkerError.self) { try await house.hold(1, by: Self.decomposed, of: account) }
    }

    @Test(arguments: ["id", "source", "customer", "provider", "model", "feature", "action", "product", "organization"])
    func `a text in the other spelling is refused by its field, and its neighbours are taken`(field: String)
        async throws
    {
        let house = try await TestHouse()
        let account = try await house.merchant(BillingTerms())
        var odd = UsageReport(eventID: "odd", customer: "ada", costMicros: 10)
        switch field {
        case "id": odd.eventID = Self.decomposed
        case "source": odd.source = Self.decomposed
        case "customer": odd.customer = Self.decomposed
        case "provider": odd.provider = Self.decomposed
        case "model": odd.model = Self.decomposed
        case "feature": odd.feature = Self.decomposed
        case "action": odd.action = Self.decomposed
        case "product": odd.product = Self.decomposed
        default: odd.organization = Self.decomposed
        }
        let plain = UsageReport(eventID: "plain", customer: "ada", costMicros: 10)
        let verdicts = try await record([plain, odd], in: house, of: account)
        #expect(verdicts == ["accepted", "not_composed \(field)"])
        #expect(try await record([odd], in: house, of: account) == ["not_composed \(field)"])
    }

    @Test(arguments: [["e\u{301}": "1"], ["a": "e\u{301}"], ["a[\u{301}": "1"]])
    func `metadata is held to the same, and to scalars`(metadata: [String: String]) async throws {
        let house = try await TestHouse()
        var odd = report("1")
        odd.metadata = metadata
        let account = try await house.merchant(BillingTerms())
        let verdict = try await record([odd], in: house, of: account).first
        #expect(verdict == (metadata.keys.contains("a[\u{301}") ? "invalid_field metadata" : "not_composed metadata"))
    }

    @Test func `an event is known by its own spelling, whatever stands before it in the request`() async throws {
        let house = try await TestHouse()
        let account = try await house.merchant(BillingTerms())
        let id = "\u{E9}"
        #expect(try await record([report(id)], in: house, of: account) == ["accepted"])
        let again = [report("e\u{301}"), report(id), report("innocent")]
        #expect(try await record(again, in: house, of: account) == ["not_composed id", "duplicate", "accepted"])
        #expect(try await record(again, in: house, of: account) == ["not_composed id", "duplicate", "duplicate"])
    }

    /// Letters that compose, marks of several classes, a character that is its own decomposition, and Hangul.
    private static let scalars: [Unicode.Scalar] = [
        "a", "e", "\u{E9}", "\u{1EB9}", "\u{301}", "\u{323}", "\u{307}", "\u{1E69}", "s", "\u{212B}", "\u{C5}",
        "\u{897}", "\u{1100}", "\u{1161}", "\u{11A8}", "\u{AC00}", "\u{AC01}", "\u{915}",
        "\u{93C}", "\u{958}", "\u{F900}", "\u{8C48}",
    ]

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `of texts in the composed form those that Swift holds for equal are the same bytes`(seed: UInt64) {
        var generator = Seeded(seed)
        let texts = (0..<400).map { _ in
            let count = generator.number(0..<5)
            let chosen = (0..<count).map { _ in Self.scalars[generator.number(0..<Self.scalars.count)] }
            return chosen.reduce(into: "") { $0.unicodeScalars.append($1) }
        }
        for spellings in Dictionary(grouping: texts, by: \.self).values {
            let composed = Set(spellings.filter(\.isComposed).map { Array($0.utf8) })
            #expect(composed.count <= 1, "\(composed)")
        }
        #expect(texts.contains { !$0.isComposed } && texts.contains(where: \.isComposed))
    }
}
