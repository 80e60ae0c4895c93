import Config
import Foundation

/// One line of `Config/settings.json`: the only place where a setting has its names, its default and its meaning.
struct SettingDefinition: Decodable, Hashable, Sendable {
    enum Kind: String, Decodable, Sendable {
        case address, choice, database, key, number, secrets, url
        case clientID = "client-id"
        case stripeKey = "stripe-key"
    }

    let name: String
    /// The name in the environment and in the settings file.
    let environment: String
    /// On the command line a secret is never written out: its flag names a file.
    let flag: String
    let group: String
    let kind: Kind
    let `default`: String?
    let secret: Bool
    let meaning: String
    /// What it should hold, as an error says it.
    let holds: String
    let example: String
    let choices: [String]?
    let minimum: Int?
    let maximum: Int?

    /// The name under which the file that holds the secret can be given instead, as systemd's credentials are.
    var fileEnvironment: String? { secret ? environment + "_FILE" : nil }

    static let all: [SettingDefinition] = {
        // The list is compiled in and read by a test, so a fault in it cannot reach a user.
        (try? JSONDecoder().decode([SettingDefinition].self, from: Data(Config.settings))) ?? []
    }()

    /// Every name that the environment and the settings file may hold.
    static var environmentNames: [String] { all.flatMap { [$0.environment, $0.fileEnvironment].compactMap(\.self) } }
}
