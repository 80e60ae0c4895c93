import Billing
import Testing

@Suite struct ModelGlobTests {
    @Test(arguments: [
        ("gpt-5*", "gpt-5", true), ("gpt-5*", "gpt-5-mini", true), ("gpt-5*", "gpt-4o", false),
        ("gpt-5*", "my-gpt-5", false), ("*", "", true), ("*", "anything", true), ("gpt-5", "gpt-5-mini", false),
        ("*-mini", "gpt-5-mini", true), ("*-mini", "gpt-5-mini-high", false),
        ("claude-?-haiku", "claude-4-haiku", true),
        ("claude-?-haiku", "claude-45-haiku", false), ("a*b*c", "a-b-b-c", true), ("a*b*c", "a-c-b", false),
        ("?", "é", true), ("**a**", "a", true), ("a.b", "axb", false),
    ])
    func `a star stands for any text and a question mark for one character`(
        glob: String, name: String, matches: Bool
    ) throws {
        #expect(try #require(ModelGlob(glob)).matches(name) == matches)
    }

    @Test func `on random names a glob says what its simplest definition says`() throws {
        func naive(_ glob: ArraySlice<Character>, _ name: ArraySlice<Character>) -> Bool {
            guard let first = glob.first else { return name.isEmpty }
            if first == "*" {
                return (name.startIndex...name.endIndex).contains { naive(glob.dropFirst(), name[$0...]) }
            }
            return !name.isEmpty && (first == "?" || first == name.first) && naive(glob.dropFirst(), name.dropFirst())
        }
        var random = SeededGenerator(seed: 1)
        var hits = 0
        for _ in 0..<20_000 {
            let glob = (0..<Int.random(in: 1...6, using: &random)).compactMap { _ in
                Array("ab*?").randomElement(using: &random)
            }
            let name = (0..<Int.random(in: 0...6, using: &random)).compactMap { _ in
                Array("ab").randomElement(using: &random)
            }
            let expected = naive(glob[...], name[...])
            hits += expected ? 1 : 0
            #expect(ModelGlob(String(glob))?.matches(String(name)) == expected, "\(String(glob)) \(String(name))")
        }
        #expect((2_000..<18_000).contains(hits))
    }

    @Test func `many stars against a long name take no time to speak of`() throws {
        let glob = try #require(ModelGlob(String(repeating: "*a", count: 100)))
        #expect(!glob.matches(String(repeating: "a", count: 5_000) + "b"))
    }

    @Test(arguments: ["", "a b", "a\n", "a[b]", "{a,b}", "a\\b", "!a", "\u{7}", String(repeating: "a", count: 201)])
    func `what other globs know, or nobody does, is refused`(text: String) { #expect(ModelGlob(text) == nil) }

    @Test func `a model is allowed by its name, or with its provider`() throws {
        let models = AllowedModels(try ["gpt-5*", "anthropic/*"].map { try #require(ModelGlob($0)) })
        #expect(models.allows(model: "gpt-5-mini"))
        #expect(models.allows(model: "claude", provider: "anthropic"))
        #expect(!models.allows(model: "claude") && !models.allows(model: "claude", provider: "bedrock"))
        #expect(!models.allows(model: nil))
    }
}
