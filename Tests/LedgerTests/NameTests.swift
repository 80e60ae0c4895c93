import Ledger
import Testing

@Suite struct NameTests {
    @Test func `a currency is three letters, lowered, and nothing else`() {
        #expect(Currency("USD")?.code == "usd")
        #expect(Currency("jpY")?.description == "jpy")
        for wrong in ["", "us", "usdd", "u$d", "us1", " us", "us\u{0}", "üsd", "@@@", "[[[", "{{{", "ｕｓｄ"] {
            #expect(Currency(wrong) == nil, "\(wrong)")
        }
    }

    @Test func `every byte in a currency's code is judged`() {
        for byte in UInt8.min...0x7F {
            let isLetter = (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            let text = "u" + String(UnicodeScalar(byte)) + "d"
            #expect((Currency(text) != nil) == isLetter, "\(byte)")
        }
    }

    @Test func `a reference is 1 to 200 printable characters without a space`() throws {
        #expect(try Reference("stripe:pi_1:succeeded").text == "stripe:pi_1:succeeded")
        #expect(try Reference(String(repeating: "x", count: 200)).text.count == 200)
        let wrong = ["", String(repeating: "x", count: 201), "a b", "a\nb", "a\tb", "é", "a\u{7F}", "\u{0}"]
        for text in wrong { #expect(code { _ = try Reference(text) } == "bad_reference", "\(text)") }
    }

    @Test func `an account's path names its class, book, kind and customer`() {
        #expect(LedgerAccount(book: "b", .accrued, customer: "c").path == "assets:b:accrued:c")
        #expect(LedgerAccount(book: "b", .stripeBalance).path == "assets:b:stripe_balance")
    }

    @Test func `no two kinds share a path`() {
        let paths = LedgerAccount.Kind.allCases.map { LedgerAccount(book: "b", $0).path }
        #expect(Set(paths).count == LedgerAccount.Kind.allCases.count)
    }
}
