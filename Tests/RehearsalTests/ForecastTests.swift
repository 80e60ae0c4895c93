import Foundation
import Testing

@testable import Rehearsal

@Suite struct ForecastTests {
    private static let file = """
        {"currency": "usd", "markup_percent": 50, "cycle": "daily",
         "plans": [{"slug": "free", "terms": {"limits": {"day": {"requests": 3}}, "overage": "block"}},
                   {"slug": "pro", "terms": {"markup_percent": 20}}]}
        """

    @Test func `each plan comes to what its customers used, at its own markup and within its own limits`() async throws
    {
        var profile = UsageProfile()
        profile.customers = 4
        profile.days = 3
        profile.costMicros = 1_000_000
        profile.declinesPercent = 50
        let years = try await Forecast(ForecastInput(Data(Self.file.utf8)), profile, seed: 1).run()
        let (free, pro) = try (#require(years.first), #require(years.last))
        #expect([free.plan, pro.plan] == ["free", "pro"])
        #expect(free.requests == 2 * 3 * 3)
        #expect(free.refused > 0 && pro.refused == 0)
        #expect(free.cost == "18.00 USD" && free.revenue == "27.00 USD" && free.margin == "9.00 USD")
        #expect(pro.charges > 0)
        #expect(pro.lostToDeclines != "0.00 USD")
    }

    @Test(arguments: [
        ("[]", "one JSON object"), (#"{"plans": []}"#, "currency"), (#"{"currency": "usd"}"#, "plans"),
        (#"{"currency": "usd", "plans": [{}]}"#, "slug"), (#"{"currency": "usd", "price": 1}"#, "price is not known"),
        (#"{"currency": "usd", "plans": [{"slug": "a"}], "markup_percent": "x"}"#, "a number"),
    ])
    func `a configuration that says too little, or something unknown, is refused by name`(file: String, word: String) {
        let breach = #expect(throws: Breach.self) { try ForecastInput(Data(file.utf8)) }
        #expect(breach?.rule == "configuration")
        #expect(breach?.detail.contains(word) == true)
    }
}
