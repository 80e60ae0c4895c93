import Foundation
import Testing

@testable import App

@Suite struct SettingsFileEditTests {
    private static let name = "BURSAR_STRIPE_WEBHOOK_SECRETS"

    private func edited(_ text: String) -> String {
        var lines = text.components(separatedBy: "\n")
        SettingsFile.putFirst("whsec_new", of: Self.name, in: &lines)
        return lines.joined(separator: "\n")
    }

    @Test func `a new value goes before the old one`() {
        #expect(edited("A=1\n\(Self.name)=whsec_old\nB=2\n") == "A=1\n\(Self.name)=whsec_new,whsec_old\nB=2\n")
        #expect(edited("\(Self.name)=\"whsec_old\"\n") == "\(Self.name)=whsec_new,whsec_old\n")
        #expect(edited("\(Self.name)=\n") == "\(Self.name)=whsec_new\n")
    }

    @Test func `a line that is commented out is used`() {
        #expect(edited("# What it is.\n#\(Self.name)=whsec_…\n") == "# What it is.\n\(Self.name)=whsec_new\n")
    }

    @Test func `a name that is not there comes last`() {
        #expect(edited("A=1\n") == "A=1\n\(Self.name)=whsec_new\n")
        #expect(edited("A=1") == "A=1\n\(Self.name)=whsec_new\n")
    }

    @Test func `a longer name that begins alike is another one`() {
        #expect(edited("\(Self.name)_FILE=x\n") == "\(Self.name)_FILE=x\n\(Self.name)=whsec_new\n")
    }

    @Test func `the file stays as private as it was, and nothing else in it changes`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("# mine\nA=1\n\(Self.name)=whsec_old\n", to: "bursar.env")
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        try SettingsFile.read(path).putFirst([(name: Self.name, secret: "whsec_new")])
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "# mine\nA=1\n\(Self.name)=whsec_new,whsec_old\n")
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o640)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["bursar.env"])
    }
}
