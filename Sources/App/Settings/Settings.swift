import Foundation

/// All settings, read once at the start and checked.
struct Settings: Sendable {
    struct Stripe: Sendable {
        let secretKey: String
        let mode: StripeKeyMode
        let clientID: String?
        let apiBase: String
        let connectBase: String

        var livemode: Bool { mode == .live }
    }

    let database: String
    /// Whether `serve` makes a database that is not there.
    let createsDatabase: Bool
    private(set) var listen: ListenAddress
    private(set) var publicURL: String
    let hasPublicURL: Bool
    let platformKey: String?
    let metricsNeedKey: Bool
    /// `nil`: usage is metered, nothing is charged.
    let stripe: Stripe?
    let webhookSecrets: [String]
    let connectWebhookSecrets: [String]
    let intervals: Intervals
    let logLevel: String
    let logFormat: String

    /// How often each loop of `serve` wakes by itself.
    struct Intervals: Sendable {
        let sweepEventsSeconds: Int
        let sweepOverlapSeconds: Int
        let sweepObjectsSeconds: Int
        let reconcileHour: Int
        let booksCheckSeconds: Int
    }

    init(_ layers: SettingsLayers) throws(SettingsError) {
        let sheet = try SettingsSheet(layers)
        database = try sheet.text("database")
        createsDatabase = try sheet.isYes("create-database")
        let listen = try sheet.address("listen")
        self.listen = listen
        hasPublicURL = sheet.textOrNil("public-url") != nil
        publicURL = withoutTrailingSlash(sheet.textOrNil("public-url") ?? "http://\(listen)")
        platformKey = sheet.textOrNil("platform-key")
        metricsNeedKey = try sheet.isYes("metrics-need-key")
        stripe = try Self.stripe(sheet)
        webhookSecrets = sheet.textOrNil("stripe-webhook-secrets").map(commaSeparated) ?? []
        connectWebhookSecrets = sheet.textOrNil("stripe-connect-webhook-secrets").map(commaSeparated) ?? []
        intervals = Intervals(
            sweepEventsSeconds: try sheet.number("sweep-events-seconds"),
            sweepOverlapSeconds: try sheet.number("sweep-overlap-seconds"),
            sweepObjectsSeconds: try sheet.number("sweep-objects-seconds"),
            reconcileHour: try sheet.number("reconcile-hour"),
            booksCheckSeconds: try sheet.number("books-check-seconds"))
        logLevel = try sheet.text("log-level")
        logFormat = try sheet.text("log-format")
        try checkLive()
    }

    /// The port that was taken where any would do.
    mutating func move(to address: ListenAddress) {
        listen = address
        if !hasPublicURL { publicURL = "http://\(address)" }
    }

    private static func stripe(_ sheet: SettingsSheet) throws(SettingsError) -> Stripe? {
        let wanted = try sheet.text("stripe-mode")
        guard let key = sheet.textOrNil("stripe-secret-key"), let mode = StripeKeyMode(key: key) else {
            guard wanted == "any" else {
                throw .missing("BURSAR_STRIPE_SECRET_KEY", because: "BURSAR_STRIPE_MODE asks for a \(wanted) key")
            }
            return nil
        }
        guard wanted == "any" || wanted == mode.rawValue else {
            throw .conflict(
                "BURSAR_STRIPE_SECRET_KEY", holds: "a \(mode.rawValue) key",
                should: "a \(wanted) key, as BURSAR_STRIPE_MODE holds \"\(wanted)\"")
        }
        return Stripe(
            secretKey: key, mode: mode, clientID: sheet.textOrNil("stripe-client-id"),
            apiBase: withoutTrailingSlash(try sheet.text("stripe-api-base")),
            connectBase: withoutTrailingSlash(try sheet.text("stripe-connect-base")))
    }

    /// With live money nothing goes over a line that others can read, and Stripe itself refuses such links.
    private func checkLive() throws(SettingsError) {
        guard let stripe, stripe.livemode else { return }
        let addresses = [
            ("BURSAR_PUBLIC_URL", publicURL), ("BURSAR_STRIPE_API_BASE", stripe.apiBase),
            ("BURSAR_STRIPE_CONNECT_BASE", stripe.connectBase),
        ]
        for (name, address) in addresses where !address.hasPrefix("https://") {
            throw .conflict(
                name, holds: "\"\(address)\"",
                should: "an https:// address, as BURSAR_STRIPE_SECRET_KEY holds a live key")
        }
    }
}

/// Every setting's text, checked against its kind.
struct SettingsSheet: Sendable {
    let values: [(definition: SettingDefinition, value: SettingValue?)]
    private let texts: [String: String]

    init(_ layers: SettingsLayers) throws(SettingsError) {
        var values: [(definition: SettingDefinition, value: SettingValue?)] = []
        for definition in SettingDefinition.all {
            let value = try layers.value(of: definition)
            if let value {
                if let other = definition.mistaken(value.text) { throw .mistaken(definition, value, for: other) }
                guard definition.accepts(value.text) else { throw .wrong(definition, value) }
            }
            values.append((definition, value))
        }
        self.values = values
        texts = Dictionary(
            uniqueKeysWithValues: values.compactMap { entry in entry.value.map { (entry.definition.name, $0.text) } })
    }

    func textOrNil(_ name: String) -> String? { texts[name] }

    func text(_ name: String) throws(SettingsError) -> String {
        guard let text = texts[name] else { throw .missing(name, because: "it has no default") }
        return text
    }

    func number(_ name: String) throws(SettingsError) -> Int {
        guard let number = Int(try text(name)) else { throw .missing(name, because: "it has no default") }
        return number
    }

    func isYes(_ name: String) throws(SettingsError) -> Bool { try text(name) == "yes" }

    func address(_ name: String) throws(SettingsError) -> ListenAddress {
        guard let address = ListenAddress(try text(name)) else { throw .missing(name, because: "it has no default") }
        return address
    }
}

private func withoutTrailingSlash(_ text: String) -> String {
    var text = text[...]
    while text.hasSuffix("/") { text = text.dropLast() }
    return String(text)
}
