import ArgumentParser
import Foundation
import Testing

@testable import App

/// The list, the flags, the example file and the pages must say the same.
struct SettingDefinitionTests {
    @Test func `the names that the issue fixes are settings`() {
        let names = Set(SettingDefinition.all.map(\.environment))
        let fixed: Set = [
            "BURSAR_DATABASE", "BURSAR_LISTEN", "BURSAR_PUBLIC_URL", "BURSAR_STRIPE_SECRET_KEY",
            "BURSAR_STRIPE_CLIENT_ID", "BURSAR_STRIPE_API_BASE", "BURSAR_STRIPE_CONNECT_BASE",
            "BURSAR_STRIPE_WEBHOOK_SECRETS", "BURSAR_STRIPE_CONNECT_WEBHOOK_SECRETS", "BURSAR_PLATFORM_KEY",
        ]
        #expect(fixed.isSubset(of: names))
    }

    @Test func `every setting is named after one rule, once`() {
        #expect(Set(SettingDefinition.all.map(\.name)).count == SettingDefinition.all.count)
        for setting in SettingDefinition.all {
            #expect(setting.environment == "BURSAR_" + setting.name.uppercased().replacing("-", with: "_"))
            #expect(setting.flag == "--\(setting.name)\(setting.secret ? "-file" : "")")
            #expect(setting.choices != nil || setting.kind != .choice)
        }
    }

    @Test func `every default and every example is what the setting should hold`() {
        for setting in SettingDefinition.all {
            if let standard = setting.default { #expect(setting.accepts(standard), "\(setting.name)") }
            if !setting.example.contains("…") { #expect(setting.accepts(setting.example), "\(setting.name)") }
        }
    }

    @Test func `every setting has its flag, and every flag sets its setting`() throws {
        for setting in SettingDefinition.all {
            let given: [String: String]
            if setting.name == "database" {
                given = ["BURSAR_DATABASE": try CommonOptions.parse([setting.flag, "text"]).database ?? ""]
            } else {
                given = try SettingFlags.parse([setting.flag, "text"]).given
            }
            #expect(given == [setting.fileEnvironment ?? setting.environment: "text"])
        }
    }

    @Test func `the example file is what init writes`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
            .deletingLastPathComponent()
        let example = try String(contentsOf: root.appending(path: "Config/bursar.example.env"), encoding: .utf8)
        #expect(example == SettingsFileText.make(database: "sqlite:/var/lib/bursar/bursar.sqlite"))
    }

    @Test func `what init writes is understood`() throws {
        let text = SettingsFileText.make(database: "sqlite:x")
        #expect(try SettingsFile.parse(text, path: "f") == ["BURSAR_DATABASE": "sqlite:x"])
        for setting in SettingDefinition.all where setting.name != "database" {
            #expect(text.contains("\n#\(setting.environment)="))
        }
    }

    @Test(arguments: [
        ("127.0.0.1:8080", "127.0.0.1", 8080), ("[::1]:0", "::1", 0), ("localhost:1", "localhost", 1),
    ])
    func `an address is read`(text: String, host: String, port: Int) {
        let address = ListenAddress(text)
        #expect(address?.host == host)
        #expect(address?.port == port)
        #expect(address?.description == text)
    }

    @Test(arguments: ["", "8080", ":8080", "host:", "host:port", "host:65536", "host:-1", "::1:80", "a b:80"])
    func `what is no address is refused`(text: String) {
        #expect(ListenAddress(text) == nil)
    }

    @Test func `the nearest name is near`() {
        #expect(editDistance(Array("kitten"), Array("sitting")) == 3)
        #expect(nearestName(to: "BURSAR_LISTEM", among: ["BURSAR_LISTEN", "BURSAR_LOG_LEVEL"]) == "BURSAR_LISTEN")
        #expect(nearestName(to: "PATH", among: ["BURSAR_LISTEN"]) == nil)
    }
}
