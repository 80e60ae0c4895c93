import Billing
import Ledger
import Storage

extension BooksCheck {
    /// The audit log is one for all accounts, so that a part of it proves nothing.
    func auditLog(_ position: BooksPosition) throws -> BooksPage {
        guard book == nil else { return BooksPage(findings: [], rowsRead: 0, next: position.nextPart) }
        let entries = try tx.auditChain.entries(after: position.number, limit: Self.rowsPerPage)
        guard let last = entries.last else { return try endOfAuditLog(position) }
        return BooksPage(
            findings: AuditLogRules.findings(in: entries, after: position), rowsRead: entries.count,
            next: BooksPosition(.auditLog, number: last.sequence, id: last.hash?.text ?? ""))
    }

    private func endOfAuditLog(_ position: BooksPosition) throws -> BooksPage {
        let end = try tx.auditChain.end()
        var findings = try tx.auditChain.unlinked(limit: Self.rowsPerPage).map {
            AuditLogRules.finding($0, of: nil, "it has no place in the log")
        }
        if end.sequence != position.number || position.link.map({ $0 != end.hash }) ?? false {
            let detail = "the chain ends with entry \(end.sequence) and the log with entry \(position.number)"
            findings.append(AuditLogRules.finding("audit log", of: nil, detail))
        }
        return BooksPage(findings: findings, rowsRead: 0, next: position.nextPart)
    }
}

/// What must hold of the chain that the audit log is.
enum AuditLogRules {
    static func findings(in entries: [LinkedAuditEntry], after position: BooksPosition) -> [BooksFinding] {
        var text = ChainText()
        var (link, number) = (position.link, position.number)
        return entries.compactMap { entry in
            let (before, expected) = (link, number + 1)
            (link, number) = (entry.hash, entry.sequence)
            guard entry.sequence == expected else {
                return finding(entry.id, of: entry.account, "the entry before it is not there")
            }
            guard let hash = entry.hash else { return finding(entry.id, of: entry.account, "it has no link") }
            // What it should be linked to is gone, and has been told.
            guard let before, text.link(of: entry, after: before) != hash else { return nil }
            return finding(entry.id, of: entry.account, "it is not what was written: its link in the chain is another")
        }
    }

    static func finding(_ row: String, of account: ConnectedAccount.ID?, _ detail: String) -> BooksFinding {
        BooksFinding(.auditLogChanged, book: account?.text ?? "", row: row, detail)
    }
}
