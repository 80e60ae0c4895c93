import Synchronization
import Worker

extension RehearsedHouse {
    /// The books as an accountant gets them, slice by slice.
    func exportedBooks() async throws -> [String] {
        let export = worker.books.export
        var journals: [String] = []
        for slice in try await export.slices(book: nil) {
            let text = Mutex("")
            try await export.write(slice, book: nil) { part in text.withLock { $0 += part } }
            journals.append(text.withLock { $0 })
        }
        return journals
    }
}

/// The exported books of a small world, after a tale that nothing goes wrong in.
public enum SmallBooks {
    /// - Throws: `Breach`, when a promise did not hold.
    public static func exported(number: UInt64) async throws -> [String] {
        try await Telling(SmallTale(number: number), .inOrder, exportsBooks: true).books
    }
}
