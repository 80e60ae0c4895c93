public import Billing
public import Storage

/// What is done alike with all that a merchant names by a slug: it is found, listed, and changed under audit.
public protocol SluggedRoom: Sendable {
    associatedtype Store: SluggedStore
    typealias Entity = Store.Entity

    /// What the audit log calls it.
    static var object: AuditLog.Object { get }

    /// - Throws: `not_found`, and what keeps it from being archived.
    func archive(_ name: String, account: ConnectedAccount, by actor: Actor, in tx: Transaction) throws -> Entity
    /// - Throws: `not_found`, and what keeps it from being taken out of the archive.
    func restore(_ name: String, account: ConnectedAccount, by actor: Actor, in tx: Transaction) throws -> Entity

    func store(_ tx: Transaction) -> Store
}

extension SluggedRoom {
    /// - Parameter name: our id or the slug.
    /// - Throws: `not_found`.
    public func get(_ name: String, account: ConnectedAccount.ID, in tx: Transaction) throws -> Entity {
        if let id = Identifier<Entity>(name), let found = try store(tx).find(id), found.account == account {
            return found
        }
        guard let found = try store(tx).find(slug: name, account: account) else {
            throw WorkerError.notFound(Self.object.rawValue)
        }
        return found
    }

    /// Newest first, those made before `after`.
    /// - Parameter archived: `nil` for all.
    public func list(
        account: ConnectedAccount, archived: Bool? = nil, after: Identifier<Entity>? = nil, limit: Int,
        in tx: Transaction
    ) throws -> [Entity] {
        try store(tx).list(account: account.id, archived: archived, after: after, limit: limit)
    }
}

/// How a room writes what it has.
protocol AuditedRoom: SluggedRoom {
    var context: WorkerContext { get }

    static func audited(_ entity: Entity) throws -> AuditedFields
    /// - Throws: the first thing that cannot hold.
    func check(_ entity: Entity, in tx: Transaction) throws
    /// What else changes with it.
    func willWrite(_ entity: Entity, before: Entity?, by actor: Actor, in tx: Transaction) throws
}

extension AuditedRoom {
    /// - Throws: `…_exists` when the account has one of that slug.
    func make(_ entity: Entity, by actor: Actor, in tx: Transaction) throws -> Entity {
        let kind = Self.object.rawValue
        try check(entity, in: tx)
        try willWrite(entity, before: nil, by: actor, in: tx)
        guard try store(tx).insert(entity) else {
            throw WorkerError(
                .conflict, "\(kind)_exists", "the account already has a \(kind) with this slug", field: "slug")
        }
        let changes = AuditedFields.changes(to: try Self.audited(entity))
        try context.audit(.created, Self.object, entity.id.text, of: entity.account, changes, by: actor, in: tx)
        return entity
    }

    /// What comes out as it was is not written.
    /// - Throws: `not_found`.
    func write(
        _ name: String, _ action: AuditLog.Action, _ account: ConnectedAccount, by actor: Actor, in tx: Transaction,
        change: (inout Entity) throws -> Void
    ) throws -> Entity {
        let before = try get(name, account: account.id, in: tx)
        var entity = before
        try change(&entity)
        guard entity != before else { return entity }
        try check(entity, in: tx)
        entity.updatedAt = context.now
        try willWrite(entity, before: before, by: actor, in: tx)
        try store(tx).update(entity)
        let changes = AuditedFields.changes(from: try Self.audited(before), to: try Self.audited(entity))
        try context.audit(action, Self.object, entity.id.text, of: account.id, changes, by: actor, in: tx)
        return entity
    }
}
