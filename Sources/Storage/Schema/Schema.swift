/// The tables, as numbered steps forward. A step that has been released is never changed again.
public enum Schema {
    public static let migrations = [
        Migration(
            number: 1, name: "main job",
            statements: tenancy + books + metering + collecting + doors + reconciling),
        Migration(
            number: 2, name: "usage to money", statements: terms + rating + totals + wallets),
        Migration(number: 3, name: "fees by customer", statements: fees),
        Migration(number: 4, name: "meters and products", statements: meters),
        Migration(number: 5, name: "chained journal", statements: chain) { tx in try tx.chain.begin() },
        Migration(number: 6, name: "money back", statements: moneyBack),
        Migration(number: 7, name: "dunning", statements: dunning),
        Migration(number: 8, name: "links of customers", statements: links),
        Migration(number: 9, name: "what has paid for usage", statements: settlings),
        Migration(number: 10, name: "four ways", statements: fourWay),
        Migration(number: 11, name: "money back and corrections", statements: deductions),
        Migration(number: 12, name: "caps", statements: caps) { tx in try tx.auditChain.begin() },
    ]
}
