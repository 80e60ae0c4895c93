import Billing
import Foundation

/// A caller's changes to terms. What is missing stays, what is null is taken away. Every refusal names the field by
/// its path: `terms.markups.models.gpt-5`.
enum TermsPatch {
    /// Nothing that a person sets comes near it.
    private static let longest = 64 * 1024

    /// - Parameter field: under which name the caller wrote the terms.
    static func apply<Terms: Codable>(_ patch: JSONTree, to terms: Terms, field: String = "terms") throws -> Terms {
        guard case .object = patch else { throw WorkerError.invalid(field, "\(field) must be an object") }
        let merged = try JSONTree(terms).merged(with: patch)
        let text = try JSONEncoder().encode(merged)
        guard text.count <= longest else {
            throw WorkerError.invalid(field, "\(field) must take at most \(longest) bytes of JSON")
        }
        for leaf in merged.texts(under: field) {
            try FieldCheck.noCardNumber(field, leaf.path)
            try FieldCheck.noCardNumber(field, leaf.text)
        }
        let changed: Terms
        do { changed = try JSONDecoder().decode(Terms.self, from: text) } catch let fault as DecodingError {
            throw WorkerError.terms(TermsFault(fault), field: field)
        }
        if let unknown = merged.firstMember(missingIn: try JSONTree(changed), under: field) {
            throw WorkerError.invalid(
                String(unknown.prefix(200)), "there is no such field; check its spelling", code: "unknown_field")
        }
        return changed
    }
}

extension WorkerError {
    static func terms(_ fault: TermsFault, field: String = "terms") -> WorkerError {
        let path = fault.field.isEmpty ? field : "\(field).\(fault.field)"
        return .invalid(String(path.prefix(200)), "\(path.prefix(200)): \(fault.sentence)")
    }

    /// What terms refuse, with the path of the field.
    static func terms(_ error: BillingError, field: String = "terms") -> WorkerError {
        .invalid(error.field.map { "\(field).\($0)" } ?? field, error.detail, code: error.code)
    }
}
