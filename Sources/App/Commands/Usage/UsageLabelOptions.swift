import ArgumentParser
import Worker

/// What usage is told apart by.
struct UsageLabelOptions: ParsableArguments, Sendable {
    @Option(help: "Who sells the model: openai, anthropic.") var provider: String?
    @Option(help: "The provider's model.") var model: String?
    @Option(help: "The feature of yours that used it.") var feature: String?
    @Option(help: "What was done.") var action: String?
    @Option(help: "The product whose meters make the price, by its slug.") var product: String?
    @Option(help: "The organization that the customer used it for.") var organization: String?
    @Option(help: "The API key that it was used with, by its id.") var key: String?

    func apply(to report: inout UsageReport) {
        report.provider = provider
        report.model = model
        report.feature = feature
        report.action = action
        report.product = product
        report.organization = organization
        report.key = key
    }
}
