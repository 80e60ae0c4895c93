extension Schema {
    /// What a merchant has agreed with their customers, who may ask for it, and who changed it.
    static let terms = [
        "ALTER TABLE accounts ADD COLUMN terms TEXT NOT NULL DEFAULT '{}'",
        """
        CREATE TABLE plans (
            id TEXT PRIMARY KEY,
            account TEXT NOT NULL REFERENCES accounts (id),
            slug TEXT NOT NULL,
            name TEXT NOT NULL,
            is_default INTEGER NOT NULL,
            terms TEXT NOT NULL,
            archived_at BIGINT,
            created_at BIGINT NOT NULL,
            updated_at BIGINT NOT NULL,
            UNIQUE (account, slug)
        )
        """,
        "CREATE UNIQUE INDEX plans_one_default ON plans (account) WHERE is_default = 1",
        "ALTER TABLE customers ADD COLUMN plan TEXT REFERENCES plans (id)",
        "ALTER TABLE customers ADD COLUMN status TEXT NOT NULL DEFAULT 'active'",
        "ALTER TABLE customers ADD COLUMN blocked_reason TEXT",
        "ALTER TABLE customers ADD COLUMN blocked_at BIGINT",
        "ALTER TABLE customers ADD COLUMN time_zone TEXT",
        "ALTER TABLE customers ADD COLUMN prepaid INTEGER",
        "ALTER TABLE customers ADD COLUMN organization TEXT",
        "ALTER TABLE customers ADD COLUMN auto_top_up TEXT",
        // What a search looks through: id, external id, name and e-mail, in which case does not matter.
        "ALTER TABLE customers ADD COLUMN search TEXT NOT NULL DEFAULT ''",
        """
        UPDATE customers SET search = LOWER(id || ' ' || external_id || COALESCE(' ' || name, '')
            || COALESCE(' ' || email, ''))
        """,
        "CREATE INDEX customers_by_account ON customers (account, id)",
        "CREATE INDEX customers_by_email ON customers (account, email)",
        "CREATE INDEX customers_by_status ON customers (account, status, id)",
        "CREATE INDEX customers_by_plan ON customers (account, plan, id)",
        "CREATE INDEX customers_by_organization ON customers (account, organization, id)",
        "ALTER TABLE api_keys ADD COLUMN customer TEXT REFERENCES customers (id)",
        "ALTER TABLE api_keys ADD COLUMN max_spend BIGINT",
        "ALTER TABLE api_keys ADD COLUMN expires_at BIGINT",
        "ALTER TABLE api_keys ADD COLUMN allowed_models TEXT",
        "ALTER TABLE api_keys ADD COLUMN replaces TEXT",
        "ALTER TABLE api_keys ADD COLUMN replaced_by TEXT",
        // The first key of the chain of rotations, under which all of them spend.
        "ALTER TABLE api_keys ADD COLUMN counted_as TEXT",
        "UPDATE api_keys SET counted_as = id",
        "DROP INDEX api_keys_by_account",
        "CREATE INDEX api_keys_by_account ON api_keys (account, id)",
        "CREATE INDEX api_keys_by_customer ON api_keys (customer, id)",
        "CREATE INDEX api_keys_by_chain ON api_keys (counted_as)",
        """
        CREATE TABLE audit_log (
            id TEXT PRIMARY KEY,
            account TEXT REFERENCES accounts (id),
            actor TEXT NOT NULL,
            action TEXT NOT NULL,
            object TEXT NOT NULL,
            object_id TEXT NOT NULL,
            changes TEXT NOT NULL,
            at BIGINT NOT NULL
        )
        """,
        "CREATE INDEX audit_log_by_account ON audit_log (account, id)",
        "CREATE INDEX audit_log_by_object ON audit_log (object_id, id)",
        "CREATE INDEX audit_log_by_actor ON audit_log (actor, id)",
    ]
}
