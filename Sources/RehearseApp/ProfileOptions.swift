import ArgumentParser
import Foundation
import Rehearsal

/// How customers use a configuration, for `rehearse simulate --config`.
struct ProfileOptions: ParsableArguments {
    @Option(help: "With --config: how many customers, who go round the plans.")
    var customers = 12

    @Option(help: "With --config: how many days.")
    var days = 365

    @Option(help: "With --config: requests of a customer on a usual day.")
    var requestsPerDay = 10

    @Option(help: "With --config: what a request costs you, in micros, unless --model or the file says it.")
    var costMicros: Int64 = 20_000

    @Option(help: "With --config: the model of each request, priced by the catalogue.")
    var model: String?

    @Option(help: "With --config: input tokens of each request of --model.")
    var inputTokens: Int64 = 2_000

    @Option(help: "With --config: output tokens of each request of --model.")
    var outputTokens: Int64 = 500

    @Option(help: "With --config: customers whose card declines, of a hundred.")
    var declinesPercent: Int64 = 10

    func validate() throws {
        guard (1...10_000).contains(customers), (1...3_650).contains(days), (1...600).contains(requestsPerDay),
            costMicros >= 0, inputTokens >= 0, outputTokens >= 0, (0...100).contains(declinesPercent)
        else {
            throw ValidationError(
                "--customers is 1 to 10000, --days 1 to 3650, --requests-per-day 1 to 600, "
                    + "--declines-percent 0 to 100, and costs and tokens are not below zero")
        }
    }

    var profile: UsageProfile {
        var profile = UsageProfile()
        profile.customers = customers
        profile.days = days
        profile.requestsPerDay = requestsPerDay
        profile.costMicros = costMicros
        profile.model = model
        profile.inputTokens = inputTokens
        profile.outputTokens = outputTokens
        profile.declinesPercent = declinesPercent
        return profile
    }
}
