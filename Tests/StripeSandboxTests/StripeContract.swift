import Foundation
import Testing

@testable import StripeSandbox

/// Stripe's own description of its API, which is not part of this repository: `../shared/stripe` beside the project, or
/// `$BURSAR_SHARED/stripe`. Without it the tests that need it do not run, and the run says so.
enum StripeContract {
    static let comment: Comment = "not run: ../shared/stripe is missing (set BURSAR_SHARED to the folder that holds it)"

    static var isPresent: Bool { FileManager.default.fileExists(atPath: file("fixtures3.json").path) }

    private static func file(_ name: String) -> URL {
        let project = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let folder =
            ProcessInfo.processInfo.environment["BURSAR_SHARED"].map { URL(fileURLWithPath: $0) }
            ?? project.deletingLastPathComponent().appendingPathComponent("shared")
        return folder.appendingPathComponent("stripe").appendingPathComponent(name)
    }

    private static func read(_ name: String, _ key: String) throws -> [String: Any] {
        let root = try JSONSerialization.jsonObject(with: Data(contentsOf: file(name))) as? [String: Any]
        return try #require(root?[key] as? [String: Any])
    }

    /// The schemas of what may be sent, by operation.
    static func operations() throws -> [String: [String: Any]] {
        try read("params.2026-10-28.endive.json", "operations").compactMapValues { $0 as? [String: Any] }
    }

    /// Stripe's sample of a resource.
    static func fixture(_ resource: String) throws -> [String: Any] {
        try #require(try read("fixtures3.json", "resources")[resource] as? [String: Any])
    }
}
