import COpenSSL
import Storage

/// An entry of the journal, as a judge reads it.
struct WatchedEntry {
    struct Posting {
        let place: Int64
        let account: Int64
        let book: String
        let kind: String
        let customer: String
        let amount: Int64
        let currency: String
    }

    let sequence: Int64
    let book: String
    let reference: String
    let postedAt: Int64
    let narration: String
    let link: [UInt8]
    var postings: [Posting] = []

    static func after(_ sequence: Int64, in tx: Transaction) throws -> [WatchedEntry] {
        var entries: [WatchedEntry] = []
        try tx.forEach(
            """
            SELECT e.sequence AS sequence, e.book AS book, e.reference AS reference, e.posted_at AS posted_at,
                e.narration AS narration, e.hash AS hash, p.place AS place, p.account AS account, p.amount AS amount,
                a.book AS account_book, a.kind AS kind, a.customer AS customer, a.currency AS currency
            FROM journal_entries e JOIN postings p ON p.entry = e.sequence
                JOIN ledger_accounts a ON a.id = p.account
            WHERE e.sequence > $1 ORDER BY e.sequence, p.place
            """, sequence
        ) { row in
            let sequence = try row.int64("sequence")
            if entries.last?.sequence != sequence {
                entries.append(
                    WatchedEntry(
                        sequence: sequence, book: try row.text("book"), reference: try row.text("reference"),
                        postedAt: try row.int64("posted_at"), narration: try row.text("narration"),
                        link: try row.bytes("hash")))
            }
            let posting = Posting(
                place: try row.int64("place"), account: try row.int64("account"), book: try row.text("account_book"),
                kind: try row.text("kind"), customer: try row.text("customer"), amount: try row.int64("amount"),
                currency: try row.text("currency"))
            entries[entries.count - 1].postings.append(posting)
        }
        return entries
    }
}

/// The chain that the journal is, made once more by a judge of its own from what the rows say, entry by entry: SHA-256
/// over netstrings (cr.yp.to/proto/netstrings.txt), the link before in hexadecimal first.
struct WatchedChain: Sendable {
    private(set) var sequence: Int64 = 0
    private var link = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))

    /// - Throws: `Breach`, where an entry is left out, or its link is not that of what it says.
    mutating func follow(_ entry: WatchedEntry) throws {
        guard entry.sequence == sequence + 1 else {
            throw Breach("the chain of entries is whole", "entry \(sequence + 1) is not there")
        }
        let said = entry.postings.flatMap { posting in
            [
                "\(posting.place)", posting.book, posting.kind, posting.customer, "\(posting.amount)", posting.currency,
            ]
        }
        let texts =
            [hexadecimal, "\(entry.sequence)", entry.book, entry.reference, "\(entry.postedAt)", entry.narration] + said
        let bytes = texts.flatMap { text in Array("\(text.utf8.count):\(text),".utf8) }
        _ = SHA256(bytes, bytes.count, &link)
        sequence = entry.sequence
        guard link == entry.link else {
            throw Breach("the chain of entries is whole", "entry \(sequence) has another link than it says")
        }
    }

    func compareEnd(in tx: Transaction) throws {
        guard let row = try tx.first("SELECT sequence, hash FROM journal_end") else {
            guard sequence == 0 else { throw Breach("the chain of entries is whole", "it has no end") }
            return
        }
        guard try row.int64("sequence") == sequence, try row.bytes("hash") == link else {
            throw Breach("the chain of entries is whole", "it ends elsewhere than with entry \(sequence)")
        }
    }

    private var hexadecimal: String {
        link.map { byte in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }.joined()
    }
}
