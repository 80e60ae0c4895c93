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
    public var text: String {
        var digits: [UInt8] = []
        ChainText.appendHexadecimal(bytes, to: &digits)
        return String(decoding: digits, as: UTF8.self)
    }
}

extension EntryHash {
    /// The link of an entry as it is stored.
    public func followed(by entry: StoredEntry) -> EntryHash {
        var text = ChainText(nil)
        return text.link(of: entry, after: self)
    }

    /// The link of an entry that is about to be posted.
    func followed(by entry: JournalEntry, at sequence: Int64) -> EntryHash {
        var text = ChainText(nil)
        text.begin(after: self)
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

/// Netstrings, one after the other. One is used for many entries, so that its memory is taken once.
public struct ChainText {
    private var bytes: [UInt8] = []
    private let context: DigestContext?

    /// For one entry after the other.
    public init() { self.init(DigestContext()) }

    /// - Parameter context: `nil` for a single entry, for which none is worth making.
    fileprivate init(_ context: DigestContext?) {
        self.context = context
        bytes.reserveCapacity(1_024)
    }

    /// The link of a stored entry behind `link`.
    public mutating func link(of entry: StoredEntry, after link: EntryHash) -> EntryHash {
        begin(after: link)
        add(entry.sequence, entry.book, entry.reference, entry.postedAt, entry.narration)
        for posting in entry.postings {
            add(posting.place, posting.book, posting.kind, posting.customer, posting.micros, posting.currency)
        }
        return hash
    }

    mutating func link(of texts: [String], after link: EntryHash) -> EntryHash {
        begin(after: link)
        for text in texts { add(text) }
        return hash
    }

    fileprivate mutating func begin(after link: EntryHash) {
        bytes.removeAll(keepingCapacity: true)
        append(number: Int64(2 * EntryHash.length))
        bytes.append(UInt8(ascii: ":"))
        Self.appendHexadecimal(link.bytes, to: &bytes)
        bytes.append(UInt8(ascii: ","))
    }

    fileprivate mutating func add(
        _ sequence: Int64, _ book: String, _ reference: String, _ at: Instant, _ narration: String
    ) {
        add(sequence)
        add(book)
        add(reference)
        add(at.millisecondsSince1970)
        add(narration)
    }

    fileprivate mutating func add(
        _ place: Int64, _ book: String, _ kind: String, _ customer: String, _ micros: Int64, _ currency: String
    ) {
        add(place)
        add(book)
        add(kind)
        add(customer)
        add(micros)
        add(currency)
    }

    fileprivate var hash: EntryHash { EntryHash(bytes: context?.sha256(bytes) ?? DigestContext.plain(bytes)) }

    private mutating func add(_ text: String) {
        append(number: Int64(text.utf8.count))
        bytes.append(UInt8(ascii: ":"))
        if text.utf8.withContiguousStorageIfAvailable({ bytes.append(contentsOf: $0) }) == nil {
            bytes.append(contentsOf: text.utf8)
        }
        bytes.append(UInt8(ascii: ","))
    }

    private mutating func add(_ number: Int64) {
        var digits: Int64 = number < 0 ? 2 : 1
        var rest = number / 10
        while rest != 0 {
            digits += 1
            rest /= 10
        }
        append(number: digits)
        bytes.append(UInt8(ascii: ":"))
        append(number: number)
        bytes.append(UInt8(ascii: ","))
    }

    /// In decimal digits.
    private mutating func append(number: Int64) {
        if number < 0 { bytes.append(UInt8(ascii: "-")) }
        let start = bytes.count
        var rest = number.magnitude
        repeat {
            bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest != 0
        bytes[start...].reverse()
    }

    static func appendHexadecimal(_ source: [UInt8], to digits: inout [UInt8]) {
        for byte in source {
            digits.append(digit(byte >> 4))
            digits.append(digit(byte & 15))
        }
    }

    private static func digit(_ half: UInt8) -> UInt8 {
        half < 10 ? UInt8(ascii: "0") + half : UInt8(ascii: "a") + half - 10
    }
}

/// OpenSSL's working memory for one digest after the other: fetching the algorithm anew for each costs as much as a
/// short digest does.
private final class DigestContext {
    private let context = EVP_MD_CTX_new()
    private let algorithm = EVP_MD_fetch(nil, "SHA2-256", nil)

    deinit {
        EVP_MD_CTX_free(context)
        EVP_MD_free(algorithm)
    }

    /// - Returns: `nil` where there is no memory for it.
    func sha256(_ bytes: [UInt8]) -> [UInt8]? {
        guard let context, let algorithm else { return nil }
        var digest = [UInt8](repeating: 0, count: EntryHash.length)
        guard EVP_DigestInit_ex2(context, algorithm, nil) == 1,
            EVP_DigestUpdate(context, bytes, bytes.count) == 1, EVP_DigestFinal_ex(context, &digest, nil) == 1
        else { return nil }
        return digest
    }

    static func plain(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: EntryHash.length)
        _ = SHA256(bytes, bytes.count, &digest)
        return digest
    }
}
