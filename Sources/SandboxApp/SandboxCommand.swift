import ArgumentParser
import Glibc
import Logging
import ServiceLifecycle
import StripeSandbox
import UnixSignals

/// `stripe-sandbox`: the sandbox as a program of its own.
@main
struct SandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stripe-sandbox",
        abstract: "A stateful Stripe for Connect that needs no network, and that lies and dies on command.",
        discussion: """
            It keeps everything in memory, moves no money and is not Stripe. When it takes connections it prints \
            one line with its base URL.

            EXAMPLES
              stripe-sandbox --listen 127.0.0.1:12111 --seed 7

              stripe-sandbox --secret-key sk_test_mine --client-id ca_mine \\
                --webhook http://127.0.0.1:8080/stripe/webhooks \\
                --webhook-secret whsec_mine \\
                --connect-webhook http://127.0.0.1:8080/stripe/webhooks/connect \\
                --connect-webhook-secret whsec_mine_connect

              curl -u sk_test_sandbox: http://127.0.0.1:12111/v1/accounts -d country=JP
              curl http://127.0.0.1:12111/_sandbox        lists the control calls
            """)

    @Option(help: "Address and port to listen on; port 0 takes a free one.")
    var listen = "127.0.0.1:12111"

    @Option(help: "What links begin with, where it is not the address listened on.")
    var baseURL: String?

    @Option(help: "Seed of ids and of every other choice: the same requests, the same world.")
    var seed: UInt64 = 1

    @Option(help: "The platform's secret key; sk_live_… makes a live Stripe of it.")
    var secretKey = "sk_test_sandbox"

    @Option(help: "The client id of the platform's Connect application.")
    var clientID = "ca_sandbox"

    @Option(help: "A redirect URI registered for OAuth, compared exactly; repeat for more. None: every one is taken.")
    var redirectURI: [String] = []

    @Option(help: "Country of the platform's own account.")
    var country = "US"

    @Option(help: "Currency in which the platform's own account settles.")
    var currency = "usd"

    @Option(help: "URL that hears of the platform's own events.")
    var webhook: String?

    @Option(help: "Secret that signs them.")
    var webhookSecret = "whsec_sandbox"

    @Option(help: "URL that hears of connected accounts.")
    var connectWebhook: String?

    @Option(help: "Secret that signs what that one hears.")
    var connectWebhookSecret = "whsec_sandbox_connect"

    @Option(help: "Milliseconds until a bank debit settles by itself; -1: only by control call.")
    var settlementDelay: Int64 = 3_000

    @Option(help: "How many times faster than Stripe's (5 min, 30 min, 2 h …) failed webhooks are tried again.")
    var retrySpeed: Int64 = 1

    func validate() throws {
        guard address != nil else {
            throw ValidationError("--listen holds '\(listen)'; it should hold an address and a port: 127.0.0.1:12111")
        }
        guard retrySpeed >= 1 else {
            throw ValidationError("--retry-speed holds \(retrySpeed); it should be at least 1")
        }
    }

    func run() async throws {
        guard let address else { return }
        let sandbox = StripeSandbox(settings: settings, clock: Self.realTime)
        let service = SandboxService(
            server: SandboxServer(sandbox, host: address.host, port: address.port), baseURL: baseURL)
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: service)], gracefulShutdownSignals: [.sigterm, .sigint],
                logger: Logger(label: "stripe-sandbox") { _ in SwiftLogNoOpLogHandler() }))
        try await group.run()
    }

    private var address: (host: String, port: Int)? {
        guard let colon = listen.lastIndex(of: ":"), let port = Int(listen[listen.index(after: colon)...]),
            (0...65_535).contains(port), colon != listen.startIndex
        else { return nil }
        return (String(listen[..<colon]), port)
    }

    private var settings: SandboxSettings {
        var settings = SandboxSettings()
        settings.seed = seed
        settings.secretKey = secretKey
        settings.clientID = clientID
        settings.redirectURIs = redirectURI
        settings.platformCountry = country.uppercased()
        settings.platformCurrency = currency.lowercased()
        settings.settlementDelay = settlementDelay < 0 ? nil : settlementDelay
        settings.retrySpeed = retrySpeed
        if let webhook {
            settings.webhooks.append(.init(url: webhook, secret: webhookSecret, isConnect: false))
        }
        if let connectWebhook {
            settings.webhooks.append(.init(url: connectWebhook, secret: connectWebhookSecret, isConnect: true))
        }
        return settings
    }

    /// Milliseconds since 1970.
    private static let realTime: @Sendable () -> Int64 = {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}

/// Serves until the process is told to end.
private struct SandboxService: Service {
    let server: SandboxServer
    let baseURL: String?

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            do {
                try await server.run(baseURL: baseURL) { base in
                    print("stripe-sandbox listens on \(base)")
                    fflush(nil)
                }
            } catch is CancellationError {
                // Told to end: that is no failure.
            }
        }
    }
}
