extension World {
    /// Source: docs.stripe.com/api/checkout/sessions/object.
    func shape(_ session: CheckoutSession, of account: String) -> JSON {
        [
            "id": .string(session.id),
            "object": "checkout.session",
            "adaptive_pricing": ["enabled": false],
            "after_expiration": nil,
            "allow_promotion_codes": nil,
            "amount_subtotal": .int(session.amount),
            "amount_total": .int(session.amount),
            "automatic_tax": ["enabled": false, "liability": nil, "provider": nil, "status": nil],
            "billing_address_collection": nil,
            "cancel_url": .text(session.cancelURL),
            "client_reference_id": .text(session.clientReferenceID),
            "client_secret": nil,
            "collected_information": nil,
            "consent": nil,
            "consent_collection": nil,
            "created": .int(session.created),
            "currency": .string(session.currency),
            "currency_conversion": nil,
            "custom_fields": [],
            "custom_text": [
                "after_submit": nil, "shipping_address": nil, "submit": nil, "terms_of_service_acceptance": nil,
            ],
            "customer": .text(session.customer),
            "customer_account": nil,
            "customer_creation": session.customer == nil ? .string(session.customerCreation ?? "if_required") : nil,
            "customer_details": customerDetails(of: session),
            "customer_email": .text(session.customerEmail),
            "discounts": [],
            "expires_at": .int(session.expiresAt),
            "integration_identifier": nil,
            "invoice": nil,
            "invoice_creation": ["enabled": false, "invoice_data": Self.invoiceData],
            "livemode": .bool(settings.isLive),
            "locale": .text(session.locale),
            "managed_payments": nil,
            "metadata": .object(session.metadata),
            "mode": "payment",
            "origin_context": nil,
            "payment_intent": .text(session.intent),
            "payment_link": nil,
            "payment_method_collection": "if_required",
            "payment_method_configuration_details": nil,
            "payment_method_options": [:],
            "payment_method_types": ["card", "us_bank_account"],
            "payment_status": .string(session.isPaid ? "paid" : "unpaid"),
            "permissions": nil,
            "phone_number_collection": ["enabled": false],
            "recovered_from": nil,
            "saved_payment_method_options": nil,
            "setup_intent": nil,
            "shipping_address_collection": nil,
            "shipping_cost": nil,
            "shipping_options": [],
            "status": .string(session.status.rawValue),
            "submit_type": .text(session.submitType),
            "subscription": nil,
            "success_url": .string(session.successURL),
            "total_details": ["amount_discount": 0, "amount_shipping": 0, "amount_tax": 0],
            "ui_mode": "hosted_page",
            "url": session.status == .open ? .string(checkoutURL(of: session, account: account)) : nil,
            "wallet_options": nil,
        ]
    }

    private func customerDetails(of session: CheckoutSession) -> JSON {
        guard let email = session.payer?.email ?? session.customerEmail else { return .null }
        return [
            "address": nil,
            "business_name": nil,
            "email": .string(email),
            "individual_name": nil,
            "name": .text(session.payer?.name),
            "phone": nil,
            "tax_exempt": "none",
            "tax_ids": nil,
        ]
    }

    private static let invoiceData: JSON = [
        "account_tax_ids": nil, "custom_fields": nil, "description": nil, "footer": nil, "issuer": nil,
        "metadata": [:], "rendering_options": nil,
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
            "adjustable_quantity": nil,
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
                "custom_unit_amount": nil,
                "livemode": .bool(settings.isLive),
                "lookup_key": nil,
                "metadata": [:],
                "nickname": nil,
                "product": .string(item.product),
                "recurring": nil,
                "tax_behavior": "unspecified",
                "tiers_mode": nil,
                "transform_quantity": nil,
                "type": "one_time",
                "unit_amount": .int(item.unitAmount),
                "unit_amount_decimal": .string(String(item.unitAmount)),
            ],
            "quantity": .int(item.quantity),
        ]
    }
}
