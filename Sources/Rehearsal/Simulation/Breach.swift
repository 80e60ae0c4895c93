import Storage

/// A promise that did not hold.
public struct Breach: Error, Sendable, Hashable, CustomStringConvertible {
    /// Which promise: a stable word, by which a shrunk year is known to fail in the same way.
    public let rule: String
    public let detail: String

    init(_ rule: String, _ detail: String) {
        self.rule = rule
        self.detail = detail
    }

    /// What was thrown, as a breach: one already, or an error that nobody should ever see.
    init(_ error: any Error) {
        switch error {
        case let breach as Breach: self = breach
        case let error as StorageError: self.init("only known errors", "\(error): \(error.detail ?? "")")
        default: self.init("only known errors", "\(error)")
        }
    }

    public var description: String { "\(rule): \(detail)" }
}
