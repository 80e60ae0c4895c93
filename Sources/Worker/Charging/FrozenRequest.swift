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
