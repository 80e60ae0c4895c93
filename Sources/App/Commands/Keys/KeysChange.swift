import ArgumentParser
import Billing
import Ledger
import Server
import Storage
import Worker

/// What a key may do, and until when. Amounts are typed as people write them.
struct KeyBounds: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "What may be spent with the key in its life; `none` for no cap.", valueName: "amount"))
    var maxSpend: String?
    @Option(
        help: ArgumentHelp(
            "From when on it opens nothing, RFC 3339; `never` for no end.", valueName: "time"))
    var expires: String?
    @Option(
        help: ArgumentHelp(
            "A model that it may use, such as 'gpt-5*'; may be given several times; `all` for every model.",
            valueName: "glob"))
    var model: [String] = []

    func validate() throws {
        guard model.count < 2 || !model.contains("all") else {
            throw ValidationError("--model all cannot stand beside other models.")
        }
    }

    func key(
        _ name: String, of customer: String?, in currency: Currency, _ rules: CurrencyRules
    ) throws -> NewKey {
        NewKey(
            name: name, customer: customer, maxSpend: try cap(currency, rules), expiresAt: try end(),
            allowedModels: models)
    }

    func change(name: String?, in currency: Currency, _ rules: CurrencyRules) throws -> KeyChange {
        var change = KeyChange()
        change.name = name
        if maxSpend != nil { change.maxSpend = try cap(currency, rules).map(AccountChange.Field.set) ?? .clear }
        if expires != nil { change.expiresAt = try end().map(AccountChange.Field.set) ?? .clear }
        if !model.isEmpty { change.allowedModels = models.map(AccountChange.Field.set) ?? .clear }
        return change
    }

    private var models: [String]? { model.isEmpty || model == ["all"] ? nil : model }

    private func cap(_ currency: Currency, _ rules: CurrencyRules) throws -> Int64? {
        try AmountReader(currency: currency, rules: rules).read("--max-spend", maxSpend)
            .map { try rules.money(minor: $0, currency).micros }
    }

    private func end() throws -> Instant? {
        guard let expires, expires != "never" else { return nil }
        guard let end = Instant(rfc3339: expires) else {
            throw ValidationError(
                "--expires holds \"\(expires)\"; it should hold RFC 3339, for example 2027-01-01T00:00:00Z")
        }
        return end
    }
}

struct KeysChange: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "change", abstract: "Changes a key's name or bounds; what is not named stays as it is.",
        discussion: """
            The cap and the models hold for the keys whose place it took, too, while those live on.

            Example:
              bursar keys change bkey_… --max-spend 50.00 --expires never
            """)

    @OptionGroup var key: KeyArgument
    @Option(help: "What the key is for.") var name: String?
    @OptionGroup(title: "Bounds") var bounds: KeyBounds
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let id = try key.id(at: desk)
        let (key, account) = try await desk.database.write { [key, name, bounds] tx in
            let account = try key.merchant.find(at: desk, in: tx)
            let change = try bounds.change(name: name, in: account.currency, desk.currencies)
            return (
                try desk.worker.keys.change(id, change, account: account.id, by: .commandLine, in: tx), account
            )
        }
        try desk.show(desk.shapes.key(key)) { key.particulars(at: desk, account).text(on: desk.terminal) }
    }
}

struct KeysRevoke: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Revokes a key, at once and for good.",
        discussion: "Example:\n  bursar keys revoke bkey_…")

    @OptionGroup var key: KeyArgument
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let id = try key.id(at: desk)
        let key = try await desk.database.write { [key] tx in
            let account = try key.merchant.find(at: desk, in: tx)
            return try desk.worker.keys.revoke(id, account: account.id, by: .commandLine, in: tx)
        }
        try desk.show(desk.shapes.key(key)) { "\(key.id) (\(key.name)) opens nothing any more." }
    }
}

struct KeysRotate: DeskCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Gives a key a successor with the same bounds and a new secret, and lets the old one run out.",
        discussion: """
            What was spent with the old key counts on against the one cap of both.

            Example:
              bursar keys rotate bkey_… --overlap 86400
            """)

    @OptionGroup var key: KeyArgument
    @Option(help: ArgumentHelp("How long the old key lives on; 0 revokes it at once.", valueName: "seconds"))
    var overlap = Keys.usualOverlap
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let id = try key.id(at: desk)
        let (minted, account) = try await desk.database.write { [key, overlap] tx in
            let account = try key.merchant.find(at: desk, in: tx)
            let minted = try desk.worker.keys.rotate(
                id, overlapSeconds: overlap, account: account.id, by: .commandLine, in: tx)
            return (minted, account)
        }
        try desk.show(desk.shapes.key(minted)) { minted.text(at: desk, account) }
    }
}
