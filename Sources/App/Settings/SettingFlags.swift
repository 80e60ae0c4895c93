import ArgumentParser

/// The settings on the command line. Names and meanings come from `Config/settings.json`; a test compares the two.
struct SettingFlags: ParsableArguments, Sendable {
    @Option(name: .customLong("create-database"), help: .setting("create-database")) var createDatabase: String?
    @Option(name: .customLong("listen"), help: .setting("listen")) var listen: String?
    @Option(name: .customLong("public-url"), help: .setting("public-url")) var publicURL: String?
    @Option(name: .customLong("platform-key-file"), help: .setting("platform-key")) var platformKeyFile: String?
    @Option(name: .customLong("metrics-need-key"), help: .setting("metrics-need-key")) var metricsNeedKey: String?
    @Option(name: .customLong("stripe-secret-key-file"), help: .setting("stripe-secret-key"))
    var stripeSecretKeyFile: String?
    @Option(name: .customLong("stripe-mode"), help: .setting("stripe-mode")) var stripeMode: String?
    @Option(name: .customLong("stripe-client-id"), help: .setting("stripe-client-id")) var stripeClientID: String?
    @Option(name: .customLong("stripe-webhook-secrets-file"), help: .setting("stripe-webhook-secrets"))
    var stripeWebhookSecretsFile: String?
    @Option(name: .customLong("stripe-connect-webhook-secrets-file"), help: .setting("stripe-connect-webhook-secrets"))
    var stripeConnectWebhookSecretsFile: String?
    @Option(name: .customLong("stripe-api-base"), help: .setting("stripe-api-base")) var stripeAPIBase: String?
    @Option(name: .customLong("stripe-connect-base"), help: .setting("stripe-connect-base"))
    var stripeConnectBase: String?
    @Option(name: .customLong("sweep-events-seconds"), help: .setting("sweep-events-seconds"))
    var sweepEventsSeconds: String?
    @Option(name: .customLong("sweep-overlap-seconds"), help: .setting("sweep-overlap-seconds"))
    var sweepOverlapSeconds: String?
    @Option(name: .customLong("sweep-objects-seconds"), help: .setting("sweep-objects-seconds"))
    var sweepObjectsSeconds: String?
    @Option(name: .customLong("reconcile-hour"), help: .setting("reconcile-hour")) var reconcileHour: String?
    @Option(name: .customLong("books-check-seconds"), help: .setting("books-check-seconds"))
    var booksCheckSeconds: String?
    @Option(name: .customLong("log-level"), help: .setting("log-level")) var logLevel: String?
    @Option(name: .customLong("log-format"), help: .setting("log-format")) var logFormat: String?

    /// What was given, by the name that the environment would use.
    var given: [String: String] {
        let all: [(String, String?)] = [
            ("BURSAR_CREATE_DATABASE", createDatabase), ("BURSAR_METRICS_NEED_KEY", metricsNeedKey),
            ("BURSAR_LISTEN", listen), ("BURSAR_PUBLIC_URL", publicURL), ("BURSAR_PLATFORM_KEY_FILE", platformKeyFile),
            ("BURSAR_STRIPE_SECRET_KEY_FILE", stripeSecretKeyFile), ("BURSAR_STRIPE_MODE", stripeMode),
            ("BURSAR_STRIPE_CLIENT_ID", stripeClientID),
            ("BURSAR_STRIPE_WEBHOOK_SECRETS_FILE", stripeWebhookSecretsFile),
            ("BURSAR_STRIPE_CONNECT_WEBHOOK_SECRETS_FILE", stripeConnectWebhookSecretsFile),
            ("BURSAR_STRIPE_API_BASE", stripeAPIBase), ("BURSAR_STRIPE_CONNECT_BASE", stripeConnectBase),
            ("BURSAR_SWEEP_EVENTS_SECONDS", sweepEventsSeconds), ("BURSAR_SWEEP_OVERLAP_SECONDS", sweepOverlapSeconds),
            ("BURSAR_SWEEP_OBJECTS_SECONDS", sweepObjectsSeconds), ("BURSAR_RECONCILE_HOUR", reconcileHour),
            ("BURSAR_BOOKS_CHECK_SECONDS", booksCheckSeconds),
            ("BURSAR_LOG_LEVEL", logLevel), ("BURSAR_LOG_FORMAT", logFormat),
        ]
        return Dictionary(uniqueKeysWithValues: all.compactMap { name, text in text.map { (name, $0) } })
    }
}

/// Where the database is, and how answers look: the options of every command.
struct CommonOptions: ParsableArguments, Sendable {
    @Option(
        help: ArgumentHelp(
            "The settings file, of lines NAME=value. Without it: what BURSAR_CONFIG names, or ./bursar.env.",
            valueName: "file"))
    var config: String?

    @Option(help: .setting("database")) var database: String?

    @Flag(help: "Answer in JSON, in the shapes of the HTTP API.") var json = false
}

extension ArgumentHelp {
    /// A setting's help, from the list.
    static func setting(_ name: String) -> ArgumentHelp {
        guard let setting = SettingDefinition.all.first(where: { $0.name == name }) else { return ArgumentHelp(name) }
        let standard = setting.default.map { " (default: \($0))" } ?? ""
        let valueName = setting.secret ? "file" : setting.kind.rawValue
        return ArgumentHelp("\(setting.meaning)\(standard) [\(setting.environment)]", valueName: valueName)
    }
}
