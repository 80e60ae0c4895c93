/// One guard taken away, as a patch of the sources: what is replaced by what, and the tests of which at least one must
/// then be red. No switch of this kind is in the product.
public struct Sabotage: Sendable {
    public let name: String
    /// From the top of the repository.
    public let file: String
    /// Stands in the file exactly once.
    public let guarding: String
    public let without: String
    /// What `swift test --filter` takes.
    public let caughtBy: String

    init(_ name: String, _ file: String, _ guarding: String, without: String, caughtBy: String) {
        self.name = name
        self.file = "Sources/\(file).swift"
        self.guarding = guarding
        self.without = without
        self.caughtBy = caughtBy
    }

    public enum Fault: Error, Sendable, Equatable {
        case guardNotFound(String)
        case guardNotUnique(String)
    }

    /// The file without the guard.
    public func applied(to text: String) throws(Fault) -> String {
        let parts = text.split(separator: guarding, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count > 1 else { throw .guardNotFound(name) }
        guard parts.count == 2 else { throw .guardNotUnique(name) }
        return parts.joined(separator: without)
    }

    public static let all = books + payments + webhooks + holds + doors
}
