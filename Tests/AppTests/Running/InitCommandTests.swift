import Foundation
import Testing

@testable import App

/// The commands that find everything out by themselves, run as a process.
struct InitCommandTests {
    private func mode(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber).intValue
    }

    @Test func `init makes the database and the settings for their owner only, and a key that opens everything`()
        async throws
    {
        let folder = try TemporaryFolder()
        let made = try await Program.run("init", "--json", in: folder)
        #expect(made.status == 0, "\(made.err)")
        #expect(try made.text("platform_key").wholeMatch(of: /bursar_[A-Za-z0-9_-]{43}/) != nil)
        #expect(try mode(folder.path(of: "bursar.sqlite")) == 0o600)
        #expect(try mode(folder.path(of: "bursar.env")) == 0o600)
        let settings = try String(contentsOfFile: folder.path(of: "bursar.env"), encoding: .utf8)
        #expect(settings.contains(try made.text("platform_key")) == false)
        let keys = try await Program.run("accounts", "keys", "list", "--platform", in: folder)
        #expect(keys.status == 0)
        #expect(keys.out.contains("…" + (try made.text("platform_key").suffix(4))))
    }

    @Test func `init overwrites nothing`() async throws {
        let folder = try TemporaryFolder()
        #expect(try await Program.run("init", in: folder).status == 0)
        let again = try await Program.run("init", in: folder)
        #expect(again.status == 65)
        #expect(again.err.contains("is there already; nothing was changed"))
        #expect(again.err.contains("accounts keys create --platform"))
        let elsewhere = try await Program.run("init", "--database", "other.sqlite", in: folder)
        #expect(elsewhere.err.contains("bursar.env is there already"))
        #expect(FileManager.default.fileExists(atPath: folder.path(of: "other.sqlite")) == false)
    }

    @Test func `an init that fails leaves nothing in the way of the next`() async throws {
        let folder = try TemporaryFolder()
        // The database can be begun, and not finished.
        let full = Process()
        full.executableURL = URL(fileURLWithPath: "/bin/sh")
        full.arguments = ["-c", "ulimit -f 100; trap '' XFSZ; exec \"$0\" init 2>/dev/null", Program.path]
        full.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        try full.run()
        full.waitUntilExit()
        #expect(full.terminationStatus != 0)
        #expect(try await Program.run("init", in: folder).status == 0)
    }

    @Test func `without a database a command says how to make one`() async throws {
        let folder = try TemporaryFolder()
        let outcome = try await Program.run("accounts", "list", in: folder)
        #expect(outcome.status == 78)
        #expect(
            outcome.err == "bursar: there is no database at bursar.sqlite; go to the folder where bursar.env is, "
                + "or `bursar init` makes one here, or BURSAR_DATABASE names another\n")
    }

    @Test func `serve does not begin new books at a path that was mistyped, unless it is told to`() async throws {
        let folder = try TemporaryFolder()
        #expect(try await Program.run("init", in: folder).status == 0)
        let outcome = try await Program.run("serve", "--database", "brusar.sqlite", in: folder)
        #expect(outcome.status == 78)
        #expect(outcome.err.hasPrefix("bursar: there is no database at brusar.sqlite"))
        #expect(FileManager.default.fileExists(atPath: folder.path(of: "brusar.sqlite")) == false)
    }

    @Test func `a database that cannot be opened is named, with why and what the setting should hold`() async throws {
        let folder = try TemporaryFolder()
        let outcome = try await Program.run(
            "serve", "--database", "sqlite:nowhere/b.sqlite", "--create-database", "yes", in: folder)
        #expect(outcome.status == 69)
        #expect(
            outcome.err.hasPrefix(
                "bursar: BURSAR_DATABASE holds \"sqlite:nowhere/b.sqlite\", and that cannot be opened"))
        #expect(outcome.err.contains("No such file") && outcome.err.contains("it should hold sqlite:PATH"))
        #expect(outcome.err.split(separator: "\n").count == 1)
    }

    @Test func `a wrong setting stops every command with one line and status 78`() async throws {
        let folder = try TemporaryFolder()
        for command in ["serve", "doctor"] {
            let outcome = try await Program.run(command, in: folder, environment: ["BURSAR_LISTEN": "8080"])
            #expect(outcome.status == 78)
            #expect(
                outcome.err == #"bursar: BURSAR_LISTEN holds "8080" (from the environment); "#
                    + "it should hold HOST:PORT, for example 127.0.0.1:8080\n")
        }
    }

    @Test func `settings shows what is in force and where it comes from, and no secret`() async throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("BURSAR_LOG_LEVEL=debug\n", to: "bursar.env")
        let secret = "sk_test_canary_that_nobody_may_see"
        let environment = ["BURSAR_STRIPE_SECRET_KEY": secret]
        let table = try await Program.run("settings", in: folder, environment: environment)
        #expect(table.out.contains(/BURSAR_LOG_LEVEL +debug +bursar.env/))
        #expect(table.out.contains(/BURSAR_STRIPE_SECRET_KEY +\(secret of 34 characters\) +the environment/))
        let json = try await Program.run("settings", "--json", in: folder, environment: environment)
        #expect(try (json.json["settings"] as? [Any])?.count == SettingDefinition.all.count)
        for text in [table.out, table.err, json.out, json.err] { #expect(text.contains("canary") == false) }
    }

    @Test func `doctor names what is missing, and ends with 2 when Stripe cannot be asked`() async throws {
        let folder = try TemporaryFolder()
        #expect(try await Program.run("init", in: folder).status == 0)
        let healthy = try await Program.run("doctor", in: folder)
        #expect(healthy.status == 0, "\(healthy.out)\(healthy.err)")
        #expect(healthy.out.contains(/warning +settings +BURSAR_STRIPE_SECRET_KEY is not set/))
        #expect(healthy.out.contains(/ok +books/))
        let away = try await Program.run(
            "doctor", "--json", in: folder,
            environment: ["BURSAR_STRIPE_SECRET_KEY": "sk_test_1", "BURSAR_STRIPE_API_BASE": "http://127.0.0.1:9"])
        #expect(away.status == 2)
        #expect(away.out.contains("does not answer"))
    }

    @Test func `every command has help with an example`() async throws {
        let folder = try TemporaryFolder()
        let commands = [
            "init", "serve", "accounts", "connect", "customers", "keys", "usage", "explain", "top-up", "charge",
            "charges",
            "reconcile", "ledger", "webhooks", "doctor", "settings", "version",
        ]
        for command in commands {
            let help = try await Program.run(command, "--help", in: folder)
            #expect(help.status == 0)
            #expect(help.out.contains("bursar \(command)"), "\(command)")
            #expect(help.out.contains("xample"), "\(command)")
        }
        #expect(try await Program.run("version", "--json", in: folder).text("stripe_version") == "2026-10-28.endive")
        let misspelt = try await Program.run("chrage", in: folder)
        #expect(misspelt.status == 64)
        #expect(misspelt.err == "bursar: there is no command chrage; did you mean `bursar charge`?\n")
    }
}
