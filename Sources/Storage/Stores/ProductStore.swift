public import Billing
import Ledger

extension Transaction {
    public var products: ProductStore { ProductStore(tx: self) }
}

public struct ProductStore: SluggedStore {
    public static let table = "products"

    public let tx: Transaction

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

    public func update(_ product: Product) throws {
        try tx.execute(
            "UPDATE products SET name = $2, definition = $3, archived_at = $4, updated_at = $5 WHERE id = $1",
            product.id.text, product.name, try StoredText.metrics(product.metrics),
            product.archivedAt?.millisecondsSince1970, product.updatedAt.millisecondsSince1970)
    }

    public static func entity(_ row: Row) throws -> Product {
        Product(
            id: Product.ID(stored: try row.text("id")),
            account: ConnectedAccount.ID(stored: try row.text("account")), slug: try row.text("slug"),
            name: try row.text("name"), metrics: try StoredText.metrics(try row.text("definition")),
            archivedAt: try row.instantOrNil("archived_at"), createdAt: try row.instant("created_at"),
            updatedAt: try row.instant("updated_at"))
    }
}
