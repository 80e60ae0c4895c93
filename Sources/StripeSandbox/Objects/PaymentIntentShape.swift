extension World {
    /// Source: docs.stripe.com/api/payment_intents/object.
    func shape(_ intent: PaymentIntent, of account: String) -> JSON {
        [
            "id": .string(intent.id),
            "object": "payment_intent",
            "amount": .int(intent.amount),
            "amount_capturable": .int(intent.amountCapturable),
            "amount_details": ["tip": [:]],
            "amount_received": .int(intent.amountReceived),
            "application": account == platform ? .null : .string(settings.clientID),
            "application_fee_amount": .whole(intent.applicationFeeAmount),
            "automatic_payment_methods": intent.session == nil ? intent.automaticPaymentMethods : .null,
            "canceled_at": .whole(intent.canceledAt),
            "cancellation_reason": .text(intent.cancellationReason),
            "capture_method": .string(intent.captureMethod),
            "client_secret": .string(intent.clientSecret),
            "confirmation_method": .string(intent.confirmationMethod),
            "created": .int(intent.created),
            "currency": .string(intent.currency),
            "customer": .text(intent.customer),
            "customer_account": .null,
            "description": .text(intent.description),
            "excluded_payment_method_types": .null,
            "last_payment_error": intent.lastPaymentError,
            "latest_charge": .text(intent.latestCharge),
            "livemode": .bool(settings.isLive),
            "managed_payments": .null,
            "metadata": .object(intent.metadata),
            "next_action": nextAction(of: intent, account: account),
            "on_behalf_of": .null,
            "payment_method": .text(intent.paymentMethod),
            "payment_method_configuration_details": .null,
            "payment_method_options": [:],
            "payment_method_types": ["card", "us_bank_account"],
            "processing": .null,
            "receipt_email": .text(intent.receiptEmail),
            "review": .null,
            "setup_future_usage": .text(intent.setupFutureUsage),
            "shipping": intent.shipping,
            "source": .null,
            "statement_descriptor": .text(intent.statementDescriptor),
            "statement_descriptor_suffix": .text(intent.statementDescriptorSuffix),
            "status": .string(intent.status.rawValue),
            "transfer_data": .null,
            "transfer_group": .text(intent.transferGroup),
        ]
    }

    private func nextAction(of intent: PaymentIntent, account: String) -> JSON {
        guard intent.status == .requiresAction else { return .null }
        guard let returnURL = intent.returnURL else {
            return ["type": "use_stripe_sdk", "use_stripe_sdk": [:]]
        }
        return [
            "redirect_to_url": [
                "return_url": .string(returnURL), "url": .string(authenticationURL(of: intent, account)),
            ],
            "type": "redirect_to_url",
        ]
    }

    /// The page on which the cardholder stands for the bank. Its key is the second half of the client secret.
    func authenticationURL(of intent: PaymentIntent, _ account: String) -> String {
        "\(settings.baseURL)/authenticate/\(account)/\(intent.id)/\(intent.clientSecret.suffix(25))"
    }
}
