import ArgumentParser
import Billing
import Server
import Storage
import Worker

struct AccountsKeys: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "API keys: of one merchant, or with --platform of the platform, for all merchants.",
        discussion: "Example:\n  bursar accounts keys create \"Ada's AI\" --name server",
        subcommands: [AccountsKeysList.self, AccountsKeysCreate.self, AccountsKeysRevoke.self])
}

/// Whose keys.
struct KeyOwner: ParsableArguments, Sendable {
    @Argument(help: "The merchant, by id or by name.") var account: String?
    @Flag(help: "The platform's keys, which open all merchants.") var platform = false

    func validate() throws {
        guard (account == nil) == platform else {
            throw ValidationError("Name a merchant, or --platform for the platform's own keys.")
        }
    }

    func find(at desk: Desk, in tx: Transaction) throws -> ConnectedAccount.ID? {
        try account.map { try desk.account($0, in: tx).id }
    }
}

struct AccountsKeysList: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists keys, revoked ones too. A secret is never shown again.",
        discussion: "Example:\n  bursar accounts keys list --platform")

    @OptionGroup var owner: KeyOwner
    @OptionGroup var page: PageOptions
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let after: ApiKey.ID? = try page.after.map { try desk.id($0, of: "key", list: "bursar accounts keys list") }
        let keys = try await desk.database.read { [owner, page] tx in
            try desk.worker.keys.list(
                account: try owner.find(at: desk, in: tx), after: after, limit: page.limit + 1, in: tx)
        }
        try desk.list(
            keys, page, shape: desk.shapes.key, columns: ["key", "name", "secret", "made", "revoked"],
            empty: "No keys yet. Make one: bursar accounts keys create ACCOUNT --name NAME"
        ) { key in
            [
                Table.Cell(key.id.text), Table.Cell(key.name), Table.Cell("…\(key.hint)"),
                Table.Cell(key.createdAt.listText), Table.Cell(key.revokedAt?.listText ?? "", .red),
            ]
        }
    }
}

struct AccountsKeysCreate: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Makes a key and shows its secret, this once.",
        discussion: "Example:\n  bursar accounts keys create \"Ada's AI\" --name server")

    @OptionGroup var owner: KeyOwner
    @Option(help: "What the key is for.") var name: String
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let minted = try await desk.database.write { [owner, name] tx in
            let account = try owner.find(at: desk, in: tx)
            return try desk.worker.keys.mint(account: account, name: name, by: .commandLine, in: tx)
        }
        try desk.show(desk.shapes.key(minted)) {
            var text = Particulars()
            text.add("key", minted.key.id.text)
            text.add("name", minted.key.name)
            text.add("secret", minted.secret)
            return text.text(on: desk.terminal) + "\n\nKeep the secret now; it is not shown again."
        }
    }
}

struct AccountsKeysRevoke: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Revokes a key, at once and for good.",
        discussion: "Example:\n  bursar accounts keys revoke \"Ada's AI\" --key bkey_…")

    @OptionGroup var owner: KeyOwner
    @Option(help: "The key's id (bkey_…).") var key: String
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let id: ApiKey.ID = try desk.id(key, of: "key", list: "bursar accounts keys list")
        let key = try await desk.database.write { [owner] tx in
            let account = try owner.find(at: desk, in: tx)
            return try desk.worker.keys.revoke(id, account: account, by: .commandLine, in: tx)
        }
        try desk.show(desk.shapes.key(key)) { "\(key.id) (\(key.name)) opens nothing any more." }
    }
}
