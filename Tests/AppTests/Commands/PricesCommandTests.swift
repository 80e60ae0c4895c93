import Testing

@testable import App

/// Prices: what a merchant sets, and what the list shows.
struct PricesCommandTests {
    private static let gpt5 = ["prices", "set", "--provider", "openai", "--model", "gpt-5"]

    private static func office() async throws -> TestOffice {
        let office = try await TestOffice()
        try await office.openShop()
        return office
    }

    @Test func `a price that replaces another says what changes, and which units have none any more`() async throws {
        let office = try await Self.office()
        let set = try await office.run(
            Self.gpt5 + [
                "--per-million", "input_tokens=3", "cache_read_tokens=0.3", "output_tokens=12",
                "--per-unit", "pages=0.5",
            ])
        #expect(set.status == 0 && set.out.contains("input_tokens: 1.25 a million → 3 a million"), "\(set)")
        let again = try await office.run(Self.gpt5 + ["--per-million", "input_tokens=4", "cache_read_tokens=0.4"])
        #expect(again.out.contains("input_tokens: 3 a million → 4 a million"), "\(again)")
        #expect(again.out.contains("output_tokens: 12 a million → none"), "\(again)")
        #expect(again.out.contains("Dropped: output_tokens, pages."), "\(again)")
    }

    @Test func `by the million only tokens are priced, and the nearest unit is named`() async throws {
        let office = try await Self.office()
        let near = try await office.run(Self.gpt5 + ["--per-million", "input_token=3"])
        #expect(near.status == 64 && near.err.contains("did you mean input_tokens?"), "\(near)")
        let far = try await office.run(Self.gpt5 + ["--per-million", "foo=3"])
        #expect(far.status == 64 && far.err.contains("input_tokens, output_tokens"), "\(far)")
        #expect(try await office.run(Self.gpt5 + ["--per-million", "video_tokens=3"]).status == 0)
    }

    @Test func `the list has the only merchant's own prices, exact names first, and no day where there is none`()
        async throws
    {
        let office = try await Self.office()
        _ = try await office.run(
            Self.gpt5 + ["--per-million", "input_tokens=3", "cache_read_tokens=0.3", "output_tokens=12"])
        let lines = try await office.run("prices", "list", "gpt-5").out.split(separator: "\n")
        #expect(lines[1].hasPrefix("own:openai/gpt-5@"), "\(lines)")
        #expect(lines[2].hasPrefix("azure/gpt-5 ") && lines[3].hasPrefix("openai/gpt-5 "), "\(lines)")
        #expect(!lines.joined().contains("0001-01-01"))
    }
}
