public import Billing
public import Storage

/// Who changes something. The audit log names them.
public enum Actor: Hashable, Sendable {
    /// Whoever holds this key of the API.
    case key(ApiKey.ID)
    /// A person at the machine, with the program `bursar`.
    case commandLine
    /// The operator's settings, taken in at a start.
    case settings
    /// A merchant or a customer, on one of our pages.
    case page
    /// Stripe's word, by webhook or by answer.
    case stripe
    /// Bursar itself, by a rule that was set.
    case worker

    /// As it is stored: the key's id, or a word.
    public var text: String {
        switch self {
        case .key(let id): id.text
        case .commandLine: "command_line"
        case .settings: "settings"
        case .page: "page"
        case .stripe: "stripe"
        case .worker: "worker"
        }
    }
}
