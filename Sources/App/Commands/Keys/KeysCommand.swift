import ArgumentParser
import Billing
import Ledger
import Server
import Storage
import Worker

struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "API keys of a merchant and of their customers, with what each may spend, and what it has spent.",
        discussion: """
            A customer's key sees that customer's own balance and usage, and authorizes; nothing else.

            Examples:
              bursar keys create "Ada's laptop" --customer user-17 --max-spend 20.00 --model 'gpt-5*'
              bursar keys rotate bkey_… --overlap 86400
            """,
        subcommands: [
            KeysCreate.self, KeysList.self, KeysShow.self, KeysUsage.self, KeysChange.self, KeysRevoke.self,
            KeysRotate.self,
        ])
}

/// Which key a command is about.
struct KeyArgument: ParsableArguments, Sendable {
    @Argument(help: "The key's id (bkey_…).") var key: String
    @OptionGroup var merchant: AccountOption

    func id(at desk: Desk) throws -> ApiKey.ID { try desk.id(key, of: "key", list: "bursar keys list") }
}

struct KeysCreate: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Makes a key and shows its secret, this once.",
        discussion: """
            Examples:
              bursar keys create server
              bursar keys create "Ada's laptop" --customer user-17 --max-spend 20.00 --expires 2027-01-01T00:00:00Z
            """)

    @Argument(help: "What the key is for.") var name: String
    @Option(help: "Whose key it is, by id or by your own name; without it, the merchant's.") var customer: String?
    @OptionGroup(title: "Bounds") var bounds: KeyBounds
    @OptionGroup var merchant: AccountOption
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let (minted, account) = try await desk.database.write { [name, customer, bounds, merchant] tx in
            let account = try merchant.find(at: desk, in: tx)
            let new = try bounds.key(name, of: customer, in: account.currency, desk.currencies)
            return (try desk.worker.keys.mint(new, account: account, by: .commandLine, in: tx), account)
        }
        try desk.show(desk.shapes.key(minted)) { minted.text(at: desk, account) }
    }
}

struct KeysList: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists keys, the newest first, revoked ones too. A secret is never shown again.",
        discussion: "Example:\n  bursar keys list --customer user-17")

    @Option(help: "Only the keys of this customer.") var customer: String?
    @OptionGroup var merchant: AccountOption
    @OptionGroup var page: PageOptions
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let after: ApiKey.ID? = try page.after.map { try desk.id($0, of: "key", list: "bursar keys list") }
        let (keys, names, account) = try await desk.database.read { [customer, merchant, page] tx in
            let account = try merchant.find(at: desk, in: tx)
            let owner = try customer.map { try desk.worker.customers.get($0, account: account, in: tx) }
            let keys =
                try owner.map { try desk.worker.keys.list(of: $0, after: after, limit: page.limit + 1, in: tx) }
                ?? desk.worker.keys.list(account: account.id, after: after, limit: page.limit + 1, in: tx)
            return (keys, try desk.externalIDs(of: keys.compactMap(\.scope.customer), in: tx), account)
        }
        let now = desk.worker.context.now
        try desk.list(
            keys, page, shape: desk.shapes.key,
            columns: ["key", "name", "secret", "customer", "cap", "expires", "status"],
            empty: "No keys yet. Make one: bursar keys create NAME"
        ) { key in
            [
                Table.Cell(key.id.text), Table.Cell(key.name), Table.Cell("…\(key.hint)"),
                Table.Cell(key.scope.customer.map { names[$0] ?? $0.text } ?? ""),
                Table.Cell(key.cap(in: account, desk) ?? ""), Table.Cell(key.expiresAt?.listText ?? ""),
                key.status(at: now) == "active" ? Table.Cell("active") : Table.Cell(key.status(at: now), .red),
            ]
        }
    }
}

struct KeysShow: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Shows one key in full, without its secret.",
        discussion: "Example:\n  bursar keys show bkey_…")

    @OptionGroup var key: KeyArgument
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let id = try key.id(at: desk)
        let (key, account) = try await desk.database.read { [key] tx in
            let account = try key.merchant.find(at: desk, in: tx)
            return (try desk.worker.keys.get(id, account: account.id, in: tx), account)
        }
        try desk.show(desk.shapes.key(key)) { key.particulars(at: desk, account).text(on: desk.terminal) }
    }
}

extension MintedKey {
    func text(at desk: Desk, _ account: ConnectedAccount) -> String {
        var text = key.particulars(at: desk, account)
        text.add("secret", secret)
        return text.text(on: desk.terminal) + "\n\nKeep the secret now; it is not shown again."
    }
}

extension ApiKey {
    func cap(in account: ConnectedAccount, _ desk: Desk) -> String? {
        maxSpend.map { desk.currencies.text(Money(micros: $0, account.currency)) }
    }

    func particulars(at desk: Desk, _ account: ConnectedAccount) -> Particulars {
        var text = Particulars()
        text.add("key", id.text)
        text.add("name", name)
        text.add("secret ends in", hint)
        text.add("scope", scope.word)
        text.add("merchant", scope.account?.text)
        text.add("customer", scope.customer?.text)
        text.add("status", status(at: desk.worker.context.now))
        text.add("cap", cap(in: account, desk))
        text.add("models", allowedModels?.joined(separator: ", "))
        text.add("replaces", replaces?.text)
        text.add("replaced by", replacedBy?.text)
        text.add("made", createdAt.shortText)
        text.add("expires", expiresAt?.shortText)
        text.add("revoked", revokedAt?.shortText)
        return text
    }
}
