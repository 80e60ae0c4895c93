public import Billing
import Ledger

extension Transaction {
    public var products: ProductStore { ProductStore(tx: self) }
}

public struct ProductStore {
    let tx: Transaction

    /// - Returns: `false` when the account already has a product of that slug; nothing is changed then.
    public func insert(_ product: Product) throws -> Bool {
        try tx.execute(
            """
            INSERT INTO products (id, account, slug, name, definition, archived_at, created_at, updated_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (account, slug) DO NOTHING
            """, product.id.text, product.account.text, product.slug, product.name,
            try StoredText.metrics(product.metrics), product.archivedAt?.millisecondsSince1970,
            product.createdAt.millisecondsSince1970, product.updatedAt.millisecondsSince1970) == 1
    }

    /// Writes everything that can change.
    public func update(_ product: Product) throws {
        try tx.execute(
            "UPDATE products SET name = $2, definition = $3, archived_at = $4, updated_at = $5 WHERE id = $1",
            product.id.text, product.name, try StoredText.metrics(product.metrics),
            product.archivedAt?.millisecondsSince1970, product.updatedAt.millisecondsSince1970)
    }

    public func find(_ id: Product.ID) throws -> Product? {
        try tx.first("SELECT * FROM products WHERE id = $1", id.text).map(Self.product)
    }

    public func find(slug: String, account: ConnectedAccount.ID) throws -> Product? {
        try tx.first("SELECT * FROM products WHERE account = $1 AND slug = $2", account.text, slug).map(Self.product)
    }

    /// Newest first, those made before `after`.
    public func list(
        account: ConnectedAccount.ID, archived: Bool?, after: Product.ID?, limit: Int
    ) throws -> [Product] {
        var query = Conditions()
        query.add("account = ?", account.text)
        query.add("(archived_at IS NOT NULL) = (? = 1)", archived)
        query.add("id < ?", after?.text)
        return try query.rows("products", order: "id DESC", limit: limit, in: tx).map(Self.product)
    }

    /// All of an account, those in the archive too, the oldest first.
    public func all(account: ConnectedAccount.ID) throws -> [Product] {
        try tx.query("SELECT * FROM products WHERE account = $1 ORDER BY id", account.text).map(Self.product)
    }

    static func product(_ row: Row) throws -> Product {
        Product(
            id: Product.ID(stored: try row.text("id")),
            account: ConnectedAccount.ID(stored: try row.text("account")), slug: try row.text("slug"),
            name: try row.text("name"), metrics: try StoredText.metrics(try row.text("definition")),
            archivedAt: try row.instantOrNil("archived_at"), createdAt: try row.instant("created_at"),
            updatedAt: try row.instant("updated_at"))
    }
}
