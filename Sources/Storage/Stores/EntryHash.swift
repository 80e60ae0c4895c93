internal import COpenSSL
import Ledger

/// The link of an entry in the chain that the journal is: SHA-256 over the link before it and all that the entry says.
/// Whoever changes, removes, inserts or moves an entry behind Bursar's back would have to make every later link anew,
/// and then the last one is another than the one that somebody has written down.
///
/// What is hashed is a row of netstrings (cr.yp.to/proto/netstrings.txt): the link before it in hexadecimal (64 zeros
/// before the first entry), the sequence, the book, the reference, `posted_at` in milliseconds, the narration, and of
/// each posting in its order the place, the account's book, kind and customer (empty where it has none), the micros
/// (debits positive) and the currency.
public struct EntryHash: Hashable, Sendable {
    public let bytes: [UInt8]

    static let length = 32
    /// What stands before the first entry.
    public static let beginning = EntryHash(bytes: [UInt8](repeating: 0, count: length))

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// - Parameter text: 64 hexadecimal digits.
    public init?(_ text: String) {
        let digits = text.utf8.compactMap { Character(Unicode.Scalar($0)).hexDigitValue }
        guard digits.count == text.utf8.count, digits.count == 2 * Self.length else { return nil }
        bytes = stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    /// 64 hexadecimal digits.
    public var text: String { String(decoding: hexadecimal, as: UTF8.self) }

    private var hexadecimal: [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        return bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    }
}

extension EntryHash {
    /// The link of an entry as it is stored.
    public func followed(by entry: StoredEntry) -> EntryHash {
        var text = ChainText()
        text.add(hexadecimal)
        text.add(entry.sequence, entry.book, entry.reference, entry.postedAt, entry.narration)
        for posting in entry.postings {
            text.add(
                posting.place, posting.book, posting.kind, posting.customer, posting.micros, posting.currency)
        }
        return text.hash
    }

    /// The link of an entry that is about to be posted.
    func followed(by entry: JournalEntry, at sequence: Int64) -> EntryHash {
        var text = ChainText()
        text.add(hexadecimal)
        text.add(sequence, entry.book, entry.reference.text, entry.postedAt, entry.narration)
        for (place, posting) in entry.postings.enumerated() {
            let account = posting.account
            text.add(
                Int64(place), account.book, account.kind.rawValue, account.customer ?? "", posting.amount.micros,
                posting.amount.currency.code)
        }
        return text.hash
    }
}

/// Netstrings, one after the other.
private struct ChainText {
    private var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(1_024) }

    mutating func add(_ text: some Collection<UInt8>) {
        bytes += String(text.count).utf8
        bytes.append(UInt8(ascii: ":"))
        bytes += text
        bytes.append(UInt8(ascii: ","))
    }

    mutating func add(_ sequence: Int64, _ book: String, _ reference: String, _ at: Instant, _ narration: String) {
        add(String(sequence).utf8)
        add(book.utf8)
        add(reference.utf8)
        add(String(at.millisecondsSince1970).utf8)
        add(narration.utf8)
    }

    mutating func add(
        _ place: Int64, _ book: String, _ kind: String, _ customer: String, _ micros: Int64, _ currency: String
    ) {
        add(String(place).utf8)
        add(book.utf8)
        add(kind.utf8)
        add(customer.utf8)
        add(String(micros).utf8)
        add(currency.utf8)
    }

    var hash: EntryHash {
        var digest = [UInt8](repeating: 0, count: EntryHash.length)
        _ = SHA256(bytes, bytes.count, &digest)
        return EntryHash(bytes: digest)
    }
}
