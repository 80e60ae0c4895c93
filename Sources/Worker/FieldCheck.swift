import Billing
import Ledger

/// The limits of what a caller may write into a field. Each refusal names the field and says what fits.
enum FieldCheck {
    static func text(_ field: String, _ text: String, _ length: ClosedRange<Int>) throws(WorkerError) {
        try plain(field, text, length)
        try noCardNumber(field, text)
    }

    private static func plain(_ field: String, _ text: String, _ length: ClosedRange<Int>) throws(WorkerError) {
        guard length.contains(text.utf8.count), !text.unicodeScalars.contains(where: isControl) else {
            let size = "\(length.lowerBound) to \(length.upperBound) bytes"
            throw .invalid(field, "\(field) must be \(size) of UTF-8 without control characters")
        }
        try composed(field, text)
    }

    /// Two texts that look alike are one text, or none: whoever chooses a name cannot choose another's in two ways.
    private static func composed(_ field: String, _ text: String) throws(WorkerError) {
        guard text.isComposed else {
            throw .invalid(
                field, "\(field) must be in Unicode's composed form (NFC), with é as one character",
                code: "not_composed")
        }
    }

    /// A name that a machine may have made.
    static func name(_ field: String, _ text: String, _ length: ClosedRange<Int>) throws(WorkerError) {
        try plain(field, text, length)
        try noCardNumber(field, text, longest: CardNumber.longestInName)
    }

    /// What holds a card number never comes to rest, whoever typed it.
    static func noCardNumber(_ field: String, _ text: String, longest: Int = 19) throws(WorkerError) {
        guard !CardNumber.isIn(text, longest: longest) else {
            throw .invalid(
                field, "\(field) holds what looks like a card number; only Stripe's own pages may take one",
                code: "card_number")
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
        try noCardNumber(field, text)
    }

    /// Stripe's own limits (docs.stripe.com/metadata), so that what is kept here could be kept there.
    static func metadata(_ metadata: [String: String]) throws(WorkerError) {
        guard metadata.count <= 50 else { throw .invalid("metadata", "metadata must have at most 50 keys") }
        for (key, value) in metadata {
            guard (1...40).contains(key.utf8.count), !key.unicodeScalars.contains(where: { $0 == "[" || $0 == "]" })
            else {
                throw .invalid("metadata", "a metadata key must be 1 to 40 bytes without [ and ]")
            }
            guard value.utf8.count <= 500 else {
                throw .invalid("metadata", "a metadata value must be at most 500 bytes")
            }
            let hasControls = (key + value).unicodeScalars.contains { isControl($0) && $0 != "\n" && $0 != "\t" }
            guard !hasControls else { throw .invalid("metadata", "metadata must be without control characters") }
            try composed("metadata", key)
            try composed("metadata", value)
            try noCardNumber("metadata", key)
            try noCardNumber("metadata", value)
        }
    }

    static func webAddress(_ field: String, _ text: String) throws(WorkerError) {
        try Self.text(field, text, 8...2_000)
        let rest = ["https://", "http://"].first(where: text.hasPrefix).map { text.dropFirst($0.count) }
        let host = rest?.prefix { !"/?#".contains($0) } ?? ""
        // A name before an @, and a backslash, make browsers and people read different hosts.
        guard !host.isEmpty, !host.hasPrefix(":"), !host.contains("@"), !text.contains("\\"),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw .invalid(field, "\(field) must be an absolute http or https URL in ASCII, without a user name")
        }
    }

    /// Both ranges of Unicode's: terminals obey the second one as well.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
    }
}
