/// The tables, as numbered steps forward. A step that has been released is never changed again.
public enum Schema {
    public static let migrations = [
        Migration(
            number: 1, name: "main job",
            statements: tenancy + books + metering + collecting + doors + reconciling)
    ]
}
