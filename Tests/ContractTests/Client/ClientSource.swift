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
    }

    let constructors: [Constructor]
    let text: String

    /// Every parameter that any code of the client names.
    var parameters: Set<String> { Set(Self.parameters(in: text)) }

    init(folder: URL) throws {
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.allObjects ?? []
        let texts = try files.compactMap { $0 as? URL }.filter { $0.pathExtension == "swift" }
            .filter { ["Objects", "Webhooks"].contains($0.deletingLastPathComponent().lastPathComponent) }
            .map { try String(contentsOf: $0, encoding: .utf8) }
        text = texts.joined(separator: "\n")
        constructors = texts.flatMap(Self.functions).compactMap(Constructor.init)
    }

    /// Each static function's text, up to the brace in the column in which it begins.
    private static func functions(in text: String) -> [Substring] {
        text.matches(of: /(?m)^( +)(?:public |private )static func\b/).map { start in
            let rest = text[start.range.lowerBound...]
            return rest[..<(rest.firstRange(of: "\n\(start.1)}\n")?.lowerBound ?? rest.endIndex)]
        }
    }

    fileprivate static func parameters(in text: some StringProtocol) -> [String] {
        String(text).matches(of: /\.set\("([a-z_]+)"/).map { String($0.1) }
    }
}

extension ClientSource.Constructor {
    /// Nil for a function that makes no request.
    fileprivate init?(function: Substring) {
        guard let call = function.firstMatch(of: /\b(get|post|delete|oauth): "(\/[^"]+)"/) else { return nil }
        operation = (call.1 == "oauth" ? "POST" : call.1.uppercased()) + " " + call.2
        parameters =
            ClientSource.parameters(in: function)
            + (function.contains(".setPage(") ? ["limit", "starting_after"] : [])
    }
}
