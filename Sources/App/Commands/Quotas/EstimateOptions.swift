import ArgumentParser
import Billing
import Worker

/// What a request will take: an amount, or what the amount comes from.
struct EstimateOptions: ParsableArguments, Sendable {
    @Option(help: ArgumentHelp("What it will come to.", valueName: "micros")) var amountMicros: Int64?
    @Option(help: ArgumentHelp("What the provider will take.", valueName: "micros")) var costMicros: Int64?
    @Option(help: ArgumentHelp("How much of a unit; may be given several times.", valueName: "unit=number"))
    var quantity: [String] = []
    @Option(help: "Who sells the model: openai, anthropic.") var provider: String?
    @Option(help: "The provider's model.") var model: String?
    @Option(help: "The product whose meters make the price, by its slug.") var product: String?
    @Option(
        help: ArgumentHelp(
            "What a meter of the product asks for; may be given several times.", valueName: "key=value"))
    var metadata: [String] = []

    func estimate() throws -> UsageEstimate {
        var estimate = UsageEstimate()
        estimate.amountMicros = amountMicros
        estimate.costMicros = costMicros
        let quantities = try Quantities(typed: quantity)
        estimate.quantities = quantities.isEmpty ? nil : quantities
        estimate.provider = provider
        estimate.model = model
        estimate.product = product
        if !metadata.isEmpty { estimate.metadata = try pairs(metadata, flag: "--metadata") }
        return estimate
    }
}

extension Quantities {
    /// `unit=number` texts of `--quantity`.
    init(typed texts: [String]) throws {
        self = .none
        for (unit, number) in try pairs(texts, flag: "--quantity") {
            do { self[try UsageUnit(unit)] = try Quantity(number) } catch {
                throw ValidationError("--quantity \(unit)=\(number): \(error.detail)")
            }
        }
    }
}
