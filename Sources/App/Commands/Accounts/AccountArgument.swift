import ArgumentParser
import Billing
import Storage
import Worker

/// Which merchant a command is about.
struct AccountOption: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "The merchant, by id (bacc_…) or by name. Not needed while there is only one.", valueName: "account"))
    var account: String?

    func find(at desk: Desk, in tx: Transaction) throws -> ConnectedAccount { try desk.merchant(account, in: tx) }
}

extension Desk {
    /// - Parameter name: may be left out while there is only one.
    func merchant(_ name: String?, in tx: Transaction) throws -> ConnectedAccount {
        if let name { return try account(name, in: tx) }
        let all = try worker.accounts.list(limit: 2, in: tx)
        guard let only = all.first else {
            throw Failure.rejected(
                "no_account", "there is no account yet; `bursar accounts create --help` says how to make one")
        }
        guard all.count == 1 else {
            throw Failure.rejected(
                "which_account",
                "there are several accounts; name one with --account (`bursar accounts list` shows them)")
        }
        return only
    }

    /// The merchant follows from the thing when none is named.
    func merchant(of thing: BookedThing, _ option: AccountOption, in tx: Transaction) throws -> ConnectedAccount {
        guard option.account == nil else { return try option.find(at: self, in: tx) }
        let owner =
            switch thing {
            case .charge(let id): try tx.charges.find(id)?.account
            case .topUp(let id): try tx.topUps.find(id)?.account
            case .refund(let id): try tx.refunds.find(id)?.account
            case .dispute(let id): try tx.disputes.find(id)?.account
            case .lot(let id): try tx.wallets.find(id)?.account
            }
        guard let owner else { throw WorkerError.notFound(thing.kind.replacing("_", with: "-")) }
        return try worker.accounts.get(owner, in: tx)
    }

    /// - Parameter name: the id, or a name that only one account has.
    func account(_ name: String, in tx: Transaction) throws -> ConnectedAccount {
        if let id = ConnectedAccount.ID(name) { return try worker.accounts.get(id, in: tx) }
        let named = try accounts(named: name, in: tx)
        guard let account = named.first else {
            throw Failure.rejected("not_found", "there is no account \(name); `bursar accounts list` shows them")
        }
        guard named.count == 1 else {
            throw Failure.rejected("which_account", "\(named.count) accounts are called \(name); give the id (bacc_…)")
        }
        return account
    }

    /// A name need not be one account's alone.
    func accounts(named name: String, in tx: Transaction) throws -> [ConnectedAccount] {
        var named: [ConnectedAccount] = []
        var after: ConnectedAccount.ID?
        while true {
            let page = try worker.accounts.list(after: after, limit: 100, in: tx)
            named += page.filter { $0.name == name }
            guard page.count == 100 else { return named }
            after = page.last?.id
        }
    }

    /// - Parameter text: what a person wrote as an id of an `Entity`.
    func id<Entity: Identified>(_ text: String, of what: String, list: String) throws -> Identifier<Entity> {
        guard let id = Identifier<Entity>(text) else {
            let (length, meant) = (Identifier<Entity>.length, text.hasPrefix(Entity.idPrefix + "_"))
            // A "usage event" begins with a consonant, whatever its letter.
            let article = what.first.map("aeio".contains) == true ? "an" : "a"
            let fault =
                meant && text.count != length
                ? "\(text) is too \(text.count < length ? "short" : "long") for the id of \(article) \(what), "
                    + "which has \(length) characters"
                : "\(text) is no id of \(article) \(what), which begins with \(Entity.idPrefix)_"
            throw Failure.rejected("not_found", "\(fault); `\(list)` shows them")
        }
        return id
    }
}
