import Billing
import Foundation

/// A setting's text, and who said it.
struct SettingValue: Hashable, Sendable {
    enum Origin: Hashable, Sendable {
        case commandLine, environment, standard
        case file(path: String)
        /// A secret's own file, and the name under which that was given.
        case secretFile(path: String)
    }

    let text: String
    let origin: Origin
}

extension SettingValue.Origin: CustomStringConvertible {
    var description: String {
        switch self {
        case .commandLine: "the command line"
        case .environment: "the environment"
        case .standard: "the default"
        case .file(let path), .secretFile(let path): path
        }
    }
}

extension SettingDefinition {
    /// Whether the setting may hold `text`.
    func accepts(_ text: String) -> Bool {
        switch kind {
        case .address: ListenAddress(text) != nil
        case .choice: choices?.contains(text) ?? false
        case .clientID: text.hasPrefix("ca_") && isPrintable(text)
        case .database: !databasePath(text).isEmpty && !namesAnotherEngine(text)
        case .key: (16...512).contains(text.utf8.count) && isPrintable(text)
        case .number: Int(text).map { (minimum ?? .min)...(maximum ?? .max) ~= $0 } ?? false
        case .secrets: commaSeparated(text).allSatisfy { $0.utf8.count >= 8 && isPrintable($0) }
        case .stripeKey: StripeKeyMode(key: text) != nil && isPrintable(text)
        case .url: isWebAddress(text)
        }
    }
}

extension SettingDefinition {
    /// What a secret of Stripe's is instead of the signing secret of an endpoint, by its prefix; `nil` for what may be
    /// one. Stripe's own begin with `whsec_`, those of its stand-ins with anything. Source: docs.stripe.com/keys.
    func mistaken(_ text: String) -> String? {
        guard kind == .secrets else { return nil }
        let others = [
            ("sk_", "a secret API key"), ("rk_", "a restricted API key"), ("pk_", "a publishable API key"),
            ("we_", "the id of an endpoint"),
        ]
        for secret in commaSeparated(text) {
            if let other = others.first(where: { secret.hasPrefix($0.0) }) { return "\(other.1) (\(other.0)…)" }
        }
        return nil
    }
}

/// Test or live money, by the prefix of a key. Source: docs.stripe.com/keys.
enum StripeKeyMode: String, Sendable {
    case test, live

    init?(key: String) {
        if key.hasPrefix("sk_test_") || key.hasPrefix("rk_test_") {
            self = .test
        } else if key.hasPrefix("sk_live_") || key.hasPrefix("rk_live_") {
            self = .live
        } else {
            return nil
        }
    }
}

/// `HOST:PORT`; an IPv6 host stands in brackets.
struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    let host: String
    let port: Int

    init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65_535).contains(port)
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty, isPrintable(String(host)) else { return nil }
        self.host = String(host)
        self.port = port
    }

    var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

/// `sqlite:PATH` or a plain path.
func databasePath(_ text: String) -> String { text.hasPrefix("sqlite:") ? String(text.dropFirst(7)) : text }

/// A word and a colon name an engine, and of engines there is one. `./a:b` is a path.
private func namesAnotherEngine(_ text: String) -> Bool {
    guard !text.hasPrefix("sqlite:"), let colon = text.firstIndex(of: ":"), colon > text.startIndex else {
        return false
    }
    return text[..<colon].allSatisfy { $0.isASCII && $0.isLetter }
}

func commaSeparated(_ text: String) -> [String] {
    text.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
}

private func isPrintable(_ text: String) -> Bool { text.utf8.allSatisfy { (0x21...0x7E).contains($0) } }

private func isWebAddress(_ text: String) -> Bool {
    guard isPrintable(text), let parts = URLComponents(string: text), let scheme = parts.scheme, let host = parts.host
    else { return false }
    return ["http", "https"].contains(scheme) && !host.isEmpty && parts.query == nil && parts.fragment == nil
}
