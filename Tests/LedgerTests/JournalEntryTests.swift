import Ledger
import Testing

@Suite struct JournalEntryTests {
    private static let currencies = ["usd", "jpy", "kwd"].compactMap(Currency.init)
    private let usd = JournalEntryTests.currencies[0]
    private let jpy = JournalEntryTests.currencies[1]

    private func entry(_ postings: [Posting], book: String = "b") throws -> JournalEntry {
        try JournalEntry(
            Reference("usage:1"), book: book, at: Instant(secondsSince1970: 0), narration: "n", postings)
    }

    private func debit(_ kind: LedgerAccount.Kind, _ micros: Int64, _ currency: Currency, book: String = "b") -> Posting
    {
        let customer = kind.isKeptForEachCustomer ? "c" : nil
        return Posting(LedgerAccount(book: book, kind, customer: customer), Money(micros: micros, currency))
    }

    private func randomPostings(_ generator: inout SeededGenerator) -> [Posting] {
        (0..<Int.random(in: 0...5, using: &generator)).map { _ in
            let kind = LedgerAccount.Kind.allCases.randomElement(using: &generator) ?? .revenue
            let currency = Self.currencies.randomElement(using: &generator) ?? usd
            return debit(kind, generator.micros(), currency)
        }
    }

    /// What each currency lacks to be balanced, wherever one posting can hold that.
    private func balancing(_ postings: [Posting]) -> [Posting] {
        Self.currencies.compactMap { currency in
            let sum = postings.filter { $0.amount.currency == currency }.reduce(Int128(0)) {
                $0 + Int128($1.amount.micros)
            }
            return Int64(exactly: -sum).flatMap { $0 == 0 ? nil : debit(.suspense, $0, currency) }
        }
    }

    private func sums(_ postings: [Posting]) -> [Currency: Int128] {
        postings.reduce(into: [:]) { $0[$1.amount.currency, default: 0] += Int128($1.amount.micros) }
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `an entry exists exactly when it is balanced in every currency and has no empty posting`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<1_000 {
            var postings = randomPostings(&generator)
            if Bool.random(using: &generator) { postings += balancing(postings) }
            postings.shuffle(using: &generator)
            let isRight =
                postings.count >= 2 && postings.allSatisfy { !$0.amount.isZero }
                && sums(postings).values.allSatisfy { $0 == 0 }
            #expect((try? entry(postings))?.postings == (isRight ? postings : nil), "seed \(seed): \(postings)")
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `one micro more or less on any posting of a balanced entry is refused`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let half = Int64.random(in: 2...Int64.max / 4, using: &generator)
            var postings = [debit(.accrued, half, usd), debit(.revenue, -half, usd)]
            postings += [debit(.providerCost, half / 2, jpy), debit(.providerPayable, -(half / 2), jpy)]
            _ = try entry(postings)
            let place = Int.random(in: 0..<postings.count, using: &generator)
            let amount = postings[place].amount
            let wrong = Money(micros: amount.micros + (Bool.random(using: &generator) ? 1 : -1), amount.currency)
            postings[place] = Posting(postings[place].account, wrong)
            let refusal = code { _ = try entry(postings) }
            #expect(refusal == (wrong.isZero ? "zero_posting" : "unbalanced"))
        }
    }

    @Test func `two currencies do not balance each other`() {
        let postings = [debit(.stripeBalance, 5, usd), debit(.exchange, -5, jpy)]
        #expect(code { _ = try entry(postings) } == "unbalanced")
    }

    @Test func `the greatest amounts balance in any order, and a sum that wraps to zero does not`() throws {
        let (most, least) = (Int64.max, Int64.min)
        _ = try entry([most, most, -most, -most].map { debit(.exchange, $0, usd) })
        _ = try entry([most, least, 1].map { debit(.exchange, $0, usd) })
        #expect(code { _ = try entry([least, least].map { debit(.exchange, $0, usd) }) } == "unbalanced")
        #expect(code { _ = try entry([most, most, 2].map { debit(.exchange, $0, usd) }) } == "unbalanced")
    }

    @Test func `postings of another book are refused`() {
        let mixed = [debit(.stripeBalance, 5, usd), debit(.bank, -5, usd, book: "other")]
        #expect(code { _ = try entry(mixed) } == "foreign_book")
        let foreign = [debit(.stripeBalance, 5, usd, book: "other"), debit(.bank, -5, usd, book: "other")]
        #expect(code { _ = try entry(foreign) } == "foreign_book")
    }

    @Test func `a posting of zero, and fewer than two postings, are refused`() {
        let zeros = [debit(.stripeBalance, 0, usd), debit(.bank, 0, usd)]
        #expect(code { _ = try entry(zeros) } == "zero_posting")
        #expect(code { _ = try entry([]) } == "too_few_postings")
        #expect(code { _ = try entry([debit(.bank, 5, usd)]) } == "too_few_postings")
    }

    @Test(arguments: LedgerAccount.Kind.allCases)
    func `a customer is named exactly where an account is kept for customers`(kind: LedgerAccount.Kind) throws {
        let other = debit(.outside, -5, usd)
        _ = try entry([debit(kind, 5, usd), other])
        let wrong = LedgerAccount(book: "b", kind, customer: kind.isKeptForEachCustomer ? nil : "c")
        #expect(code { _ = try entry([Posting(wrong, Money(micros: 5, usd)), other]) } == "wrong_customer")
    }

    @Test func `a credit is the negative of a debit, where that exists`() throws {
        let account = LedgerAccount(book: "b", .revenue)
        #expect(try Posting.credit(account, Money(micros: 7, usd)).amount.micros == -7)
        #expect(Posting.debit(account, Money(micros: 7, usd)).amount.micros == 7)
        #expect(code { _ = try Posting.credit(account, Money(micros: .min, usd)) } == "overflow")
    }
}
