extension Schema {
    /// What the meters of a merchant have counted, and what the tiers of a product look at.
    static let meters = [
        // Nothing was ever written into these.
        "DROP TABLE meter_uniques",
        "DROP TABLE meter_states",
        "ALTER TABLE meters ADD COLUMN updated_at BIGINT NOT NULL DEFAULT 0",
        "CREATE INDEX meters_by_account ON meters (account, id)",
        "CREATE INDEX products_by_account ON products (account, id)",
        // Another text whenever meters or products change: who has none pays nothing for them, and what was read
        // once need not be read again.
        "ALTER TABLE accounts ADD COLUMN metering_version TEXT NOT NULL DEFAULT ''",
        // product: '' for all events that the meter counts, else only for those that name the product.
        // customer: '' for all customers together.
        // span: 'quarter' of an hour, in UTC; 'day' in the account's time zone; 'month' of the customer's, which is
        // named by its first day as if in UTC, so that it stays the same when a time zone changes.
        // The sum of the numbers counted is whole × 1,000,000 + rest, in millionths.
        """
        CREATE TABLE meter_states (
            meter TEXT NOT NULL REFERENCES meters (id),
            product TEXT NOT NULL,
            customer TEXT NOT NULL,
            span TEXT NOT NULL,
            starts_at BIGINT NOT NULL,
            events BIGINT NOT NULL,
            whole BIGINT NOT NULL,
            rest BIGINT NOT NULL,
            maximum BIGINT,
            latest BIGINT,
            latest_at BIGINT,
            uniques BIGINT NOT NULL,
            version BIGINT NOT NULL,
            PRIMARY KEY (meter, product, customer, span, starts_at)
        )
        """,
        """
        CREATE TABLE meter_uniques (
            meter TEXT NOT NULL REFERENCES meters (id),
            product TEXT NOT NULL,
            customer TEXT NOT NULL,
            span TEXT NOT NULL,
            starts_at BIGINT NOT NULL,
            value TEXT NOT NULL,
            PRIMARY KEY (meter, product, customer, span, starts_at, value)
        )
        """,
    ]
}
