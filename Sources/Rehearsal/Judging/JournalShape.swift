import Storage

/// The journal without what two runs of one story may have different: ids, times and the order of independent entries.
/// What is left is who was booked what, for which kind of fact.
public struct JournalShape: Sendable, Equatable {
    /// One for each entry, in alphabetical order.
    let entries: [String]

    init(entries: [String]) { self.entries = entries }

    init(in tx: Transaction) throws {
        var entries: [Int64: (reference: String, postings: [String])] = [:]
        try tx.forEach(
            """
            SELECT e.sequence AS sequence, e.reference AS reference, a.kind AS kind, a.currency AS currency,
                p.amount AS amount, COALESCE(c.external_id, '') AS customer
            FROM journal_entries e JOIN postings p ON p.entry = e.sequence
                JOIN ledger_accounts a ON a.id = p.account LEFT JOIN customers c ON c.id = a.customer
            ORDER BY e.sequence, p.place
            """
        ) { row in
            let posting =
                "\(try row.text("kind")) \(try row.text("customer")) \(try row.int64("amount")) "
                + (try row.text("currency"))
            let reference = Self.shape(of: try row.text("reference"))
            entries[try row.int64("sequence"), default: (reference, [])].postings.append(posting)
        }
        self.entries = entries.values.map { "\($0.reference): \($0.postings.sorted().joined(separator: ", "))" }
            .sorted()
    }

    /// `stripe:*:succeeded` for `stripe:pi_…:succeeded`.
    private static func shape(of reference: String) -> String {
        reference.split(separator: ":").map { $0.contains("_") ? "*" : String($0) }.joined(separator: ":")
    }

    /// The first entry that one has and the other has not.
    func difference(from other: JournalShape) -> String? {
        let changes = entries.difference(from: other.entries)
        return changes.first.map { change in
            switch change {
            case .insert(_, let entry, _): "only here: \(entry)"
            case .remove(_, let entry, _): "missing here: \(entry)"
            }
        }
    }
}

extension Simulation {
    func journalShape() async throws -> JournalShape {
        try await house.database.read { tx in try JournalShape(in: tx) }
    }
}
