import Worker

extension EndpointStanding {
    /// Where the endpoint at Stripe has drifted from the contract; one good word when it has not.
    /// - Parameter isStripe: whether it is Stripe that is asked. A Stripe of one's own (a sandbox, a mock) makes
    ///   endpoints for every event in the version that it speaks, and nothing is wrong with that.
    func diagnoses(isStripe: Bool) -> [Diagnosis] {
        let mend = "`bursar webhooks register --write` mends it, then start `bursar serve` again"
        func found(_ verdict: Diagnosis.Verdict, _ detail: String) -> Diagnosis {
            Diagnosis("webhook endpoint", verdict, "\(url) \(detail)")
        }
        guard let newest else {
            return [found(.warning, "is not known to Stripe; `bursar webhooks register --write` makes it")]
        }
        var faults: [Diagnosis] = []
        if hasLostSecret {
            faults.append(
                found(
                    .bad,
                    "signs with a secret that is not in the settings, so all that it delivers is refused; "
                        + "`bursar webhooks roll --write` makes a new one, then start `bursar serve` again"))
        }
        if isDisabled { faults.append(found(.bad, "is switched off; \(mend)")) }
        if !missing.isEmpty {
            faults.append(found(.bad, "does not send \(missing.joined(separator: ", ")); \(mend)"))
        }
        if hasOtherVersion {
            faults.append(
                found(
                    isStripe ? .bad : .warning,
                    "writes events as of \(newest.apiVersion ?? "the account's default version"); \(mend)"))
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
        guard faults.isEmpty else { return faults }
        let unseen = secret == .unknown ? "; whether its secret is the one in the settings cannot be seen" : ""
        return [found(.good, "sends what is needed" + unseen)]
    }
}
