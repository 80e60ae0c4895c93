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

    struct Setting: Decodable {
        let name: String, environment: String, flag: String, group: String, kind: String, meaning: String
        let holds: String, example: String
    }

    /// What is wrong with the list of settings, seen beside the sources that should read each.
    static func faults(in settings: [Setting], readBy sources: [TextFile]) -> [Violation] {
        let environments = settings.map(\.environment)
        return settings.flatMap { setting in
            let texts = [setting.group, setting.kind, setting.meaning, setting.holds, setting.example]
            let expected = "BURSAR_" + setting.name.uppercased().replacing("-", with: "_")
            let checks = [
                (texts.contains(""), "has an empty text"),
                (environments.count { $0 == setting.environment } > 1, "shares its name in the environment"),
                (setting.environment != expected, "is named otherwise in the environment"),
                (!setting.flag.hasPrefix("--" + setting.name), "is named otherwise on the command line"),
                (!sources.contains { $0.text.contains("\"\(setting.name)\"") }, "is read by nobody"),
            ]
            return checks.filter(\.0).map { Violation(path: "Config/settings.json", what: "\(setting.name) \($0.1)") }
        }
    }

    @Test func `every setting is explained, named alike everywhere, and read`() throws {
        let settings = try JSONDecoder().decode(
            [Setting].self, from: Data(Repository.text("Config/settings.json").utf8))
        let app = Repository.sources.filter { $0.isUnder("Sources/App") }
        #expect(Self.faults(in: settings, readBy: app) == [])
        let fixed = [
            "DATABASE", "LISTEN", "PUBLIC_URL", "STRIPE_SECRET_KEY", "STRIPE_CLIENT_ID", "STRIPE_API_BASE",
            "STRIPE_CONNECT_BASE", "STRIPE_WEBHOOK_SECRETS", "STRIPE_CONNECT_WEBHOOK_SECRETS", "PLATFORM_KEY",
        ]
        #expect(Set(settings.map(\.environment)).isSuperset(of: fixed.map { "BURSAR_" + $0 }))
    }

    @Test func `a setting that nobody reads and one without an explanation are seen`() {
        let setting = Setting(
            name: "tea", environment: "BURSAR_TEE", flag: "--tea", group: "g", kind: "text", meaning: "", holds: "tea",
            example: "green")
        #expect(Self.faults(in: [setting], readBy: []).count == 3)
    }
}
