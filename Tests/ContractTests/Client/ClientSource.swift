import Foundation

/// The client's own source, read for the calls it can make: so that a request that is added without being put among the
/// samples turns a test red.
struct ClientSource {
    /// One `static func … -> StripeRequest<…>`.
    struct Constructor {
        /// `POST /v1/refunds`.
        let operation: String
        /// The parameters that its code names, and those of a page when it takes one.
        let parameters: [String]
        let text: String
    }

    let constructors: [Constructor]
    /// Parameters named by the code around the constructors.
    let sharedParameters: [String]
    let text: String

    init(folder: URL) throws {
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.allObjects ?? []
        let texts = try files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
            .filter { ["Objects", "Webhooks"].contains($0.deletingLastPathComponent().lastPathComponent) }
            .map { try String(contentsOf: $0, encoding: .utf8) }
        text = texts.joined(separator: "\n")
        var constructors: [Constructor] = []
        var shared: [String] = []
        for text in texts {
            for part in text.components(separatedBy: "static func ").dropFirst() {
                let named = part.matches(of: /\.set\("([a-z_]+)"/).map { String($0.1) }
                guard let call = part.firstMatch(of: /\b(get|post|oauth): "(\/[^"]+)"/) else {
                    shared += named
                    continue
                }
                constructors.append(
                    Constructor(
                        operation: (call.1 == "get" ? "GET " : "POST ") + call.2,
                        parameters: named + (part.contains(".setPage(") ? ["limit", "starting_after"] : []),
                        text: part))
            }
        }
        self.constructors = constructors
        sharedParameters = shared
    }
}
