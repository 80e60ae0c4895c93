import Foundation
import Testing

@testable import Stripe

@Suite struct FormEncodingTests {
    @Test func `nests and lists are spelt with brackets, in the order in which they were set`() {
        var card = FormParameters()
        card.set("number", "42")
        card.set("live", false)
        var form = FormParameters()
        form.set("amount", 500)
        form.set("card", card)
        form.set("expand", ["latest_charge.balance_transaction", "customer"])
        form.set("line_items", .list([.fields(card)]))
        #expect(
            form.encoded
                == "amount=500&card[number]=42&card[live]=false&expand[0]=latest_charge.balance_transaction"
                + "&expand[1]=customer&line_items[0][number]=42&line_items[0][live]=false")
    }

    @Test func `what is not set is not sent`() {
        var form = FormParameters()
        form.set("a", nil as String?)
        form.set("b", nil as Int64?)
        form.set("c", nil as Bool?)
        form.set("d", [])
        form.set("e", [:])
        form.set("f", FormParameters())
        #expect(form.isEmpty)
        #expect(form.encoded.isEmpty)
    }

    @Test func `an empty text is sent, since Stripe clears a field with it`() {
        var form = FormParameters()
        form.set("description", "")
        #expect(form.encoded == "description=")
    }

    @Test func `setting a name again replaces it`() {
        var form = FormParameters()
        form.set("amount", 1)
        form.set("amount", 2)
        #expect(form.encoded == "amount=2")
    }

    @Test func `metadata gives the same bytes whatever order it was built in`() {
        var generator = SeededGenerator(seed: 7)
        let pairs = (0..<40).map { ("key_\($0)", generator.text()) }
        let encodings = (0..<50).map { _ in
            var metadata: [String: String] = [:]
            for (key, value) in pairs.shuffled(using: &generator) { metadata[key] = value }
            var form = FormParameters()
            form.set("metadata", metadata)
            return form.encoded
        }
        #expect(Set(encodings).count == 1)
    }

    @Test func `a bracket inside a name cannot open a nest`() {
        var form = FormParameters()
        form.set("metadata", ["a][b": "1", "c]&amount=1": "2"])
        #expect(form.encoded == "metadata[a%5D%5Bb]=1&metadata[c%5D%26amount%3D1]=2")
    }

    @Test(arguments: 0..<200)
    func `whatever the texts, the pairs that come back are those that went in`(seed: Int) throws {
        var generator = SeededGenerator(seed: UInt64(seed))
        var metadata: [String: String] = [:]
        for _ in 0..<8 { metadata[generator.text()] = generator.text(maximumLength: 40) }
        var form = FormParameters()
        form.set("metadata", metadata)
        var decoded: [String: String] = [:]
        for pair in form.encoded.split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = sides[0].dropFirst("metadata[".count).dropLast()
            let value: String = try #require(sides[1].removingPercentEncoding)
            decoded[try #require(name.removingPercentEncoding)] = value
        }
        #expect(decoded == metadata)
        #expect(form.encoded.utf8.allSatisfy { (0x21...0x7E).contains($0) })
    }
}
