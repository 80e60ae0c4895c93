extension Settings {
    /// What is not set and will be missed, each with what to do.
    var gaps: [String] {
        guard stripe != nil else {
            return ["BURSAR_STRIPE_SECRET_KEY is not set: usage is metered and nothing is charged"]
        }
        var gaps: [String] = []
        if webhookSecrets.isEmpty {
            gaps.append("BURSAR_STRIPE_WEBHOOK_SECRETS is not set: webhooks of the platform's own account are refused")
        }
        if connectWebhookSecrets.isEmpty {
            gaps.append("BURSAR_STRIPE_CONNECT_WEBHOOK_SECRETS is not set: webhooks of connected accounts are refused")
        }
        return gaps
    }
}
