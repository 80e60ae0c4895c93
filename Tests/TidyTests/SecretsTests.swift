import Testing

/// What is tracked holds no secret and knows no machine.
@Suite struct SecretsTests {
    static let secrets = Ban(
        patterns: [
            #"\b[sr]k_live_[A-Za-z0-9]{16,}"#, #"\b[sr]k_test_[A-Za-z0-9]{24,}"#, #"\bwhsec_[A-Za-z0-9+/]{32,}"#,
            #"\bbursar_[A-Za-z0-9_-]{43}\b"#, #"-----BEGIN [A-Z ]*PRIVATE KEY-----"#, #"\bghp_[A-Za-z0-9]{36}"#,
        ], looksAt: .text, because: "a secret is never tracked, and what looks like one frightens scanners")

    static let machines = Ban(
        patterns: [
            "/wo" + "rk/", "/sr" + "v/bursar", #"(?<![\w.])/ro"# + #"ot/"#, "/home" + #"/\w"#,
            #"\b10\.\d+\.\d+\.\d+\b"#,
        ],
        looksAt: .text, because: "the repository runs on every machine")

    @Test func `no secret is tracked`() { #expect(Self.secrets.violations(in: Repository.files) == []) }

    @Test func `no path of one machine is tracked`() { #expect(Self.machines.violations(in: Repository.files) == []) }

    @Test(arguments: [
        "sk_" + "live_" + String(repeating: "a1", count: 12), "whsec_" + String(repeating: "Z9", count: 16),
        "-----BEGIN RSA PRIVATE" + " KEY-----", "bursar_" + String(repeating: "x", count: 43),
        "/home" + "/somebody/bursar", "/wo" + "rk/main",
    ])
    func `a secret and a machine's path are seen`(text: String) {
        let planted = [TextFile(path: "README.md", text: "see \(text)")]
        #expect(Self.secrets.violations(in: planted).count + Self.machines.violations(in: planted).count == 1)
    }

    @Test func `the names of secrets and the examples of tests are none`() {
        let page = TextFile(
            path: "README.md", text: "BURSAR_STRIPE_SECRET_KEY=sk_test_… whsec_connect_of_a_test sk_live_…")
        #expect(Self.secrets.violations(in: [page]) == [])
    }
}
