extension World {
    /// Source: docs.stripe.com/api/payment_methods/object.
    func shape(_ method: PaymentMethod) -> JSON {
        var object: JSONObject = [
            "id": .string(method.id),
            "object": "payment_method",
            "allow_redisplay": .string(method.allowRedisplay),
            "billing_details": billingDetails(of: method),
            "created": .int(method.created),
            "customer": .text(method.customer),
            "customer_account": .null,
            "livemode": .bool(settings.isLive),
            "metadata": .object(method.metadata),
            "type": .string(method.type),
        ]
        switch method.means {
        case .card(let card, let month, let year):
            object["card"] = [
                "brand": .string(card.brand),
                "checks": ["address_line1_check": .null, "address_postal_code_check": .null, "cvc_check": "pass"],
                "country": .string(card.country),
                "display_brand": .string(card.brand),
                "exp_month": .int(month),
                "exp_year": .int(year),
                "fingerprint": .string(method.fingerprint),
                "funding": .string(card.funding),
                "generated_from": .null,
                "last4": .string(card.last4),
                "networks": ["available": [.string(card.brand)], "preferred": .null],
                "regulated_status": "unregulated",
                "three_d_secure_usage": ["supported": true],
                "wallet": .null,
            ]
        case .bank(let bank):
            object["us_bank_account"] = Self.shape(bank, fingerprint: method.fingerprint)
        }
        return .object(object)
    }

    private static func shape(_ bank: TestBankAccount, fingerprint: String) -> JSON {
        [
            "account_holder_type": "individual",
            "account_type": "checking",
            "bank_name": "STRIPE TEST BANK",
            "financial_connections_account": .null,
            "fingerprint": .string(fingerprint),
            "last4": .string(bank.last4),
            "networks": ["preferred": "ach", "supported": ["ach"]],
            "routing_number": .string(TestBankAccount.routingNumber),
            "status_details": [:],
        ]
    }

    func billingDetails(of method: PaymentMethod?) -> JSON {
        let given = method?.billing ?? [:]
        let address = given["address"]?.object ?? [:]
        var empty: JSONObject = [:]
        for name in ["city", "country", "line1", "line2", "postal_code", "state"] { empty[name] = .null }
        return [
            "address": .object(empty.merging(address)),
            "email": given["email"] ?? .null,
            "name": given["name"] ?? .null,
            "phone": given["phone"] ?? .null,
            "tax_id": given["tax_id"] ?? .null,
        ]
    }

    /// What a charge says of how it was paid.
    ///
    /// Source: docs.stripe.com/api/charges/object, `payment_method_details`.
    func paymentMethodDetails(of method: PaymentMethod, amount: Int64, isAuthenticated: Bool) -> JSON {
        switch method.means {
        case .bank(let bank):
            var details = Self.shape(bank, fingerprint: method.fingerprint).object ?? [:]
            for name in ["networks", "status_details", "financial_connections_account"] { details[name] = nil }
            details["mandate"] = .null
            details["payment_reference"] = .null
            return ["type": "us_bank_account", "us_bank_account": .object(details)]
        case .card(let card, let month, let year):
            return [
                "card": [
                    "amount_authorized": .int(amount),
                    "authorization_code": .null,
                    "brand": .string(card.brand),
                    "checks": ["address_line1_check": .null, "address_postal_code_check": .null, "cvc_check": "pass"],
                    "country": .string(card.country),
                    "exp_month": .int(month),
                    "exp_year": .int(year),
                    "extended_authorization": ["status": "disabled"],
                    "fingerprint": .string(method.fingerprint),
                    "funding": .string(card.funding),
                    "incremental_authorization": ["status": "unavailable"],
                    "installments": .null,
                    "last4": .string(card.last4),
                    "mandate": .null,
                    "multicapture": ["status": "unavailable"],
                    "network": .string(card.brand),
                    "network_token": ["used": false],
                    "network_transaction_id": .null,
                    "overcapture": ["maximum_amount_capturable": .int(amount), "status": "unavailable"],
                    "regulated_status": "unregulated",
                    "three_d_secure": isAuthenticated ? Self.authenticated : .null,
                    "transaction_link_id": .null,
                    "wallet": .null,
                ],
                "type": "card",
            ]
        }
    }

    private static let authenticated: JSON = [
        "authentication_flow": "challenge", "electronic_commerce_indicator": "05", "exemption_indicator": .null,
        "result": "authenticated", "result_reason": .null, "transaction_id": .null, "version": "2.2.0",
    ]
}
