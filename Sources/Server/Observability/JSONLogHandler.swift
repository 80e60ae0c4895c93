import Foundation
public import Logging
import NIOCore

/// Writes log records as lines of JSON, and never a secret: whatever looks like one is blacked out, wherever it stands.
public struct JSONLogHandler: LogHandler {
    public var logLevel: Logger.Level
    public var metadata: Logger.Metadata = [:]
    public var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let timestamp: @Sendable () -> String
    private let write: @Sendable (String) -> Void

    /// - Parameters:
    ///   - timestamp: the present, as RFC 3339.
    ///   - write: takes a whole line, its newline included; `App` gives it standard error.
    public init(
        label: String, level: Logger.Level = .info, timestamp: @escaping @Sendable () -> String,
        write: @escaping @Sendable (String) -> Void
    ) {
        self.label = label
        logLevel = level
        self.timestamp = timestamp
        self.write = write
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var fields = metadata
        if let provided = metadataProvider?.get() { fields.merge(provided) { _, new in new } }
        if let own = event.metadata { fields.merge(own) { _, new in new } }
        var members: [(name: String, value: JSON)] = [
            ("time", .string(timestamp())), ("level", .string(event.level.rawValue)), ("logger", .string(label)),
            ("message", .string(Redaction.redact(event.message.description))),
        ]
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) { members.append((name, Self.json(value))) }
        write(String(buffer: JSON.object(members).bytes))
    }

    private static func json(_ value: Logger.MetadataValue) -> JSON {
        switch value {
        case .string(let text): .string(Redaction.redact(text))
        case .stringConvertible(let thing): .string(Redaction.redact(thing.description))
        case .array(let values): .array(values.map(json))
        case .dictionary(let values):
            .object(values.sorted { $0.key < $1.key }.map { ($0.key, json($0.value)) })
        }
    }
}

/// Blacks out what has the shape of a secret: keys of ours and of Stripe's, webhook secrets, client secrets, bearer
/// tokens.
public enum Redaction {
    private static let markers = [
        "sk_live_", "sk_test_", "rk_live_", "rk_test_", "whsec_", "bursar_", "Bearer ", "_secret_", "ac_",
    ]
    private static let shortestSecret = 8

    public static func redact(_ text: String) -> String {
        guard markers.contains(where: text.contains) else { return text }
        return markers.reduce(text) { text, marker in redact(text, after: marker) }
    }

    private static func redact(_ text: String, after marker: String) -> String {
        var result = ""
        var rest = Substring(text)
        while let found = rest.range(of: marker) {
            result += rest[..<found.upperBound]
            rest = rest[found.upperBound...]
            let secret = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.+/=".contains($0)) }
            guard secret.utf8.count >= shortestSecret else { continue }
            result += "[redacted]"
            rest = rest[secret.endIndex...]
        }
        return result + rest
    }
}
