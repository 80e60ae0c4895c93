import ArgumentParser
import Foundation
import Webhooks

/// What is running, and the version of Stripe's API that it speaks.
enum Version {
    static let number = "0.1.0"
    static let text = "bursar \(number)"
}

struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Says which Bursar this is, and which version of Stripe's API it speaks.",
        discussion: "Example:\n  bursar version --json")

    @Flag(help: "Answer in JSON.") var json = false

    struct Answer: Encodable {
        let version: String
        let stripeVersion: String

        enum CodingKeys: String, CodingKey {
            case version
            case stripeVersion = "stripe_version"
        }
    }

    func run() throws {
        let terminal = Terminal.standard(json: json, environment: ProcessInfo.processInfo.environment)
        let answer = Answer(version: Version.number, stripeVersion: WebhookContract.current.apiVersion)
        try terminal.show(answer) { "\(Version.text), for Stripe's API \(answer.stripeVersion)" }
    }
}
