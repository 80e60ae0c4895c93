import Billing
import Ledger
import Storage

/// What must hold of an entry by itself. `JournalEntry` promises it of what is posted; this looks at what is stored.
enum EntryRules {
    static func findings(in entry: StoredEntry) -> [BooksFinding] {
        var findings: [BooksFinding] = []
        func note(_ rule: BooksFinding.Rule, _ detail: String) {
            findings.append(BooksFinding(rule, book: entry.book, row: "entry \(entry.sequence)", detail))
        }
        if (try? Reference(entry.reference)) == nil { note(.badReference, "the reference is not one") }
        if entry.postings.count < 2 { note(.tooFewPostings, "\(entry.reference) has \(entry.postings.count) postings") }
        if zip(entry.postings, 0...).contains(where: { $0.place != $1 }) {
            note(.postingMissing, "\(entry.reference) has postings \(entry.postings.map(\.place))")
        }
        // Hardly any entry is in two currencies.
        let one = entry.postings.first?.currency ?? ""
        var (sum, others): (Int128, [String: Int128]) = (0, [:])
        for posting in entry.postings {
            if posting.currency == one {
                sum += Int128(posting.micros)
            } else {
                others[posting.currency, default: 0] += Int128(posting.micros)
            }
            if posting.micros == 0 { note(.zeroPosting, "posting \(posting.place) of \(entry.reference) is zero") }
            if posting.book != entry.book {
                note(.foreignBook, "posting \(posting.place) lies in book \(posting.book)")
            }
        }
        let sums = [(key: one, value: sum)] + others.sorted { $0.key < $1.key }
        for (currency, sum) in sums where sum != 0 {
            note(.unbalanced, "\(entry.reference) is out of balance by \(sum) micros of \(currency)")
        }
        return findings
    }
}

/// What must hold between an entry and the one before it.
enum ChainRules {
    /// - Parameter link: of the entry before the first of them; `nil` where it has none, or that is not known.
    static func findings(in entries: [StoredEntry], after link: EntryHash?) -> [BooksFinding] {
        var text = ChainText()
        var before = link
        return entries.compactMap { entry in
            let link = before
            before = entry.hash
            guard let hash = entry.hash else {
                return finding(entry, "it has no link in the chain of entries")
            }
            // What it should be linked to is gone, and has been told.
            guard let link else { return nil }
            guard text.link(of: entry, after: link) != hash else { return nil }
            return finding(entry, "it is not what was posted, or not in its place: its link in the chain is another")
        }
    }

    private static func finding(_ entry: StoredEntry, _ detail: String) -> BooksFinding {
        BooksFinding(.chainBroken, book: entry.book, row: "entry \(entry.sequence)", detail)
    }
}

/// What must hold of an account and its postings.
struct AccountRules {
    let currencies: CurrencyRules

    func findings(in account: AuditStore.Account) -> [BooksFinding] {
        let row = "account \(account.id)"
        guard
            let known = LedgerAccount(
                book: account.book, storedKind: account.kind, storedCustomer: account.customer),
            let currency = Currency(account.currency), known.kind.isKeptForEachCustomer == (known.customer != nil)
        else {
            let name = "\(account.kind) of customer '\(account.customer)' in \(account.currency)"
            return [BooksFinding(.badAccount, book: account.book, row: row, "there is no account \(name)")]
        }
        let name = known.path
        var findings: [BooksFinding] = []
        if Int128(account.stored) != account.summed {
            let detail =
                "\(name) stores \(account.stored) and its postings make \(account.summed) micros of \(currency)"
            findings.append(BooksFinding(.balanceDiffers, book: account.book, row: row, detail))
        }
        if !known.kind.floor.allows(account.stored) {
            let detail = "\(name) holds \(account.stored) micros of \(currency)"
            findings.append(BooksFinding(.floorCrossed, book: account.book, row: row, detail))
        }
        if let open = account.openCharges, (try? currencies.money(minor: open, currency))?.micros != account.stored {
            let detail =
                "\(name) holds \(account.stored) micros, and the open charge is \(open) minor units of \(currency)"
            findings.append(BooksFinding(.pendingDiffers, book: account.book, row: row, detail))
        }
        if let deducted = account.deducted, deducted != account.stored {
            let detail = "\(name) holds \(account.stored) micros, and charges have deducted \(deducted) of \(currency)"
            findings.append(BooksFinding(.refundDiffers, book: account.book, row: row, detail))
        }
        if let lots = account.lots, lots != -Int128(account.stored) {
            let detail = "\(name) holds \(-Int128(account.stored)) micros, and its lots hold \(lots) of \(currency)"
            findings.append(BooksFinding(.walletDiffers, book: account.book, row: row, detail))
        }
        return findings
    }
}

/// What must hold of a lot of a wallet, of what was taken from it, and of the entry that gave it.
enum LotRules {
    static func findings(in row: AuditStore.LotEntries) -> [BooksFinding] {
        let (lot, amount) = (row.stored.lot, row.stored.amountMicros)
        var findings: [BooksFinding] = []
        func note(_ rule: BooksFinding.Rule, _ detail: String) {
            findings.append(BooksFinding(rule, book: row.stored.account.text, row: lot.id.text, detail))
        }
        if Int128(lot.remainingMicros) + row.taken != Int128(amount) {
            note(
                .lotDiffers,
                "of \(amount) micros \(lot.remainingMicros) are left, and entries have taken \(row.taken)")
        }
        let isByHand = lot.kind != .paid && row.stored.givenBackBy == nil
        if isByHand, row.granted != -amount {
            let booked = row.granted.map { "\(-$0) micros" } ?? "nothing"
            note(.lotDiffers, "\(amount) micros were given by hand, and its entry says \(booked)")
        }
        if !row.hasWallet, lot.remainingMicros != 0 {
            note(.walletDiffers, "it holds \(lot.remainingMicros) micros of a customer who has no wallet in the books")
        }
        return findings
    }
}

extension LedgerAccount.Kind.Floor {
    func allows(_ balance: Int64) -> Bool {
        switch self {
        case .none: true
        case .neverBelowZero: balance >= 0
        case .neverAboveZero: balance <= 0
        }
    }
}

/// What must hold between a fact and its entries.
struct FactRules {
    let currencies: CurrencyRules

    /// A charge was opened with its amount; `paid` means a payment entry, `canceled` a release, and an open one
    /// neither.
    func findings(in row: AuditStore.ChargeEntries) -> [BooksFinding] {
        let refunds = MoneyBackRules.finding(
            in: row.charge.account, row.charge.id.text, counted: row.charge.refunded, refunds: row.refunds)
        return [finding(in: row), refunds].compactMap(\.self)
            + MoneyBackRules(currencies: currencies).findings(in: row.charge, row.moneyBack)
    }

    private func finding(in row: AuditStore.ChargeEntries) -> BooksFinding? {
        let charge = row.charge
        guard let amount = try? currencies.money(minor: charge.amount, charge.currency).micros else {
            return BooksFinding(
                .chargeDiffers, book: charge.account.text, row: charge.id.text,
                "its amount is no money: \(charge.amount)")
        }
        let paid = charge.status == .paid ? -amount : nil
        let released = charge.status == .canceled ? -amount : nil
        guard row.opened == amount, row.paid == paid, row.released == released else {
            let entries = [("opened", row.opened), ("paid", row.paid), ("released", row.released)]
                .map { "\($0): \($1.map(String.init) ?? "no entry")" }.joined(separator: ", ")
            return BooksFinding(
                .chargeDiffers, book: charge.account.text, row: charge.id.text,
                "it is \(charge.status.rawValue) with \(amount) micros, and its entries say \(entries)")
        }
        return nil
    }

    func findings(in row: AuditStore.TopUpEntries) -> [BooksFinding] {
        let refunds = MoneyBackRules.finding(
            in: row.topUp.account, row.topUp.id.text, counted: row.topUp.refunded, refunds: row.refunds)
        return [finding(in: row), refunds, MoneyBackRules(currencies: currencies).claim(in: row)].compactMap(\.self)
    }

    /// A top-up is paid exactly when its payment has filled the wallet.
    private func finding(in row: AuditStore.TopUpEntries) -> BooksFinding? {
        let topUp = row.topUp
        let amount = try? currencies.money(minor: topUp.amount, topUp.currency).micros
        guard amount == nil || row.paid != (topUp.status == .paid ? amount.map(-) : nil) else { return nil }
        return BooksFinding(
            .topUpDiffers, book: topUp.account.text, row: topUp.id.text,
            "it is \(topUp.status.rawValue) with \(topUp.amount) minor units, and its entry says "
                + (row.paid.map { "\($0) micros" } ?? "nothing"))
    }
}

/// What must hold between usage, its entries and its running totals.
enum UsageRules {
    static func finding(in row: AuditStore.UnpostedUsage) -> BooksFinding {
        BooksFinding(
            .usageDiffers, book: row.account.text, row: row.id.text,
            "price \(row.priceMicros) and cost \(row.costMicros) micros, and no entry has posted them")
    }

    /// An entry books the price of its events as revenue and their cost as cost.
    /// - Parameter events: what its events come to.
    static func finding(in entry: StoredEntry, events: (price: Int128, cost: Int128)?) -> BooksFinding? {
        guard entry.reference.hasPrefix("usage:") else { return nil }
        var (revenue, cost): (Int128, Int128) = (0, 0)
        for posting in entry.postings {
            if posting.kind == LedgerAccount.Kind.revenue.rawValue { revenue += Int128(posting.micros) }
            if posting.kind == LedgerAccount.Kind.providerCost.rawValue { cost += Int128(posting.micros) }
        }
        let events = events ?? (0, 0)
        guard revenue != -events.price || cost != events.cost else { return nil }
        return BooksFinding(
            .usageDiffers, book: entry.book, row: "entry \(entry.sequence)",
            "its events make price \(events.price) and cost \(events.cost) micros, and it books \(revenue) as revenue "
                + "and \(cost) as cost")
    }

    /// Totals are the sums of the events, by quarters of an hour and by days.
    static func findings(in row: AuditStore.CustomerTotals) -> [BooksFinding] {
        [("quarters", row.quarters), ("days", row.days)].filter { $0.1 != row.events }.map { name, sums in
            BooksFinding(
                .totalsDiffer, book: row.account.text, row: row.customer.text,
                "\(row.events.requests) events make cost \(row.events.cost) and price \(row.events.price) micros, "
                    + "and the totals of \(name) hold \(sums.requests), \(sums.cost) and \(sums.price)")
        }
    }
}
