import Billing
import Ledger
import Storage

/// Where a check stands; it can be written down and taken up again.
public struct BooksPosition: Codable, Hashable, Sendable {
    /// What is looked at, in this order.
    public enum Part: String, Codable, CaseIterable, Sendable {
        case entries, accounts, totals, charges, topUps, refunds, disputes, usage, usageTotals, lots, auditLog
    }

    public let part: Part
    /// The last row seen: a number, or an id; of an entry its number and its link in the chain.
    let number: Int64
    let id: String

    public static let start = BooksPosition(.entries)

    init(_ part: Part, number: Int64 = 0, id: String = "") {
        self.part = part
        self.number = number
        self.id = id
    }

    init(after entry: StoredEntry) {
        self.init(.entries, number: entry.sequence, id: entry.hash?.text ?? "")
    }

    /// Of the last entry seen; `nil` where it has none.
    var link: EntryHash? { number == 0 ? .beginning : EntryHash(id) }

    /// The beginning of the next part; `nil` after the last.
    var nextPart: BooksPosition? {
        Part.allCases.drop { $0 != part }.dropFirst().first.map { BooksPosition($0) }
    }
}

/// What one page of a check came to.
struct BooksPage: Sendable {
    var findings: [BooksFinding]
    let rowsRead: Int
    /// `nil` when everything was read.
    let next: BooksPosition?
    /// Where the chain of entries ends, once all of them have been read.
    var end: ChainEnd?
}

/// Reads one page of the books and judges each row by what it must agree with.
struct BooksCheck {
    let book: ConnectedAccount.ID?
    let currencies: CurrencyRules
    let tx: Transaction

    static let entriesPerPage = 5_000
    static let rowsPerPage = 5_000
    /// Each with all of its postings.
    static let accountsPerPage = 500
    static let customersPerPage = 100

    func page(at position: BooksPosition) throws -> BooksPage {
        switch position.part {
        case .entries: try entries(position)
        case .accounts: try accounts(position)
        case .totals: try totals(position)
        case .charges: try charges(position)
        case .topUps: try topUps(position)
        case .refunds: try refunds(position)
        case .disputes: try disputes(position)
        case .usage: try usage(position)
        case .usageTotals: try usageTotals(position)
        case .lots: try lots(position)
        case .auditLog: try auditLog(position)
        }
    }

    private func entries(_ position: BooksPosition) throws -> BooksPage {
        let entries =
            try book.map { try tx.books.entries(book: $0, after: position.number, limit: Self.entriesPerPage) }
            ?? tx.audit.journal(after: position.number, limit: Self.entriesPerPage)
        guard let last = entries.last else { return try end(of: position) }
        var findings = entries.flatMap { EntryRules.findings(in: $0) }
        findings += try tx.audit.orphans(book: book, after: position.number, through: last.sequence).map {
            BooksFinding(
                .factMissing, book: $0.book, row: "entry \($0.sequence)", "nothing stands behind \($0.reference)")
        }
        let usage = try tx.audit.usage(book: book, postedAfter: position.number, through: last.sequence)
        findings += entries.compactMap { UsageRules.finding(in: $0, events: usage[$0.sequence]) }
        if book == nil {
            findings += gaps(entries, after: position.number)
            findings += ChainRules.findings(in: entries, after: position.link)
        }
        let rows = entries.reduce(0) { $0 + 1 + $1.postings.count }
        return BooksPage(findings: findings, rowsRead: rows, next: BooksPosition(after: last))
    }

    /// Whether the journal ends where the chain does.
    private func end(of position: BooksPosition) throws -> BooksPage {
        guard book == nil else { return BooksPage(findings: [], rowsRead: 0, next: position.nextPart) }
        let end = try tx.chain.end()
        var page = BooksPage(findings: [], rowsRead: 0, next: position.nextPart, end: end)
        if end.sequence != position.number || position.link.map({ $0 != end.hash }) ?? false {
            let detail = "the chain ends with entry \(end.sequence) and the journal with entry \(position.number)"
            page.findings = [BooksFinding(.chainBroken, book: "", row: "entry \(end.sequence)", detail)]
        }
        return page
    }

    private func gaps(_ entries: [StoredEntry], after: Int64) -> [BooksFinding] {
        zip([after] + entries.map(\.sequence), entries).compactMap { before, entry in
            guard entry.sequence != before + 1 else { return nil }
            return BooksFinding(
                .gap, book: entry.book, row: "entry \(before + 1)",
                "the entry before entry \(entry.sequence) is not there")
        }
    }

    private func accounts(_ position: BooksPosition) throws -> BooksPage {
        let accounts = try tx.audit.accounts(book: book, after: position.number, limit: Self.accountsPerPage)
        let findings = accounts.flatMap { AccountRules(currencies: currencies).findings(in: $0) }
        let next = accounts.last.map { BooksPosition(.accounts, number: $0.id) }
        return BooksPage(findings: findings, rowsRead: accounts.count, next: next ?? position.nextPart)
    }

    private func totals(_ position: BooksPosition) throws -> BooksPage {
        let totals = try tx.audit.totals(book: book)
        let findings = totals.filter { $0.sum != 0 }.map { total in
            BooksFinding(
                .bookUnbalanced, book: total.book, row: "book \(total.book)",
                "\(total.currency) adds up to \(total.sum) micros, not zero")
        }
        return BooksPage(findings: findings, rowsRead: totals.count, next: position.nextPart)
    }

    private func charges(_ position: BooksPosition) throws -> BooksPage {
        let charges = try tx.audit.charges(account: book, after: position.id, limit: Self.rowsPerPage)
        let findings = charges.flatMap { FactRules(currencies: currencies).findings(in: $0) }
        let next = charges.last.map { BooksPosition(.charges, id: $0.charge.id.text) }
        return BooksPage(findings: findings, rowsRead: charges.count, next: next ?? position.nextPart)
    }

    private func topUps(_ position: BooksPosition) throws -> BooksPage {
        let topUps = try tx.audit.topUps(account: book, after: position.id, limit: Self.rowsPerPage)
        let findings = topUps.flatMap { FactRules(currencies: currencies).findings(in: $0) }
        let next = topUps.last.map { BooksPosition(.topUps, id: $0.topUp.id.text) }
        return BooksPage(findings: findings, rowsRead: topUps.count, next: next ?? position.nextPart)
    }

    private func refunds(_ position: BooksPosition) throws -> BooksPage {
        let refunds = try tx.audit.refunds(account: book, after: position.id, limit: Self.rowsPerPage)
        let findings = refunds.compactMap { MoneyBackRules(currencies: currencies).finding(in: $0) }
        let next = refunds.last.map { BooksPosition(.refunds, id: $0.refund.id.text) }
        return BooksPage(findings: findings, rowsRead: refunds.count, next: next ?? position.nextPart)
    }

    private func disputes(_ position: BooksPosition) throws -> BooksPage {
        let disputes = try tx.audit.disputes(account: book, after: position.id, limit: Self.rowsPerPage)
        let findings = disputes.compactMap { MoneyBackRules(currencies: currencies).finding(in: $0) }
        let next = disputes.last.map { BooksPosition(.disputes, id: $0.dispute.id.text) }
        return BooksPage(findings: findings, rowsRead: disputes.count, next: next ?? position.nextPart)
    }

    private func usage(_ position: BooksPosition) throws -> BooksPage {
        let page = try tx.audit.unposted(account: book, after: position.id, limit: Self.rowsPerPage)
        let next = page.last.map { BooksPosition(.usage, id: $0.text) }
        return BooksPage(
            findings: page.events.map(UsageRules.finding), rowsRead: page.read, next: next ?? position.nextPart)
    }

    private func usageTotals(_ position: BooksPosition) throws -> BooksPage {
        let customers = try tx.audit.customerTotals(account: book, after: position.id, limit: Self.customersPerPage)
        let next = customers.last.map { BooksPosition(.usageTotals, id: $0.customer.text) }
        return BooksPage(
            findings: customers.flatMap(UsageRules.findings), rowsRead: customers.count,
            next: next ?? position.nextPart)
    }

    private func lots(_ position: BooksPosition) throws -> BooksPage {
        let lots = try tx.audit.lots(account: book, after: position.id, limit: Self.rowsPerPage)
        let findings = lots.flatMap { LotRules.findings(in: $0) }
        let next = lots.last.map { BooksPosition(.lots, id: $0.stored.lot.id.text) }
        return BooksPage(findings: findings, rowsRead: lots.count, next: next ?? position.nextPart)
    }
}
