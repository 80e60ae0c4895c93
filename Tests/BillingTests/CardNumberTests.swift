import Billing
import Testing

/// The test numbers are Stripe's (docs.stripe.com/testing) and the networks'.
@Suite struct CardNumberTests {
    private static let numbers = [
        "4242424242424242", "4000000000009995", "4222222222222", "4000056655665556", "5555555555554444",
        "2223003122003222", "5105105105105100", "378282246310005", "371449635398431", "6011111111111117",
        "3056930009020004", "36227206271667", "3566002020360505", "6200000000000005", "6205500000000000004",
    ]

    @Test(arguments: numbers)
    func `a card number is found wherever it stands`(number: String) {
        for text in [
            number, "card \(number)", "VISA\(number)", "cus_\(number)", "a\n\(number)\n", "\(number) 12/34 123",
        ] {
            #expect(CardNumber.isIn(text), "\(text)")
        }
    }

    @Test(arguments: [
        "4242 4242 4242 4242", "4242-4242-4242-4242", "4242.4242.4242.4242 exp 12/34",
        "4242\u{A0}4242\u{A0}4242\u{A0}4242",
        "3782 822463 10005", "6205 5000 0000 0000 004", "3622 720627 1667", "４２４２４２４２４２４２４２４２",
        "٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢", "42.42.42.42.42.42.42.42", "4.2.4.2.4.2.4.2.4.2.4.2.4.2.4.2",
        "card 4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2, 12/34",
        "424-242-424-242-424-2", "no. 1: 37/82/82/24/63/10/00/5",
    ])
    func `it is found as it is printed on a card, and in the digits of any script`(text: String) {
        #expect(CardNumber.isIn(text))
    }

    @Test(arguments: [
        "", "4242424242424241", "424242424242424", "42424242424242424242", "1234567890123452", "1795253656000",
        "1795253656000000", "1795253656000000000", "175928847299117063", "1029384756102938475",
        "9f4242424242424242a1b2c3d4e5f60718", "550e8400-4242-4242-4242-424242424242", "2026-11-21T09:34:16.000Z",
        "bchg_01m7xy88bbktmy5n6qx5k9ke4y", "pi_3MtwBwLkdIwHu7ix28a3tqPa", "42.42.42.42.42.42.42.41",
        "42.42.42.42.42.42.42.42.42", "42.42-42.42.42-42.42.42", "192.168.42.42, 192.168.42.43", "12:34:56 24.12.2026",
        "+49 30 12 34 56 78 90",
    ])
    func `other numbers, times and ids are none`(text: String) {
        #expect(!CardNumber.isIn(text))
    }

    @Test func `a long random number may be the name of a thing`() {
        #expect(!CardNumber.isInName("6205500000000000004"))
        #expect(CardNumber.isInName("4242424242424242"))
    }

    @Test func `hardly any random name is taken for one`() {
        var generator = SeededGenerator(seed: 7)
        let found = (0..<100_000).count { _ in
            let digits = String(UInt128.random(in: 0...(.max), using: &generator), radix: 16)
            return CardNumber.isIn(digits)
        }
        #expect(found == 0)
    }
}
