import Testing

@Suite struct MoneyTests {
    static let floatingPoint = Ban(
        patterns: [#"\b(Double|Float|Float16|Float80|CGFloat)\b"#],
        // Prometheus' own format is floating point; figures of money leave as integers of micros before they get there.
        allowed: ["Sources/Server/Observability/MetricSeries.swift"],
        because: "no floating point anywhere near money")

    /// Rooms in which no floating point is needed at all.
    static let rooms = [
        "Sources/Ledger", "Sources/Billing", "Sources/Storage", "Sources/Stripe", "Sources/Worker", "Sources/Server",
    ]

    static let wrapping = Ban(
        patterns: [#"&\+"#, #"&-"#, #"&\*"#], because: "money is never wrapped: overflow is an error")

    private func files(in rooms: [String]) -> [TextFile] {
        Repository.sources.filter { file in rooms.contains { file.isUnder($0) } }
    }

    @Test func `no floating point comes near money`() {
        #expect(Self.floatingPoint.violations(in: files(in: Self.rooms)) == [])
        #expect(Self.floatingPoint.idleExceptions(in: files(in: Self.rooms)) == [])
    }

    @Test func `money is never wrapped`() {
        #expect(Self.wrapping.violations(in: files(in: ["Sources/Ledger", "Sources/Billing"])) == [])
    }

    @Test(arguments: ["let price: Double = 1", "let price = Float(micros) / 100", "let sum = a.micros &+ b.micros"])
    func `a price in floating point or a wrapped sum is seen`(line: String) {
        let planted = [TextFile(path: "Sources/Billing/Planted.swift", text: line)]
        #expect((Self.floatingPoint.violations(in: planted) + Self.wrapping.violations(in: planted)).count == 1)
    }
}
