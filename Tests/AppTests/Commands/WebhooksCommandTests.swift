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
        #expect(again.out.contains("nothing was changed"), "\(again)")
        #expect(try SettingsFile.read(file).values == settings)
    }

    @Test func `without a file the secrets are shown, once`() async throws {
        let office = try await TestOffice()
        let made = try await office.run("webhooks", "register")
        #expect(made.out.contains(/BURSAR_STRIPE_WEBHOOK_SECRETS=whsec_/), "\(made)")
        let rolled = try await office.run("webhooks", "roll", "--json")
        #expect(rolled.out.contains(#""change":"rolled""#), "\(rolled)")
        #expect(try await office.run("webhooks", "roll").err.contains("roll --finish"))
        #expect(try await office.run("webhooks", "roll", "--finish").out.contains("Removed we_"))
        #expect(try await office.run("webhooks", "roll", "--finish").out.contains("no older endpoint"))
    }

    @Test func `nothing is made at Stripe when the secrets could not be written`() async throws {
        let office = try await TestOffice()
        let outcome = try await office.run("webhooks", "register", "--write", "--config", "/nowhere/bursar.env")
        #expect(outcome.status != 0 && outcome.err.contains("/nowhere/bursar.env"), "\(outcome)")
        #expect(try await office.worker.webhookEndpoints.look().allSatisfy { $0.newest == nil })
    }
}
