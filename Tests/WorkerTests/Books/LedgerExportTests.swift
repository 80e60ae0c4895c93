import Billing
import Ledger
import Storage
import Testing

@testable import Worker

@Suite struct LedgerExportTests {
    private func text(
        _ house: TestHouse, book: ConnectedAccount.ID? = nil, entriesPerSlice: Int = LedgerExport.entriesPerSlice
    ) async throws -> [String] {
        let export = house.worker.books.export
        var texts: [String] = []
        for slice in try await export.slices(book: book, entriesPerSlice: entriesPerSlice) {
            var text = ""
            try await export.write(slice, book: book) { text += $0 }
            texts.append(text)
        }
        return texts
    }

    private func history(_ seed: UInt64, steps: Int = 40) async throws -> (TestHouse, RandomHistory) {
        let house = try await TestHouse(seed: seed)
        var history = try await RandomHistory(seed: seed, house: house)
        try await history.live(steps: steps)
        var euros = try await RandomHistory(seed: seed &+ 500, house: house, currency: "eur", customers: 2)
        try await euros.live(steps: steps / 2)
        return (house, history)
    }

    private func decimal(_ micros: Int64) -> String {
        let text = HledgerText.amount(micros, "x")
        return String(text.prefix { $0 != " " })
    }

    /// What we hold ourselves, as hledger writes it.
    private func stored(_ house: TestHouse, book: ConnectedAccount.ID? = nil) async throws -> [String: String] {
        try await house.database.read { tx in
            try tx.export.accounts(book: book, stretchAfter: 0, through: .max, after: 0, limit: 1_000)
                .filter { $0.closing != 0 }
                .reduce(into: [:]) { balances, account in
                    let path = try #require(
                        LedgerAccount(
                            book: account.book, storedKind: account.kind, storedCustomer: account.customer)
                    ).path
                    balances["\(path) \(account.currency.uppercased())"] = decimal(account.closing)
                }
        }
    }

    @Test(.enabled(if: Hledger.isInstalled, Hledger.absence), arguments: Seeds.upTo(5))
    func `hledger's strict check accepts the export and reckons our balances`(seed: UInt64) async throws {
        let (house, _) = try await history(seed)
        let journal = try #require(try await text(house).first)
        let verdict = try Hledger.run("check", "-s", on: journal)
        #expect(verdict.isAccepted, "\(verdict.complaint)")
        #expect(try Hledger.balances(of: journal) == (try await stored(house)))
    }

    @Test(.enabled(if: Hledger.isInstalled, Hledger.absence))
    func `one merchant's export is accepted and holds their book alone`() async throws {
        let (house, history) = try await history(11)
        let book = history.account.id
        let journal = try #require(try await text(house, book: book).first)
        #expect(try Hledger.run("check", "-s", on: journal).isAccepted)
        let balances = try Hledger.balances(of: journal)
        #expect(balances == (try await stored(house, book: book)))
        #expect(!balances.isEmpty && balances.keys.allSatisfy { $0.contains(":\(book.text):") })
    }

    @Test(.enabled(if: Hledger.isInstalled, Hledger.absence))
    func `every slice of a long journal stands by itself, and the last one reckons our balances`() async throws {
        let (house, _) = try await history(21, steps: 60)
        let slices = try await text(house, entriesPerSlice: 17)
        #expect(slices.count > 3)
        for slice in slices {
            let verdict = try Hledger.run("check", "-s", on: slice)
            #expect(verdict.isAccepted, "\(verdict.complaint)")
        }
        #expect(try Hledger.balances(of: try #require(slices.last)) == (try await stored(house)))
    }

    @Test(.enabled(if: Hledger.isInstalled, Hledger.absence))
    func `a stored balance that is not the sum of its postings is refused`() async throws {
        let (house, _) = try await history(31)
        try await house.database.write { tx in
            _ = try tx.execute(
                "UPDATE ledger_accounts SET balance = balance + 1 WHERE kind = 'revenue' AND currency = 'usd'")
        }
        let journal = try #require(try await text(house).first)
        #expect(try !Hledger.run("check", "-s", on: journal).isAccepted)
    }

    @Test(.enabled(if: Hledger.isInstalled, Hledger.absence), arguments: Seeds.upTo(5))
    func `twenty exports, each damaged in one place, are refused`(seed: UInt64) async throws {
        let (house, _) = try await history(100 + seed, steps: 20)
        let journal = try #require(try await text(house).first)
        #expect(try Hledger.run("check", "-s", on: journal).isAccepted)
        var generator = Seeded(seed)
        for _ in 0..<20 {
            let damage = JournalDamage.allCases[generator.number(0..<JournalDamage.allCases.count)]
            guard let damaged = damage.done(to: journal, &generator) else { continue }
            #expect(damaged.text != journal)
            let verdict = try Hledger.run("check", "-s", on: damaged.text)
            #expect(!verdict.isAccepted, "seed \(seed): \(damage) of '\(damaged.line)' was not seen")
        }
    }

    @Test(.enabled(if: Hledger.isInstalled, Hledger.absence))
    func `whatever a merchant writes into a usage event cannot break the export`() async throws {
        let house = try await TestHouse()
        let account = try await house.addAccount("usd", mode: .none, stripeAccount: nil)
        let hostile = [
            "a;b", "x | y",
            "  spaced  out  ", "(code)", "2026-01-01 * me", "é ü 漢字 🦄", "* ! ;", "include /etc/passwd",
            "end comment", "a  1.00 USD = 5 USD", "%28)", "\\",
        ]
        for name in hostile { try await house.use(1_000, by: "ada", of: account, id: name) }
        let journal = try #require(try await text(house).first)
        let verdict = try Hledger.run("check", "-s", on: journal)
        #expect(verdict.isAccepted, "\(verdict.complaint)")
        #expect(journal.utf8.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x0A })
        #expect(try Hledger.balances(of: journal) == (try await stored(house)))
    }

    @Test(.enabled(if: Hledger.isInstalled, Hledger.absence))
    func `a clock that was set back over midnight leaves the export in order`() async throws {
        let house = try await TestHouse()
        let account = try await house.addAccount("usd", mode: .none, stripeAccount: nil)
        for step: Int64 in [0, 86_400, -90_000, 50_000] {
            house.clock.advance(seconds: step)
            try await house.use(1_000, by: "ada", of: account)
        }
        let journal = try #require(try await text(house).first)
        #expect(journal.contains("; posted:"))
        #expect(try Hledger.run("check", "-s", "ordereddates", on: journal).isAccepted)
    }

    @Test func `books in which nothing was posted make no slice`() async throws {
        let house = try await TestHouse()
        #expect(try await house.worker.books.export.slices(book: nil) == [])
    }

    @Test(
        arguments: [
            (0, "0.000000 USD"), (1, "0.000001 USD"), (-1, "-0.000001 USD"), (12_345_678, "12.345678 USD"),
            (Int64.max, "9223372036854.775807 USD"), (Int64.min, "-9223372036854.775808 USD"),
        ] as [(Int64, String)])
    func `amounts are exact to the last of 64 bits`(micros: Int64, text: String) {
        #expect(HledgerText.amount(micros, "usd") == text)
    }
}

/// What can happen to one line of a file.
enum JournalDamage: CaseIterable {
    case amountChanged, amountNegated, postingDropped, directiveDropped, headingDropped, currencyChanged, accountRenamed
    case accountSwapped, assertionChanged

    func done(to journal: String, _ generator: inout Seeded) -> (text: String, line: String)? {
        var lines = journal.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let places = lines.indices.filter { applies(to: lines[$0]) }
        guard !places.isEmpty else { return nil }
        let place = places[generator.number(0..<places.count)]
        let line = lines[place]
        if let changed = changed(line, in: lines, &generator) {
            lines[place] = changed
        } else {
            lines.remove(at: place)
        }
        return (lines.joined(separator: "\n"), line)
    }

    private func applies(to line: String) -> Bool {
        switch self {
        case .directiveDropped: line.hasPrefix("account ") || line.hasPrefix("commodity ")
        case .headingDropped: line.first?.isNumber == true
        case .assertionChanged: line.hasPrefix("    ") && line.contains(" = ")
        default: line.hasPrefix("    ")
        }
    }

    /// - Returns: `nil` when the line is to go.
    private func changed(_ line: String, in lines: [String], _ generator: inout Seeded) -> String? {
        let halves = line.split(separator: " = ", maxSplits: 1).map(String.init)
        let words = halves[0].split(separator: " ").map(String.init)
        let assertion = halves.count > 1 ? " = " + halves[1] : ""
        switch self {
        case .postingDropped, .directiveDropped, .headingDropped: return nil
        case .amountChanged: return "    \(words[0])  \(Self.other(words[1], &generator)) \(words[2])\(assertion)"
        case .amountNegated:
            let negated = words[1].hasPrefix("-") ? String(words[1].dropFirst()) : "-" + words[1]
            return "    \(words[0])  \(negated) \(words[2])\(assertion)"
        case .currencyChanged:
            return "    \(words[0])  \(words[1]) \(words[2] == "USD" ? "EUR" : "USD")\(assertion)"
        case .accountRenamed: return "    \(words[0])x  \(words[1]) \(words[2])\(assertion)"
        case .accountSwapped:
            let others = lines.compactMap { $0.hasPrefix("account ") ? String($0.dropFirst(8)) : nil }.filter {
                $0 != words[0]
            }
            return "    \(others[generator.number(0..<others.count)])  \(words[1]) \(words[2])\(assertion)"
        case .assertionChanged:
            let asserted = halves[1].split(separator: " ").map(String.init)
            return "\(halves[0]) = \(Self.other(asserted[0], &generator)) \(asserted[1])"
        }
    }

    /// The number with one digit changed.
    private static func other(_ number: String, _ generator: inout Seeded) -> String {
        var digits = Array(number)
        let places = digits.indices.filter { digits[$0].isNumber }
        let place = places[generator.number(0..<places.count)]
        digits[place] = digits[place] == "9" ? "8" : "9"
        return String(digits)
    }
}
