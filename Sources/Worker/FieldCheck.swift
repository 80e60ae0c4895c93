import Ledger

/// The limits of what a caller may write into a field. Each refusal names the field and says what fits.
enum FieldCheck {
    static func text(_ field: String, _ text: String, _ length: ClosedRange<Int>) throws(WorkerError) {
        let isClean = !text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
        guard length.contains(text.utf8.count), isClean else {
            let size = "\(length.lowerBound) to \(length.upperBound) bytes"
            throw .invalid(field, "\(field) must be \(size) of UTF-8 without control characters")
        }
    }

    static func email(_ field: String, _ text: String) throws(WorkerError) {
        try Self.text(field, text, 3...254)
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty }), !text.contains(" ") else {
            throw .invalid(field, "\(field) must be an e-mail address such as ada@example.com")
        }
    }

    /// An id of Stripe's.
    static func token(_ field: String, _ text: String) throws(WorkerError) {
        let fits = text.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5A).contains($0)
                || (0x61...0x7A).contains($0) || $0 == 0x5F
        }
        guard (1...255).contains(text.utf8.count), fits else {
            throw .invalid(field, "\(field) must be an id of letters, digits and underscores, as Stripe writes it")
        }
    }

    /// Stripe's own limits (docs.stripe.com/metadata), so that what is kept here could be kept there.
    static func metadata(_ metadata: [String: String]) throws(WorkerError) {
        guard metadata.count <= 50 else { throw .invalid("metadata", "metadata must have at most 50 keys") }
        for (key, value) in metadata {
            guard (1...40).contains(key.utf8.count), !key.contains("["), !key.contains("]") else {
                throw .invalid("metadata", "a metadata key must be 1 to 40 bytes without [ and ]")
            }
            guard value.utf8.count <= 500 else {
                throw .invalid("metadata", "a metadata value must be at most 500 bytes")
            }
        }
    }

    static func webAddress(_ field: String, _ text: String) throws(WorkerError) {
        try Self.text(field, text, 8...2_000)
        guard text.hasPrefix("https://") || text.hasPrefix("http://"), !text.contains(" ") else {
            throw .invalid(field, "\(field) must be an absolute http or https URL")
        }
    }
}
