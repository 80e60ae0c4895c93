/// The object of `account.application.deauthorized`: the platform. The account is the event's.
public struct Application: StripeObject {
    public let id: String
    public let name: String?
}
