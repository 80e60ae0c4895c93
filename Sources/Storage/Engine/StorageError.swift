/// What went wrong in the database, in a shape that can label a metric.
///
/// `code` and `description` never hold data; `detail` may name tables, columns, paths and SQL text, but never a bound
/// value.
public struct StorageError: Error, Sendable, Hashable {
    /// The three kinds of failure that the whole house distinguishes.
    public enum Kind: String, Sendable, Hashable {
        /// The caller, or the program, is wrong: trying again will not help.
        case rejected
        /// Nothing of it happened: try again later.
        case unavailable
        /// It may have happened: look before trying again.
        case indeterminate
    }

    public let code: Code
    public let kind: Kind
    /// What an engineer needs to find the cause.
    public let detail: String?
    /// Set when `code` is `.constraint`.
    public let constraint: Constraint?

    /// - Parameter kind: the usual kind of this code unless told otherwise.
    public init(_ code: Code, kind: Kind? = nil, detail: String? = nil) {
        self.code = code
        self.kind = kind ?? code.usualKind
        self.detail = detail
        self.constraint = nil
    }

    public init(violated constraint: Constraint) {
        self.code = .constraint
        self.kind = .rejected
        self.detail = "\(constraint.kind.rawValue): \(constraint.name)"
        self.constraint = constraint
    }

    /// The same failure, known to have had another outcome.
    func with(kind: Kind) -> StorageError {
        StorageError(code, kind: kind, detail: detail)
    }
}

extension StorageError {
    /// A rule of the schema that a statement broke.
    public struct Constraint: Sendable, Hashable {
        public enum Kind: String, Sendable, Hashable {
            case unique, check, foreignKey = "foreign_key", notNull = "not_null", other
        }

        public let kind: Kind
        /// `table.column` (several, with ", " between, for a rule over several columns), or the rule's own name for a
        /// check; empty where the engine does not say, as SQLite does for foreign keys.
        public let name: String

        public init(kind: Kind, name: String) {
            self.kind = kind
            self.name = name
        }
    }

    /// A stable name of the failure: `"\(code)"` is written to logs and metrics, so it never changes.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Name: String {
            case queueFull = "queue_full"
            case locked, full, io, corrupt, constraint, misuse, closed, newer, crashed
            case syncFailed = "sync_failed"
            case readOnly = "read_only"
            case cannotOpen = "cannot_open"
            case outOfMemory = "out_of_memory"
            case notOurs = "not_ours"
            case migrationChanged = "migration_changed"
        }

        private let name: Name

        /// More callers wait than the database will hold.
        public static let queueFull = Code(name: .queueFull)
        /// Another process held the database for longer than the busy timeout.
        public static let locked = Code(name: .locked)
        /// The disk, or the limit set on the database, is full.
        public static let full = Code(name: .full)
        /// The operating system failed to read or write.
        public static let io = Code(name: .io)
        /// A sync to disk failed: what the disk holds is unknown, and this process must stop.
        public static let syncFailed = Code(name: .syncFailed)
        /// The file does not hold what a database holds.
        public static let corrupt = Code(name: .corrupt)
        /// A rule of the schema was broken; see `constraint`.
        public static let constraint = Code(name: .constraint)
        /// The program used the database wrongly: a fault of ours.
        public static let misuse = Code(name: .misuse)
        /// The database was closed.
        public static let closed = Code(name: .closed)
        /// The file, or the file system, cannot be written.
        public static let readOnly = Code(name: .readOnly)
        /// The file cannot be created or opened.
        public static let cannotOpen = Code(name: .cannotOpen)
        public static let outOfMemory = Code(name: .outOfMemory)
        /// The file belongs to another program.
        public static let notOurs = Code(name: .notOurs)
        /// The file was written by a newer Bursar.
        public static let newer = Code(name: .newer)
        /// A migration that was applied is not the one this program knows under its number.
        public static let migrationChanged = Code(name: .migrationChanged)
        /// The process died here, in a rehearsal.
        public static let crashed = Code(name: .crashed)

        public var description: String { name.rawValue }

        var usualKind: Kind {
            switch name {
            case .constraint, .misuse, .newer, .notOurs, .migrationChanged: .rejected
            case .crashed: .indeterminate
            case .queueFull, .locked, .full, .io, .corrupt, .closed, .syncFailed, .readOnly, .cannotOpen, .outOfMemory:
                .unavailable
            }
        }

        var sentence: String {
            switch name {
            case .queueFull: "too many callers wait for the database"
            case .locked: "the database is locked by another process"
            case .full: "the disk is full"
            case .io: "the database file cannot be read or written"
            case .syncFailed: "the disk failed to sync"
            case .corrupt: "the database is damaged"
            case .constraint: "a rule of the schema was broken"
            case .misuse: "the database was used wrongly"
            case .closed: "the database is closed"
            case .readOnly: "the database file is read-only"
            case .cannotOpen: "the database file cannot be opened"
            case .outOfMemory: "the database ran out of memory"
            case .notOurs: "the file is not a database of Bursar"
            case .newer: "the database was written by a newer Bursar"
            case .migrationChanged: "an applied migration differs from the program's"
            case .crashed: "the process crashed"
            }
        }
    }
}

extension StorageError: CustomStringConvertible {
    /// A short sentence without data in it.
    public var description: String { code.sentence }
}
