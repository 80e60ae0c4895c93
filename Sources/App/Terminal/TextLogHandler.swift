import Logging
import Server

/// Log lines for people: time, level, message, then what belongs to it. Whatever looks like a secret is blacked out.
struct TextLogHandler: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let timestamp: @Sendable () -> String
    private let write: @Sendable (String) -> Void

    init(
        label: String, level: Logger.Level, timestamp: @escaping @Sendable () -> String,
        write: @escaping @Sendable (String) -> Void
    ) {
        self.label = label
        logLevel = level
        self.timestamp = timestamp
        self.write = write
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var fields = metadata
        if let provided = metadataProvider?.get() { fields.merge(provided) { _, new in new } }
        if let own = event.metadata { fields.merge(own) { _, new in new } }
        let particulars = fields.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        let text = Redaction.redact("\(event.message)\(particulars)")
        let line = text.split(whereSeparator: \.isNewline).joined(separator: " | ")
        write("\(timestamp()) \(event.level.rawValue.uppercased()) \(line)\n")
    }
}
