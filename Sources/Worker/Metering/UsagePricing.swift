import Billing
import Ledger
import Storage

/// The rules that the events of one request are priced by.
struct UsagePricing {
    let account: ConnectedAccount
    let catalogue: PriceCatalogue

    init(account: ConnectedAccount, context: WorkerContext, in tx: Transaction) throws {
        self.account = account
        catalogue = try context.catalogues.catalogue(of: account.id, in: tx)
    }

    /// What holds for customers on this plan.
    func rating(on plan: Plan?) -> Rating {
        Rating(
            catalogue: catalogue, currency: account.currency, terms: account.terms, markup: account.markup,
            planMarkup: plan?.terms.markupPercent, planFlatFeeMicros: plan?.terms.flatFeeMicros)
    }

    /// How an event was priced that is from before lines were kept.
    func rated(before event: UsageEvent) throws(BillingError) -> Rated {
        try Rating(catalogue: catalogue, currency: account.currency, terms: BillingTerms(), markup: event.markup)
            .rate(UsageToRate(costMicros: event.costMicros, model: event.labels.model, at: event.time))
    }

    /// - Throws: what the rules refuse, naming the field.
    func rate(
        _ report: UsageReport, at time: Instant, by rating: Rating, metered: MetersTab.Change
    ) throws(BillingError) -> Rated {
        var usage = UsageToRate(
            quantities: report.quantities, costMicros: report.costMicros, provider: report.provider,
            model: report.model, at: time, product: metered.use)
        usage.meters = metered.counted
        return try rating.rate(usage)
    }
}
