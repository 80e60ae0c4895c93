public import Billing
public import Ledger

extension Transaction {
    public var accounts: AccountStore { AccountStore(tx: self) }
}

public struct AccountStore {
    let tx: Transaction

    /// - Returns: `false` when it would be the second account of mode `platform`; nothing is changed then.
    public func insert(_ account: ConnectedAccount) throws -> Bool {
        let isInserted =
            try tx.execute(
                """
                INSERT INTO accounts (id, name, email, country, currency, stripe_mode, stripe_account, status,
                    status_reason, requirements_due, markup_ppm, application_fee_ppm, application_fee_fixed, cycle,
                    charge_threshold, top_up_minimum, top_up_maximum, next_run_at, terms, created_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
                ON CONFLICT (stripe_mode) WHERE stripe_mode = 'platform' DO NOTHING
                """, account.id.text, account.name, account.email, account.country, account.currency.code,
                account.stripeMode.rawValue, account.stripeAccount, account.status.rawValue, account.statusReason,
                try StoredText.list(account.requirementsDue), account.markup.partsPerMillion,
                account.applicationFeePercent.partsPerMillion, account.applicationFeeFixed, account.cycle.rawValue,
                account.chargeThreshold, account.topUpMinimum, account.topUpMaximum,
                account.nextRunAt?.millisecondsSince1970, try StoredText.terms(account.terms),
                account.createdAt.millisecondsSince1970) == 1
        if isInserted && account.stripeMode == .connect {
            try tx.onboardings.insert(account.id, at: account.createdAt)
        }
        return isInserted
    }

    /// Writes what the platform decides. What Stripe decides is left alone: `setStanding` and `setStripeAccount`
    /// write that.
    public func updateSettings(_ account: ConnectedAccount) throws {
        try tx.execute(
            """
            UPDATE accounts SET name = $2, email = $3, country = $4, markup_ppm = $5, application_fee_ppm = $6,
                application_fee_fixed = $7, cycle = $8, charge_threshold = $9, top_up_minimum = $10,
                top_up_maximum = $11, next_run_at = $12, terms = $13
            WHERE id = $1
            """, account.id.text, account.name, account.email, account.country, account.markup.partsPerMillion,
            account.applicationFeePercent.partsPerMillion, account.applicationFeeFixed, account.cycle.rawValue,
            account.chargeThreshold, account.topUpMinimum, account.topUpMaximum,
            account.nextRunAt?.millisecondsSince1970, try StoredText.terms(account.terms))
    }

    public func find(_ id: ConnectedAccount.ID) throws -> ConnectedAccount? {
        try tx.first("SELECT * FROM accounts WHERE id = $1", id.text).map(Self.account)
    }

    public func find(stripeAccount: String) throws -> ConnectedAccount? {
        try tx.first("SELECT * FROM accounts WHERE stripe_account = $1", stripeAccount).map(Self.account)
    }

    /// The account whose money goes to the platform's own Stripe account.
    public func platform() throws -> ConnectedAccount? {
        try tx.first("SELECT * FROM accounts WHERE stripe_mode = 'platform'").map(Self.account)
    }

    /// Newest first, those made before `after`.
    public func list(after: ConnectedAccount.ID?, limit: Int) throws -> [ConnectedAccount] {
        try tx.query(
            "SELECT * FROM accounts WHERE $1 = '' OR id < $1 ORDER BY id DESC LIMIT $2", after?.text ?? "", limit
        ).map(Self.account)
    }

    /// Says that the meters or the products of the account are others than before.
    public func setMeteringVersion(_ id: ConnectedAccount.ID, to version: String) throws {
        try tx.execute("UPDATE accounts SET metering_version = $2 WHERE id = $1", id.text, version)
    }

    static func account(_ row: Row) throws -> ConnectedAccount {
        var account = ConnectedAccount(
            id: ConnectedAccount.ID(stored: try row.text("id")), name: try row.text("name"),
            email: try row.textOrNil("email"), country: try row.textOrNil("country"),
            currency: try row.currency("currency"), stripeMode: try row.choice("stripe_mode"),
            stripeAccount: try row.textOrNil("stripe_account"), status: try row.choice("status"),
            statusReason: try row.textOrNil("status_reason"),
            requirementsDue: try StoredText.list(try row.text("requirements_due")),
            markup: Percent(partsPerMillion: try row.int64("markup_ppm")),
            applicationFeePercent: Percent(partsPerMillion: try row.int64("application_fee_ppm")),
            applicationFeeFixed: try row.int64("application_fee_fixed"), cycle: try row.choice("cycle"),
            chargeThreshold: try row.int64OrNil("charge_threshold"),
            topUpMinimum: try row.int64OrNil("top_up_minimum"), topUpMaximum: try row.int64OrNil("top_up_maximum"),
            nextRunAt: try row.instantOrNil("next_run_at"), terms: try StoredText.terms(try row.text("terms")),
            createdAt: try row.instant("created_at"))
        account.meteringVersion = try row.text("metering_version")
        return account
    }
}

// MARK: The run of the cycle

extension AccountStore {
    /// The account whose cycle has been due the longest, of those that can be charged. A run that falls due while an
    /// account cannot be charged waits for it.
    public func nextDue(at now: Instant) throws -> ConnectedAccount? {
        try tx.first(
            "SELECT * FROM accounts WHERE next_run_at <= $1 AND status = 'connected' ORDER BY next_run_at LIMIT 1",
            now.millisecondsSince1970
        ).map(Self.account)
    }

    public func setNextRun(_ id: ConnectedAccount.ID, at instant: Instant?) throws {
        try tx.execute(
            "UPDATE accounts SET next_run_at = $2 WHERE id = $1", id.text, instant?.millisecondsSince1970)
    }
}

// MARK: What Stripe decides

extension AccountStore {
    /// Binds the account to a Stripe account whose onboarding is still to be followed.
    /// - Returns: `false` when that Stripe account is another merchant's; nothing is changed then.
    public func setStripeAccount(_ id: ConnectedAccount.ID, to stripeAccount: String) throws -> Bool {
        try tx.execute(
            """
            UPDATE accounts SET stripe_account = $2, status = 'incomplete', status_reason = NULL,
                requirements_due = '[]'
            WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM accounts WHERE stripe_account = $2 AND id <> $1)
            """, id.text, stripeAccount) == 1
    }

    /// Writes how the account stands, whatever it was before.
    public func setStanding(
        _ id: ConnectedAccount.ID, _ status: ConnectedAccount.Status, reason: String?, due: [String] = []
    ) throws {
        try tx.execute(
            "UPDATE accounts SET status = $2, status_reason = $3, requirements_due = $4 WHERE id = $1", id.text,
            status.rawValue, reason, try StoredText.list(due))
    }

    /// Says why, as long as the account still stands like this.
    public func setReason(
        _ id: ConnectedAccount.ID, _ reason: ConnectedAccount.Reason, while status: ConnectedAccount.Status
    ) throws {
        try tx.execute(
            "UPDATE accounts SET status_reason = $2 WHERE id = $1 AND status = $3", id.text, reason.rawValue,
            status.rawValue)
    }
}
