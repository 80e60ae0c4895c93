import Billing
import Foundation
import Ledger
import Worker

/// The body of `POST /v1/accounts`.
struct NewAccountInput: Decodable {
    private let new: NewAccount
    private let applicationFeeFixed: AmountInput?
    private let chargeThreshold: AmountInput?
    private let topUpMinimum: AmountInput?
    private let topUpMaximum: AmountInput?

    init(from decoder: any Decoder) throws {
        let fields = try Fields(
            decoder,
            [
                "name", "email", "country", "currency", "stripe", "markup_percent", "application_fee_percent",
                "application_fee_fixed", "cycle", "charge_threshold", "top_up_minimum", "top_up_maximum", "terms",
            ])
        new = NewAccount(
            name: try Fields.required(fields.text("name"), "name"), email: try fields.text("email"),
            country: try fields.text("country"), currency: try Fields.required(fields.text("currency"), "currency"),
            stripe: try Fields.required(fields.text("stripe"), "stripe"),
            markupPercent: try fields.percent("markup_percent")?.decimal,
            applicationFeePercent: try fields.percent("application_fee_percent")?.decimal,
            cycle: try fields.text("cycle"), terms: try fields.tree("terms"))
        applicationFeeFixed = try fields.amount("application_fee_fixed")
        chargeThreshold = try fields.amount("charge_threshold")
        topUpMinimum = try fields.amount("top_up_minimum")
        topUpMaximum = try fields.amount("top_up_maximum")
    }

    /// The account, with its amounts in its own currency.
    func account() throws -> NewAccount {
        var new = new
        guard let currency = Currency(new.currency) else {
            throw Fields.wrong("currency", "the three letters of a currency that Stripe charges in, such as usd")
        }
        new.applicationFeeFixed = try applicationFeeFixed?.minor(in: currency, field: "application_fee_fixed")
        new.chargeThreshold = try chargeThreshold?.minor(in: currency, field: "charge_threshold")
        new.topUpMinimum = try topUpMinimum?.minor(in: currency, field: "top_up_minimum")
        new.topUpMaximum = try topUpMaximum?.minor(in: currency, field: "top_up_maximum")
        return new
    }
}

/// The body of `POST /v1/accounts/{id}`: what is missing stays, what is null is taken away.
struct AccountChangeInput: Decodable, Sendable {
    private let base: AccountChange
    private let applicationFeeFixed: AmountInput?
    private let chargeThreshold: AccountChange.Field<AmountInput>
    private let topUpMinimum: AccountChange.Field<AmountInput>
    private let topUpMaximum: AccountChange.Field<AmountInput>
    let touchesPlatformFees: Bool

    init(from decoder: any Decoder) throws {
        let fields = try Fields(
            decoder,
            [
                "name", "email", "country", "currency", "stripe", "markup_percent", "application_fee_percent",
                "application_fee_fixed", "cycle", "charge_threshold", "top_up_minimum", "top_up_maximum", "terms",
            ])
        var change = AccountChange()
        change.name = try fields.text("name")
        change.email = try fields.change("email") { try fields.text("email") }
        change.country = try fields.change("country") { try fields.text("country") }
        change.currency = try fields.text("currency")
        change.stripe = try fields.text("stripe")
        change.markupPercent = try fields.percent("markup_percent")?.decimal
        change.applicationFeePercent = try fields.percent("application_fee_percent")?.decimal
        change.cycle = try fields.text("cycle")
        change.terms = try fields.change("terms") { try fields.tree("terms") }
        base = change
        applicationFeeFixed = try fields.amount("application_fee_fixed")
        chargeThreshold = try fields.change("charge_threshold") { try fields.amount("charge_threshold") }
        topUpMinimum = try fields.change("top_up_minimum") { try fields.amount("top_up_minimum") }
        topUpMaximum = try fields.change("top_up_maximum") { try fields.amount("top_up_maximum") }
        touchesPlatformFees = fields.has("application_fee_percent") || fields.has("application_fee_fixed")
    }

    /// - Parameter currency: the account's own.
    func change(_ currency: Currency) throws -> AccountChange {
        var change = base
        change.applicationFeeFixed = try applicationFeeFixed?.minor(in: currency, field: "application_fee_fixed")
        change.chargeThreshold = try Self.minor(chargeThreshold, currency, "charge_threshold")
        change.topUpMinimum = try Self.minor(topUpMinimum, currency, "top_up_minimum")
        change.topUpMaximum = try Self.minor(topUpMaximum, currency, "top_up_maximum")
        return change
    }

    private static func minor(
        _ field: AccountChange.Field<AmountInput>, _ currency: Currency, _ name: String
    ) throws -> AccountChange.Field<Int64> {
        switch field {
        case .keep: .keep
        case .clear: .clear
        case .set(let input): .set(try input.minor(in: currency, field: name))
        }
    }
}

/// The body of `POST /v1/accounts/{id}/keys`.
struct KeyNameInput: Decodable {
    let name: String?

    init(from decoder: any Decoder) throws {
        name = try Fields(decoder, ["name"]).text("name")
    }
}

/// The body of `POST /v1/accounts/{id}/onboarding_links`.
struct OnboardingLinkInput: Decodable, Sendable {
    let returnURL: String?
    let refreshURL: String?

    init(from decoder: any Decoder) throws {
        let fields = try Fields(decoder, ["return_url", "refresh_url"])
        returnURL = try fields.text("return_url", upTo: 2_000)
        refreshURL = try fields.text("refresh_url", upTo: 2_000)
    }
}

/// The body of a POST that says everything by its path.
struct NoFields: Decodable {
    init(from decoder: any Decoder) throws {
        _ = try Fields(decoder, [])
    }
}
