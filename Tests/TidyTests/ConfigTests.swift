import Foundation
import Testing

/// The texts of `Config/` say everything once, and the program knows all that they say.
@Suite struct ConfigTests {
    static func unreadable(_ files: [TextFile]) -> [Violation] {
        files.filter { $0.hasExtension("json") }.compactMap { file in
            (try? JSONSerialization.jsonObject(with: Data(file.text.utf8))) == nil
                ? Violation(path: file.path, what: "is no JSON") : nil
        }
    }

    @Test func `every JSON file can be read`() {
        #expect(Self.unreadable(Repository.files) == [])
        #expect(Self.unreadable([TextFile(path: "Config/a.json", text: "{")]).count == 1)
    }

    @Test func `every currency has a code, an exponent, a step and bounds that fit each other`() throws {
        struct Rule: Decodable { let exponent: Int, step: Int64, minimum: Int64, maximum: Int64 }
        let rules = try JSONDecoder().decode(
            [String: Rule].self, from: Data(Repository.text("Config/currencies.json").utf8))
        #expect(rules.count > 100)
        for (code, rule) in rules {
            #expect(code.wholeMatch(of: /[a-z]{3}/) != nil, "\(code)")
            #expect([0, 2, 3].contains(rule.exponent), "\(code)")
            #expect(rule.step > 0 && rule.minimum > 0 && rule.minimum % rule.step == 0, "\(code)")
            #expect(rule.maximum > rule.minimum && rule.maximum % rule.step == 0, "\(code)")
        }
    }

    @Test func `the chart of accounts explains every kind of account, and no other`() throws {
        let source = try Repository.text("Sources/Ledger/LedgerAccount.swift")
        let body = try #require(source.firstMatch(of: /enum Kind[^{]*\{([^}]*)\}/)).output.1
        let kinds = body.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { $0.hasPrefix("case ") }.flatMap { $0.dropFirst(5).split(separator: ",") }
            .map { kind in
                let quoted = kind.firstMatch(of: /"(\w+)"/)?.output.1
                return quoted.map(String.init) ?? kind.trimmingCharacters(in: .whitespaces)
            }
        let chart = try Repository.text("Config/chart-of-accounts.json")
        let explained = try #require(
            JSONSerialization.jsonObject(with: Data(chart.utf8)) as? [String: Any]
        ).keys
        #expect(Set(explained) == Set(kinds))
    }
}
