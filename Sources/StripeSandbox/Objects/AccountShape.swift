extension World {
    /// Source: docs.stripe.com/api/accounts/object.
    func shape(_ account: Account) -> JSON {
        let standing = account.standing
        let capability: JSON = standing.chargesEnabled ? "active" : "inactive"
        return [
            "id": .string(account.id),
            "object": "account",
            "business_profile": .object(Self.emptyBusinessProfile.merging(account.businessProfile)),
            "business_type": .text(account.businessType),
            "capabilities": ["card_payments": capability, "transfers": capability],
            "charges_enabled": .bool(standing.chargesEnabled),
            "controller": controller(of: account),
            "country": .string(account.country),
            "created": .int(account.created),
            "default_currency": .string(account.defaultCurrency),
            "details_submitted": .bool(standing.detailsSubmitted),
            "email": .text(account.email),
            "external_accounts": Self.listShape(
                [], hasMore: false, url: "/v1/accounts/\(account.id)/external_accounts"),
            "future_requirements": Self.requirements(due: [], pastDue: [], disabledReason: nil),
            "metadata": .object(account.metadata),
            "payouts_enabled": .bool(standing.payoutsEnabled),
            "requirements": Self.requirements(
                due: standing.currentlyDue, pastDue: standing.pastDue, disabledReason: standing.disabledReason),
            "settings": Self.accountSettings(displayName: account.businessProfile["name"] ?? .null),
            "tos_acceptance": ["date": .null, "ip": .null, "user_agent": .null],
            "type": "standard",
        ]
    }

    private func controller(of account: Account) -> JSON {
        guard account.connection?.isMadeByPlatform == true, account.id != platform else { return ["type": "account"] }
        return [
            "fees": ["payer": "account"],
            "is_controller": true,
            "losses": ["payments": "stripe"],
            "requirement_collection": "stripe",
            "stripe_dashboard": ["type": "full"],
            "type": "application",
        ]
    }

    private static func requirements(due: [String], pastDue: [String], disabledReason: String?) -> JSON {
        [
            "alternatives": [],
            "current_deadline": .null,
            "currently_due": .texts(due),
            "disabled_reason": .text(disabledReason),
            "errors": [],
            "eventually_due": .texts(due),
            "past_due": .texts(pastDue),
            "pending_verification": [],
        ]
    }

    private static let emptyBusinessProfile: JSONObject = [
        "annual_revenue": .null, "estimated_worker_count": .null, "mcc": .null,
        "minority_owned_business_designation": .null,
        "name": .null, "product_description": .null, "support_address": .null, "support_email": .null,
        "support_phone": .null,
        "support_url": .null, "url": .null,
    ]

    private static func accountSettings(displayName: JSON) -> JSON {
        [
            "bacs_debit_payments": ["display_name": .null, "service_user_number": .null],
            "branding": ["icon": .null, "logo": .null, "primary_color": .null, "secondary_color": .null],
            "card_issuing": ["tos_acceptance": ["date": .null, "ip": .null]],
            "card_payments": [
                "decline_on": ["avs_failure": true, "cvc_failure": true],
                "statement_descriptor_prefix": .null,
                "statement_descriptor_prefix_kana": .null,
                "statement_descriptor_prefix_kanji": .null,
            ],
            "dashboard": ["display_name": displayName, "timezone": "Etc/UTC"],
            "invoices": ["default_account_tax_ids": .null, "hosted_payment_method_save": .null],
            "payments": [
                "statement_descriptor": .null,
                "statement_descriptor_kana": .null,
                "statement_descriptor_kanji": .null,
                "statement_descriptor_prefix_kana": .null,
                "statement_descriptor_prefix_kanji": .null,
            ],
            "payouts": [
                "debit_negative_balances": true,
                "schedule": ["delay_days": 2, "interval": "daily"],
                "statement_descriptor": .null,
            ],
            "sepa_debit_payments": [:],
        ]
    }

    /// The platform's Connect application.
    var application: JSON {
        ["id": .string(settings.clientID), "object": "application", "name": "The platform"]
    }
}
