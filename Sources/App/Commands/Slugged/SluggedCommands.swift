import ArgumentParser
import Billing
import Server
import Storage
import Worker

/// How the commands speak of a kind of thing that a merchant names by a slug.
protocol SluggedKind: Sendable {
    associatedtype Room: SluggedRoom
    typealias Entity = Room.Entity

    /// `plan`; the command's name is its plural.
    static var noun: String { get }
    /// A slug for the examples.
    static var example: String { get }
    static var archiving: SluggedMove { get }
    static var restoring: SluggedMove { get }

    static func room(of worker: BillingWorker) -> Room
    static func shape(_ entity: Entity, by shapes: Shapes) throws -> JSON
    static func particulars(_ entity: Entity) throws -> Particulars
}

/// Into the archive, or out of it.
struct SluggedMove: Sendable {
    /// What the help says that it does.
    let abstract: String
    /// What is said when it is done, after the slug.
    let outcome: String
}

struct SluggedShow<Kind: SluggedKind>: DeskCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "show", abstract: "Shows one \(Kind.noun) in full.",
            discussion: "Example:\n  bursar \(Kind.noun)s show \(Kind.example)")
    }

    @OptionGroup var named: SluggedArgument<Kind>
    @OptionGroup var merchant: AccountOption
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        let entity = try await desk.database.read { [named, merchant] tx in
            let account = try merchant.find(at: desk, in: tx)
            return try Kind.room(of: desk.worker).get(named.name, account: account.id, in: tx)
        }
        try desk.show(try Kind.shape(entity, by: desk.shapes)) {
            try Kind.particulars(entity).text(on: desk.terminal)
        }
    }
}

struct SluggedArchive<Kind: SluggedKind>: DeskCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "archive", abstract: Kind.archiving.abstract,
            discussion: "Example:\n  bursar \(Kind.noun)s archive \(Kind.example)")
    }

    @OptionGroup var named: SluggedArgument<Kind>
    @OptionGroup var merchant: AccountOption
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        try await named.move(Kind.archiving, merchant, at: desk) { [named] room, account, tx in
            try room.archive(named.name, account: account, by: .commandLine, in: tx)
        }
    }
}

struct SluggedRestore<Kind: SluggedKind>: DeskCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "restore", abstract: Kind.restoring.abstract,
            discussion: "Example:\n  bursar \(Kind.noun)s restore \(Kind.example)")
    }

    @OptionGroup var named: SluggedArgument<Kind>
    @OptionGroup var merchant: AccountOption
    @OptionGroup var options: DeskOptions

    func run(at desk: Desk) async throws {
        try await named.move(Kind.restoring, merchant, at: desk) { [named] room, account, tx in
            try room.restore(named.name, account: account, by: .commandLine, in: tx)
        }
    }
}

/// Which of them is meant.
struct SluggedArgument<Kind: SluggedKind>: ParsableArguments, Sendable {
    @Argument(help: ArgumentHelp("The \(Kind.noun), by slug or id.", valueName: Kind.noun)) var name: String

    func move(
        _ move: SluggedMove, _ merchant: AccountOption, at desk: Desk,
        body: @escaping @Sendable (Kind.Room, ConnectedAccount, Transaction) throws -> Kind.Entity
    ) async throws {
        let entity = try await desk.database.write { [merchant] tx in
            try body(Kind.room(of: desk.worker), try merchant.find(at: desk, in: tx), tx)
        }
        try desk.show(try Kind.shape(entity, by: desk.shapes)) { "\(entity.slug) \(move.outcome)" }
    }
}
