/// The texts of this folder, compiled in: one list for people and program alike.
public enum Config {
    public static var settings: [UInt8] { PackageResources.settings_json }
    public static var currencies: [UInt8] { PackageResources.currencies_json }
    public static var prices: [UInt8] { PackageResources.prices_json }
    public static var chartOfAccounts: [UInt8] { PackageResources.chart_of_accounts_json }
}
