import Testing

@testable import Rehearsal

@Suite struct RestScanTests {
    @Test func `a secret is found wherever it stands, and not when a byte is missing`() {
        let scan = RestScan([("key", "bursar_canary_1"), ("secret", "whsec_canary"), ("link", "bursar_canary_2")])
        #expect(scan.found(in: Array("bursar_canary_1".utf8)) == ["key"])
        #expect(scan.found(in: Array("xx whsec_canary, and bursar_canary_2".utf8)) == ["secret", "link"])
        #expect(scan.found(in: [0, 1, 2] + Array("bbursar_canary_1".utf8) + [255]) == ["key"])
        #expect(scan.found(in: Array("bursar_canary_ whsec_canar".utf8)) == [])
        #expect(scan.found(in: Array("whs".utf8)) == [])
    }

    @Test func `a card number is found in every spelling`() {
        let scan = LuhnScan()
        for number in CardTraps.numbers {
            for (place, spelling) in CardTraps.spellings.enumerated() {
                let text = "{\"name\": \"\(spelling(number))\", \"n\": 1}"
                #expect(scan.found(in: Array(text.utf8)).contains(number), "\(number) in spelling \(place)")
            }
        }
    }

    @Test func `a wrong check digit, a time, an amount and an id are no card numbers`() {
        let scan = LuhnScan()
        for text in [
            "4242424242424241", "1795180262123", "2026-11-25T19:30:39.123Z", "9000000", "1000000000000000",
            "424242424242424242424242", "bacc_01m7v41f00m9s346q3d25vt4f5",
        ] { #expect(scan.found(in: Array(text.utf8)) == [], "\(text)") }
    }
}
