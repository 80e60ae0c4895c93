import Worker

extension EndpointStanding {
    /// Where the endpoint at Stripe has drifted from the contract; one good word when it has not.
    var diagnoses: [Diagnosis] {
        let mend = "`bursar webhooks register` mends it"
        func found(_ verdict: Diagnosis.Verdict, _ detail: String) -> Diagnosis {
            Diagnosis("webhook endpoint", verdict, "\(url) \(detail)")
        }
        guard let newest else {
            return [found(.warning, "is not known to Stripe; `bursar webhooks register` makes it")]
        }
        var faults: [Diagnosis] = []
        if isDisabled { faults.append(found(.bad, "is switched off; \(mend)")) }
        if !missing.isEmpty {
            faults.append(found(.bad, "does not send \(missing.joined(separator: ", ")); \(mend)"))
        }
        if hasOtherVersion {
            faults.append(
                found(.bad, "writes events as of \(newest.apiVersion ?? "the account's default version"); \(mend)"))
        }
        if !needless.isEmpty {
            faults.append(
                found(.warning, "sends what nobody asked for: \(needless.joined(separator: ", ")); \(mend)"))
        }
        if !older.isEmpty {
            faults.append(
                found(
                    .warning,
                    "stands \(older.count + 1) times; when the new secret is in use, `bursar webhooks roll --finish`"))
        }
        return faults.isEmpty ? [found(.good, "sends what is needed")] : faults
    }
}
