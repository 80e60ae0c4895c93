/// The contract with Stripe that people read in this folder, compiled in.
public enum Webhooks {
    public static var endpoints: [UInt8] { PackageResources.endpoints_json }
}
