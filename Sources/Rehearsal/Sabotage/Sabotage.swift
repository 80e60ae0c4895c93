/// One guard that can be taken away: where it stands, what stands there without it, and the tests of which at least one
/// must then be red.
///
/// The sources have no switch for it. A copy of them gets one for each guard, all in one build, and a test run says by
/// its environment which guard it goes without.
public struct Sabotage: Sendable {
    /// How a guard is taken away.
    enum Form: Sendable {
        /// A statement is passed over.
        case leftOut
        /// An expression gives way to another.
        case instead(String)
        /// Part of a text, SQL as a rule, gives way to another.
        case text(String)
        /// What is guarded, with `SABOTAGED` where it is asked whether the guard is away.
        case written(String)
    }

    public let name: String
    /// From the top of the repository.
    public let file: String
    /// Stands in the file exactly once.
    public let guarding: String
    let form: Form
    /// What `swift test --filter` takes.
    public let caughtBy: String

    init(_ name: String, _ file: String, _ guarding: String, _ form: Form = .leftOut, caughtBy: String) {
        self.name = name
        self.file = "Sources/\(file).swift"
        self.guarding = guarding
        self.form = form
        self.caughtBy = caughtBy
    }

    public enum Fault: Error, Sendable, Equatable {
        case guardNotFound(String)
        case guardNotUnique(String)
    }

    /// The module that the guard is in.
    public var module: String { String(file.split(separator: "/")[1]) }

    /// The file with a switch at the guard.
    public func switched(_ text: String) throws(Fault) -> String {
        let parts = text.split(separator: guarding, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count > 1 else { throw .guardNotFound(name) }
        guard parts.count == 2 else { throw .guardNotUnique(name) }
        return parts.joined(separator: both)
    }

    /// With the guard and without it.
    private var both: String {
        let asked = "sabotaged(\"\(name)\")"
        return switch form {
        case .leftOut: "if !\(asked) { \(guarding) }"
        case .instead(let other): "(\(asked) ? (\(other)) : (\(guarding)))"
        case .text(let other): "\\(\(asked) ? \"\(other)\" : \"\(guarding)\")"
        case .written(let form):
            form.split(separator: "SABOTAGED", omittingEmptySubsequences: false)
                .joined(separator: asked)
        }
    }

    public static let all = ledger + books + rating + payments + moneyBack + webhooks + holds + usage + doors
}
