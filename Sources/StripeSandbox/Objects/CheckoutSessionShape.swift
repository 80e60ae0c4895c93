extension World {
    /// Source: docs.stripe.com/api/checkout/sessions/object.
    func shape(_ session: CheckoutSession, of account: String) -> JSON {
        [
            "id": .string(session.id),
            "object": "checkout.session",
            "adaptive_pricing": ["enabled": false],
            "after_expiration": .null,
            "allow_promotion_codes": .null,
            "amount_subtotal": .int(session.amount),
            "amount_total": .int(session.amount),
            "automatic_tax": ["enabled": false, "liability": .null, "provider": .null, "status": .null],
            "billing_address_collection": .null,
            "cancel_url": .text(session.cancelURL),
            "client_reference_id": .text(session.clientReferenceID),
            "client_secret": .null,
            "collected_information": .null,
            "consent": .null,
            "consent_collection": .null,
            "created": .int(session.created),
            "currency": .string(session.currency),
            "currency_conversion": .null,
            "custom_fields": [],
            "custom_text": [
                "after_submit": .null, "shipping_address": .null, "submit": .null, "terms_of_service_acceptance": .null,
            ],
            "customer": .text(session.customer),
            "customer_account": .null,
            "customer_creation": session.customer == nil ? .string(session.customerCreation ?? "if_required") : .null,
            "customer_details": customerDetails(of: session),
            "customer_email": .text(session.customerEmail),
            "discounts": [],
            "expires_at": .int(session.expiresAt),
            "integration_identifier": .null,
            "invoice": .null,
            "invoice_creation": ["enabled": false, "invoice_data": Self.invoiceData],
            "livemode": .bool(settings.isLive),
            "locale": .text(session.locale),
            "managed_payments": .null,
            "metadata": .object(session.metadata),
            "mode": "payment",
            "origin_context": .null,
            "payment_intent": .text(session.intent),
            "payment_link": .null,
            "payment_method_collection": "if_required",
            "payment_method_configuration_details": .null,
            "payment_method_options": [:],
            "payment_method_types": ["card", "us_bank_account"],
            "payment_status": .string(session.isPaid ? "paid" : "unpaid"),
            "permissions": .null,
            "phone_number_collection": ["enabled": false],
            "recovered_from": .null,
            "saved_payment_method_options": .null,
            "setup_intent": .null,
            "shipping_address_collection": .null,
            "shipping_cost": .null,
            "shipping_options": [],
            "status": .string(session.status.rawValue),
            "submit_type": .text(session.submitType),
            "subscription": .null,
            "success_url": .string(session.successURL),
            "total_details": ["amount_discount": 0, "amount_shipping": 0, "amount_tax": 0],
            "ui_mode": "hosted_page",
            "url": session.status == .open ? .string(checkoutURL(of: session, account: account)) : .null,
            "wallet_options": .null,
        ]
    }

    private func customerDetails(of session: CheckoutSession) -> JSON {
        guard let email = session.payer?.email ?? session.customerEmail else { return .null }
        return [
            "address": .null,
            "business_name": .null,
            "email": .string(email),
            "individual_name": .null,
            "name": .text(session.payer?.name),
            "phone": .null,
            "tax_exempt": "none",
            "tax_ids": .null,
        ]
    }

    private static let invoiceData: JSON = [
        "account_tax_ids": .null, "custom_fields": .null, "description": .null, "footer": .null, "issuer": .null,
        "metadata": [:], "rendering_options": .null,
    ]

    func lineItems(of session: CheckoutSession) -> JSON {
        Self.listShape(
            session.lineItems.map { shape($0, of: session) }, hasMore: false,
            url: "/v1/checkout/sessions/\(session.id)/line_items")
    }

    private func shape(_ item: CheckoutSession.LineItem, of session: CheckoutSession) -> JSON {
        let total = item.unitAmount * item.quantity
        return [
            "id": .string(item.id),
            "object": "item",
            "adjustable_quantity": .null,
            "amount_discount": 0,
            "amount_subtotal": .int(total),
            "amount_tax": 0,
            "amount_total": .int(total),
            "currency": .string(session.currency),
            "description": .string(item.name),
            "metadata": [:],
            "price": [
                "id": .string(item.price),
                "object": "price",
                "active": false,
                "billing_scheme": "per_unit",
                "created": .int(session.created),
                "currency": .string(session.currency),
                "custom_unit_amount": .null,
                "livemode": .bool(settings.isLive),
                "lookup_key": .null,
                "metadata": [:],
                "nickname": .null,
                "product": .string(item.product),
                "recurring": .null,
                "tax_behavior": "unspecified",
                "tiers_mode": .null,
                "transform_quantity": .null,
                "type": "one_time",
                "unit_amount": .int(item.unitAmount),
                "unit_amount_decimal": .string(String(item.unitAmount)),
            ],
            "quantity": .int(item.quantity),
        ]
    }
}
