/// The name of a real-world fact, unique within a book: whoever reports the fact (an API answer, a webhook, the sweep)
/// gives it the same name, so it is posted once.
public struct Reference: Hashable, Sendable, CustomStringConvertible {
    public let text: String

    public init(_ text: String) throws(LedgerError) {
        let isPrintable = text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        guard (1...200).contains(text.utf8.count), isPrintable else { throw .badReference(text) }
        self.text = text
    }

    public var description: String { text }
}
