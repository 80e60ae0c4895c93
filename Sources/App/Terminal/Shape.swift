import Billing
import Server
import Storage
import Worker

enum Shape {
    static func account(_ account: ConnectedAccount) -> JSON { JSON.object([("id", .string(account.id.text))]) }
    static func key(_ key: ApiKey) -> JSON { JSON.object([("id", .string(key.id.text))]) }
    static func minted(_ key: MintedKey) -> JSON { JSON.object([("id", .string(key.key.id.text)), ("secret", .string(key.secret))]) }
    static func link(_ link: OnboardingLink) -> JSON { JSON.object([("url", .string(link.url))]) }
    static func link(_ link: OAuthLink) -> JSON { JSON.object([("url", .string(link.url))]) }
    static func customer(_ customer: Customer) -> JSON { JSON.object([("id", .string(customer.id.text))]) }
    static func balance(_ balance: CustomerBalance, of customer: Customer, _ currencies: CurrencyRules) throws -> JSON { JSON.object([("id", .string(customer.id.text))]) }
    static func usage(_ event: UsageEvent) -> JSON { JSON.object([("id", .string(event.id.text))]) }
    static func topUp(_ topUp: TopUp) -> JSON { JSON.object([("id", .string(topUp.id.text))]) }
    static func charge(_ charge: Charge, _ worker: BillingWorker) -> JSON { JSON.object([("id", .string(charge.id.text))]) }
}
extension JSON { subscript(name: String) -> String? {
    guard case .object(let members) = self, case .string(let text)? = members.first(where: { $0.name == name })?.value else { return nil }
    return text } }
