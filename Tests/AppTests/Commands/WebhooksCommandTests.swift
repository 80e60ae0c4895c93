import Foundation
import Testing
import Worker

@testable import App

/// The endpoints at Stripe.
struct WebhooksCommandTests {
    @Test func `both endpoints are made, with their secrets in the settings file`() async throws {
        let office = try await TestOffice()
        let folder = try TemporaryFolder()
        let file = try folder.write(
            "# mine\n#BURSAR_STRIPE_WEBHOOK_SECRETS=whsec_…\nBURSAR_STRIPE_CONNECT_WEBHOOK_SECRETS=whsec_the_old_one\n",
            to: "bursar.env")
        let made = try await office.run("webhooks", "register", "--write", "--config", file)
        #expect(made.status == 0 && made.out.contains("platform: we_"), "\(made)")
        let settings = try SettingsFile.read(file).values
        let platform = try #require(settings["BURSAR_STRIPE_WEBHOOK_SECRETS"])
        let connect = try #require(settings["BURSAR_STRIPE_CONNECT_WEBHOOK_SECRETS"])
        #expect(platform.hasPrefix("whsec_") && connect.hasSuffix(",whsec_the_old_one"))
        #expect(!made.out.contains(platform), "what is written is not shown, too")
        let again = try await office.run("webhooks", "register", "--write", "--config", file)
        #expect(again.out.contains("nothing was changed; its secret is not in the settings"), "\(again)")
        #expect(again.out.contains("`bursar webhooks roll --write` makes a new one"), "\(again)")
        #expect(try SettingsFile.read(file).values == settings)
    }

    @Test func `without a file the secrets are shown, once`() async throws {
        let office = try await TestOffice()
        let made = try await office.run("webhooks", "register")
        #expect(made.out.contains(/BURSAR_STRIPE_WEBHOOK_SECRETS=whsec_/), "\(made)")
        let rolled = try await office.run("webhooks", "roll", "--json")
        #expect(rolled.out.contains(#""change":"rolled""#), "\(rolled)")
        let refused = try await office.run("webhooks", "roll", "--finish", "--json")
        #expect(refused.status == 65 && refused.err.contains("secret_not_in_use"), "\(refused)")
        #expect(try await office.run("webhooks", "roll", "--finish", "--force").out.contains("Removed we_"))
        #expect(try await office.run("webhooks", "roll", "--finish").out.contains("no older endpoint"))
    }

    @Test func `doctor calls a lost secret wrong, and takes a Stripe of one's own as it is`() async throws {
        let office = try await TestOffice()
        _ = try await office.run("webhooks", "register")
        let lost = try await office.worker.webhookEndpoints.look().flatMap { $0.diagnoses(isStripe: true) }
        #expect(lost.map(\.verdict) == [.bad, .bad])
        #expect(lost.allSatisfy { $0.detail.contains("`bursar webhooks roll --write`") })
        let other = try await TestOffice()
        for endpoint in try await other.worker.webhookEndpoints.look() {
            _ = try await other.stripe(
                "/v1/webhook_endpoints",
                "url=\(endpoint.url)&enabled_events[]=*&connect=\(endpoint.url.hasSuffix("/connect"))")
        }
        let standings = try await other.worker.webhookEndpoints.look()
        func drift(_ isStripe: Bool) -> Set<Diagnosis.Verdict> {
            let drifted = standings.flatMap { $0.diagnoses(isStripe: isStripe) }
            return Set(drifted.filter { !$0.detail.contains("signs") }.map(\.verdict))
        }
        #expect(drift(true) == [.bad, .warning])
        #expect(drift(false) == [.warning])
    }

    @Test func `nothing is made at Stripe when the secrets could not be written`() async throws {
        let office = try await TestOffice()
        let outcome = try await office.run("webhooks", "register", "--write", "--config", "/nowhere/bursar.env")
        #expect(outcome.status != 0 && outcome.err.contains("/nowhere/bursar.env"), "\(outcome)")
        #expect(try await office.worker.webhookEndpoints.look().allSatisfy { $0.newest == nil })
    }
}
