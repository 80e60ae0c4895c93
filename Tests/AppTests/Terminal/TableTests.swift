import Testing

@testable import App

struct TableTests {
    private func terminal(colours: Bool) -> Terminal {
        Terminal(out: { _ in }, err: { _ in }, isInteractive: colours, showsProgress: false, json: false)
    }

    @Test func `columns are aligned, numbers to the right`() {
        var table = Table(["name", .number("amount"), "status"])
        table.add(["Ada", "5.00 USD", "paid"])
        table.add(["Grace Hopper", "12.50 USD", "failed"])
        #expect(
            table.text(on: terminal(colours: false)) == """
                NAME             AMOUNT  STATUS
                Ada            5.00 USD  paid
                Grace Hopper  12.50 USD  failed
                """)
    }

    @Test func `colours are for terminals only, and do not move the columns`() {
        var table = Table(["name", "status"])
        table.add([Table.Cell("Ada", .green), "paid"])
        #expect(table.text(on: terminal(colours: false)).contains("\u{1B}") == false)
        let coloured = table.text(on: terminal(colours: true))
        #expect(coloured.contains("\u{1B}[32mAda\u{1B}[0m   paid"))
    }

    @Test func `particulars leave out what is not there`() {
        var text = Particulars()
        text.add("name", "Ada")
        text.add("country", nil)
        text.add("currency", "USD")
        #expect(text.text(on: terminal(colours: false)) == "name      Ada\ncurrency  USD")
    }
}
