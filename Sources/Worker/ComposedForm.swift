import Foundation

extension String {
    /// Whether it is in Unicode's composed form (NFC, unicode.org/reports/tr15). Swift holds two spellings of one text
    /// for equal, `é` as one scalar and as two, and SQL does not; of texts in this form both say the same.
    var isComposed: Bool {
        // No scalar before U+0300, whose first byte this is, is composed of others or joins one.
        if utf8.allSatisfy({ $0 < 0xCC }) { return true }
        // By way of the decomposed form: what is half composed, as Hangul can be, Foundation takes for composed.
        return hasMarksInOrder
            && decomposedStringWithCanonicalMapping.precomposedStringWithCanonicalMapping.utf8.elementsEqual(utf8)
    }

    /// By the standard library's tables, by which it compares, and which know marks that Foundation does not.
    private var hasMarksInOrder: Bool {
        let classes = unicodeScalars.map(\.properties.canonicalCombiningClass)
        return zip(classes, classes.dropFirst()).allSatisfy { $0 <= $1 || $1 == .notReordered }
    }
}
