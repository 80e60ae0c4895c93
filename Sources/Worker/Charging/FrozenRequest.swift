import Foundation
import Storage
import Stripe

/// A request as the outbox keeps it: to the letter, so that a repeat under the same key is the same request.
enum FrozenRequest {
    static func text(_ request: PreparedRequest) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(request), as: UTF8.self)
    }

    static func request(_ text: String) throws -> PreparedRequest {
        try JSONDecoder().decode(PreparedRequest.self, from: Data(text.utf8))
    }
}

extension PreparedRequest {
    /// On whose behalf it is sent.
    var scope: AccountScope { stripeAccount.map(AccountScope.connected) ?? .platform }

    /// One of its parameters, as it goes to Stripe.
    func parameter(_ name: String) -> String? {
        let fields = form.split(separator: "&").map { $0.split(separator: "=", maxSplits: 1) }
        return fields.first { $0.count == 2 && $0[0] == name }.flatMap { String($0[1]).removingPercentEncoding }
    }
}
