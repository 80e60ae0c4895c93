public import Ledger

/// What a merchant names by a short name of their own, and can put into the archive: a plan, a meter, a product.
public protocol Slugged: Identified, Hashable, Sendable {
    var id: Identifier<Self> { get }
    var account: ConnectedAccount.ID { get }
    /// The merchant's own short name for it; unique within the account, and never changed.
    var slug: String { get }
    var name: String { get }
    var archivedAt: Instant? { get set }
    var updatedAt: Instant { get set }
}

extension Slugged {
    /// Whether it is not in the archive.
    public var isLive: Bool { archivedAt == nil }

    /// What is wrong with its names.
    var namingFault: TermsFault? {
        guard Slug.isOne(slug) else {
            return TermsFault("slug", "write 1 to 40 of a–z, 0–9, - and _, a letter or digit first, as in pro-monthly")
        }
        guard (1...Slug.longestName).contains(name.unicodeScalars.count) else {
            return TermsFault("name", "write 1 to \(Slug.longestName) characters")
        }
        return nil
    }
}

private enum Slug {
    static let longestName = 200

    /// Whether it is 1 to 40 of a–z, 0–9, `-` and `_`, a letter or a digit first.
    static func isOne(_ text: String) -> Bool {
        let isFit = text.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
        return isFit && (1...40).contains(text.utf8.count) && text.utf8.first.map(isAlphanumeric) == true
    }

    private static func isAlphanumeric(_ character: UInt8) -> Bool {
        (0x61...0x7A).contains(character) || (0x30...0x39).contains(character)
    }
}
