import Foundation
import Testing

/// Stripe's own description of its API, which is not part of this repository: `../shared/stripe` beside the project, or
/// `$BURSAR_SHARED/stripe`. Without it these tests do not run, and the run says so.
enum SharedContract {
    static let comment: Comment = "not run: ../shared/stripe is missing (set BURSAR_SHARED to the folder that holds it)"

    static var isPresent: Bool { FileManager.default.fileExists(atPath: file("fixtures3.json").path) }

    static func file(_ name: String) -> URL {
        let folder =
            ProcessInfo.processInfo.environment["BURSAR_SHARED"].map { URL(fileURLWithPath: $0) }
            ?? projectFolder.deletingLastPathComponent().appendingPathComponent("shared")
        return folder.appendingPathComponent("stripe").appendingPathComponent(name)
    }

    static let projectFolder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// What may be sent, by operation: `POST /v1/payment_intents`.
    static func operations() throws -> [String: ParameterSchema] {
        struct File: Decodable {
            let operations: [String: ParameterSchema]
        }
        return try JSONDecoder().decode(
            File.self, from: Data(contentsOf: file("params.2026-10-28.endive.json"))
        ).operations
    }

    /// What comes back, by resource: the JSON of Stripe's sample object.
    static func fixture(_ resource: String) throws -> [UInt8] {
        let object = try #require(try fixtures()[resource], "no fixture for \(resource)")
        return Array(try JSONSerialization.data(withJSONObject: object))
    }

    static func fixtures() throws -> [String: Any] {
        let root = try JSONSerialization.jsonObject(with: Data(contentsOf: file("fixtures3.json"))) as? [String: Any]
        return try #require(root?["resources"] as? [String: Any])
    }
}
