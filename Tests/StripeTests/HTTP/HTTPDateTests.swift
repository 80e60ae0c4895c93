import Foundation
import Testing

@testable import Stripe

@Suite struct HTTPDateTests {
    @Test(arguments: 0..<500)
    func `it agrees with Foundation on any second of eight centuries`(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let seconds = Int64.random(in: -6_000_000_000...20_000_000_000, using: &generator)
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        let text = formatter.string(from: Date(timeIntervalSince1970: TimeInterval(seconds)))
        #expect(HTTPDate.seconds(text) == seconds)
    }

    @Test(arguments: [
        "", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET", "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994", "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sun, +6 Nov 1994 08:49:37 GMT",
    ])
    func `any other text is no date`(text: String) {
        #expect(HTTPDate.seconds(text) == nil)
    }
}
