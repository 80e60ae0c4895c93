import Testing

@testable import Rehearsal

@Suite struct JournalDamageTests {
    private static let journal = """
        2026-11-02 * usage
            assets:b1:accrued:c9  12.50 USD
            income:b1:revenue  -12.50 USD
        """

    @Test func `one digit of one amount is another, and no name is touched`() {
        let copies = JournalDamage.copies(of: Self.journal, count: 200, seed: 4)
        #expect(copies.count == 200)
        for copy in copies {
            let changed = zip(copy.text.utf8, Self.journal.utf8).filter { $0 != $1 }
            #expect(copy.text.utf8.count == Self.journal.utf8.count)
            #expect(changed.count == 1)
            #expect(copy.text.contains("assets:b1:accrued:c9  "))
        }
    }

    @Test func `entries are counted, and a journal without amounts cannot be damaged`() {
        #expect(JournalDamage.entries(in: Self.journal) == 1)
        #expect(JournalDamage.copies(of: "account assets", count: 3, seed: 1).isEmpty)
    }
}
