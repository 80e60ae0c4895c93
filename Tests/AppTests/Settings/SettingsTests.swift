import Testing

@testable import App

/// The whole line that stops a start, for every way in which a setting can be wrong.
struct SettingsTests {
    private func settings(
        _ commandLine: [String: String] = [:], environment: [String: String] = [:], file: String? = nil
    ) throws -> Settings {
        let file = try file.map {
            SettingsFile(path: "bursar.env", values: try SettingsFile.parse($0, path: "bursar.env"))
        }
        return try Settings(SettingsLayers(commandLine: commandLine, environment: environment, file: file))
    }

    private func refusal(
        _ commandLine: [String: String] = [:], environment: [String: String] = [:], file: String? = nil
    ) -> String? {
        do {
            _ = try settings(commandLine, environment: environment, file: file)
            return nil
        } catch {
            return (error as? SettingsError)?.description
        }
    }

    @Test func `without any setting the defaults hold`() throws {
        let settings = try settings()
        #expect(settings.database == "sqlite:bursar.sqlite")
        #expect(settings.listen.description == "127.0.0.1:8080")
        #expect(settings.publicURL == "http://127.0.0.1:8080")
        #expect(settings.stripe == nil)
        #expect(settings.webhookSecrets.isEmpty)
        #expect(settings.intervals.sweepEventsSeconds == 300)
    }

    @Test
    func `the command line goes before the environment, the environment before the file, the file before the default`()
        throws
    {
        let file = "BURSAR_LISTEN=127.0.0.1:1\nBURSAR_LOG_LEVEL=debug\nBURSAR_LOG_FORMAT=json"
        let environment = ["BURSAR_LISTEN": "127.0.0.1:2", "BURSAR_LOG_LEVEL": "error"]
        let settings = try settings(["BURSAR_LISTEN": "127.0.0.1:3"], environment: environment, file: file)
        #expect(settings.listen.port == 3)
        #expect(settings.logLevel == "error")
        #expect(settings.logFormat == "json")
        #expect(settings.intervals.booksCheckSeconds == 3600)
    }

    @Test func `an empty text means not set`() throws {
        #expect(try settings(environment: ["BURSAR_LISTEN": ""], file: "BURSAR_LISTEN=127.0.0.1:7").listen.port == 7)
    }

    @Test(arguments: [
        ("sk_test_12345", "a secret API key (sk_…)"), ("rk_live_12345", "a restricted API key (rk_…)"),
        ("pk_test_12345", "a publishable API key (pk_…)"), ("whsec_first, we_12345", "the id of an endpoint (we_…)"),
    ])
    func `what is not the signing secret of an endpoint is told apart, and never shown`(text: String, what: String) {
        let name = "BURSAR_STRIPE_CONNECT_WEBHOOK_SECRETS"
        #expect(
            refusal(environment: [name: text])
                == "\(name) holds \(what) (from the environment); it should hold the signing secret that Stripe shows "
                + "with the endpoint, for example whsec_…")
    }

    @Test func `yes and no are read, and nothing else`() throws {
        #expect(try settings().createsDatabase == false)
        #expect(try settings().metricsNeedKey == false)
        let said = try settings(["BURSAR_CREATE_DATABASE": "yes"], environment: ["BURSAR_METRICS_NEED_KEY": "yes"])
        #expect(said.createsDatabase && said.metricsNeedKey)
        #expect(refusal(["BURSAR_CREATE_DATABASE": "true"])?.contains("it should hold yes or no") == true)
    }

    @Test func `several webhook secrets are separated by commas`() throws {
        let settings = try settings(environment: ["BURSAR_STRIPE_WEBHOOK_SECRETS": "whsec_first, whsec_second"])
        #expect(settings.webhookSecrets == ["whsec_first", "whsec_second"])
    }

    @Test(arguments: [
        ("sk_test_1", StripeKeyMode.test), ("rk_test_1", .test), ("sk_live_1", .live), ("rk_live_1", .live),
    ])
    func `the prefix of the key says which money it moves`(key: String, mode: StripeKeyMode) throws {
        let environment = ["BURSAR_STRIPE_SECRET_KEY": key, "BURSAR_PUBLIC_URL": "https://billing.example"]
        #expect(try settings(environment: environment).stripe?.mode == mode)
    }

    @Test(arguments: [
        (
            "BURSAR_DATABASE", "postgres://db/bursar",
            "sqlite:PATH or a PATH, for example sqlite:/var/lib/bursar/bursar.sqlite"
        ),
        ("BURSAR_DATABASE", "sqlite:", "sqlite:PATH or a PATH, for example sqlite:/var/lib/bursar/bursar.sqlite"),
        ("BURSAR_LISTEN", "8080", "HOST:PORT, for example 127.0.0.1:8080"),
        ("BURSAR_SWEEP_EVENTS_SECONDS", "soon", "a whole number of seconds from 1 to 86400, for example 300"),
        ("BURSAR_RECONCILE_HOUR", "24", "a whole hour from 0 to 23, for example 3"),
        (
            "BURSAR_PUBLIC_URL", "billing.example.com",
            "an http:// or https:// address without a query, for example https://billing.example.com"
        ),
        ("BURSAR_LOG_FORMAT", "xml", "text or json, for example json"),
        ("BURSAR_STRIPE_CLIENT_ID", "acct_1", "a client id that begins with ca_, for example ca_…"),
    ])
    func `a wrong setting is named, with what it holds and what it should hold`(
        name: String, text: String, should: String
    ) {
        #expect(
            refusal(environment: [name: text])
                == "\(name) holds \"\(text)\" (from the environment); it should hold \(should)")
    }

    @Test(arguments: [
        (
            "BURSAR_STRIPE_SECRET_KEY", "pk_test_publishable",
            "a key that begins with sk_test_, sk_live_, rk_test_ or rk_live_, for example sk_test_…"
        ),
        (
            "BURSAR_STRIPE_WEBHOOK_SECRETS", "whsec_one,,",
            "signing secrets of at least 8 characters, separated by commas, for example whsec_…,whsec_…"
        ),
        ("BURSAR_PLATFORM_KEY", "short", "16 to 512 printable characters without spaces, for example bursar_…"),
    ])
    func `a wrong secret is named without what it holds`(name: String, text: String, should: String) {
        let held = "a value of \(text.count) characters that is not shown"
        #expect(
            refusal(environment: [name: text])
                == "\(name) holds \(held) (from the environment); it should hold \(should)")
    }

    @Test func `no refusal ever shows a secret`() {
        for setting in SettingDefinition.all where setting.secret {
            let canary = "canary value with a space"
            let line = refusal(environment: [setting.environment: canary])
            #expect(line?.contains(setting.environment) == true)
            #expect(line?.contains("canary") == false)
        }
    }

    @Test func `a refusal is one line, whatever the setting holds`() {
        let line = refusal(environment: ["BURSAR_LISTEN": "a\nb\u{1B}[31m" + String(repeating: "x", count: 500)])
        #expect(line?.contains(where: \.isNewline) == false)
        #expect(line?.contains("\u{1B}") == false)
        #expect((line?.count ?? 0) < 300)
    }

    @Test func `an unknown name in the environment is refused with the nearest that is known`() {
        #expect(
            refusal(environment: ["BURSAR_STRIPE_SECRET_KEYS": "x"])
                == "BURSAR_STRIPE_SECRET_KEYS in the environment is not a setting; "
                + "did you mean BURSAR_STRIPE_SECRET_KEY?"
        )
        #expect(
            refusal(environment: ["BURSAR_COLOUR_OF_THE_BIKESHED": "x"])
                == "BURSAR_COLOUR_OF_THE_BIKESHED in the environment is not a setting; `bursar settings` lists them all"
        )
        #expect(refusal(environment: ["OTHER_PROGRAM": "x", "BURSAR_CONFIG": "x"]) == nil)
    }

    @Test func `an unknown name in the file is refused with the nearest that is known`() {
        #expect(refusal(file: "LISTEN=x") == "LISTEN in bursar.env is not a setting; `bursar settings` lists them all")
        #expect(
            refusal(file: "BURSAR_LISTN=x")
                == "BURSAR_LISTN in bursar.env is not a setting; did you mean BURSAR_LISTEN?")
    }

    @Test func `a line of the file that is not understood is refused with its number`() {
        #expect(
            refusal(file: "# fine\n\nBURSAR_LISTEN")
                == "bursar.env, line 3, is not of the form NAME=value; comments begin with #")
        #expect(
            refusal(file: "BURSAR_LISTEN=a:1\nBURSAR_LISTEN=a:2")
                == "BURSAR_LISTEN stands twice in bursar.env, again on line 2; keep one of the two")
    }

    @Test func `the file may quote a value and hold equals signs in it`() throws {
        #expect(try SettingsFile.parse("A='x=y'\n B = \"z\" ", path: "f") == ["A": "x=y", "B": "z"])
    }

    @Test func `a key of the other mode stops the start`() {
        #expect(
            refusal(environment: ["BURSAR_STRIPE_SECRET_KEY": "sk_test_1", "BURSAR_STRIPE_MODE": "live"])
                == "BURSAR_STRIPE_SECRET_KEY holds a test key; "
                + #"it should hold a live key, as BURSAR_STRIPE_MODE holds "live""#
        )
        #expect(
            refusal(environment: ["BURSAR_STRIPE_MODE": "live"])
                == "BURSAR_STRIPE_SECRET_KEY is not set; BURSAR_STRIPE_MODE asks for a live key")
    }

    @Test func `with a live key nothing goes over an open line`() {
        #expect(
            refusal(environment: ["BURSAR_STRIPE_SECRET_KEY": "sk_live_1"])
                == #"BURSAR_PUBLIC_URL holds "http://127.0.0.1:8080"; it should hold an https:// address, "#
                + "as BURSAR_STRIPE_SECRET_KEY holds a live key"
        )
        let environment = [
            "BURSAR_STRIPE_SECRET_KEY": "sk_live_1", "BURSAR_PUBLIC_URL": "https://b.example",
            "BURSAR_STRIPE_API_BASE": "http://127.0.0.1:1",
        ]
        #expect(refusal(environment: environment)?.hasPrefix("BURSAR_STRIPE_API_BASE holds") == true)
    }

    @Test func `a secret is read from its file, and from one place only`() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("sk_test_from_file\n", to: "key")
        #expect(
            try settings(environment: ["BURSAR_STRIPE_SECRET_KEY_FILE": path]).stripe?.secretKey == "sk_test_from_file")
        #expect(
            try settings(
                ["BURSAR_STRIPE_SECRET_KEY_FILE": path], environment: ["BURSAR_STRIPE_SECRET_KEY": "sk_test_2"]
            )
            .stripe?.secretKey == "sk_test_from_file")
        let both = ["BURSAR_STRIPE_SECRET_KEY_FILE": path, "BURSAR_STRIPE_SECRET_KEY": "sk_test_2"]
        #expect(
            refusal(environment: both)
                == "BURSAR_STRIPE_SECRET_KEY and BURSAR_STRIPE_SECRET_KEY_FILE are both set in the environment; "
                + "keep one of the two"
        )
        #expect(
            refusal(environment: ["BURSAR_PLATFORM_KEY_FILE": "/nowhere/key"])
                == "the file of BURSAR_PLATFORM_KEY /nowhere/key cannot be read: there is no such file")
    }
}
