/// The database seam: what an engine must be able to do. Everything above it is written once.
///
/// SQLite implements it, PostgreSQL will, and `FaultyEngine` wraps either to make it fail where a test says.
public protocol DatabaseEngine: Sendable {
    /// Whether every connection is the same one, so that reads have to wait their turn among the writes.
    var hasOneConnection: Bool { get }

    func open(_ role: ConnectionRole) throws(StorageError) -> any DatabaseConnection
}

/// What a connection is opened for.
public enum ConnectionRole: Sendable, Hashable {
    case writer
    /// Refuses every statement that would change something.
    case reader
}

/// A connection is used by one thread at a time.
public protocol DatabaseConnection: AnyObject {
    /// Whether a transaction is open; an engine may have ended it on its own after a failure.
    var isInTransaction: Bool { get }

    func prepare(_ sql: String) throws(StorageError) -> any DatabaseStatement

    /// A `.writer` transaction holds the right to write from here on; a `.reader` transaction sees one snapshot.
    func begin(_ role: ConnectionRole) throws(StorageError)

    /// On return everything is durable. A thrown error of kind `.unavailable` or `.rejected` means that nothing
    /// happened, `.indeterminate` that it may have. The transaction can still be open then, and is to be rolled back.
    func commit() throws(StorageError)
    func rollback() throws(StorageError)

    /// Opens the one savepoint that a transaction can have at a time.
    func savepoint() throws(StorageError)
    func releaseSavepoint() throws(StorageError)
    /// Undoes what was done since `savepoint()`, and ends it.
    func rollbackToSavepoint() throws(StorageError)

    /// Housekeeping after a commit, done when its callers have been answered.
    func maintain() throws(StorageError)

    /// Ends an open transaction without committing it. The connection and its statements are not used afterwards.
    ///
    /// - Parameter isSound: false after a failed sync: what was written last may not be on disk, so that closing must
    ///   not make anything else rest on it.
    func close(isSound: Bool)
}

/// A prepared statement of one connection. Parameters are written `$1`, `$2` …; one used twice is bound once.
public protocol DatabaseStatement: AnyObject {
    var isReadOnly: Bool { get }

    /// Binds all parameters: the first value to `$1`.
    func bind(_ values: [SQLValue]) throws(StorageError)

    /// What a statement changes, it has changed, and checked, before its first row (`… RETURNING`) is handed out.
    /// - Returns: whether there is a row to look at; after `false` the statement has run to its end.
    func step() throws(StorageError) -> Bool

    /// The row that the last `step()` stopped at.
    func row() throws(StorageError) -> Row

    /// How many rows the run that has ended inserted, changed or deleted.
    var changedRows: Int { get }

    /// Makes the statement ready for another `bind`, and lets go of what was bound.
    func reset()
}
