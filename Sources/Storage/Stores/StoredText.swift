import Billing
import Foundation
import Ledger

/// How a few small values are written into a text column.
enum StoredText {
    // Most have none, and each event and customer is asked.
    static func metadata(_ metadata: [String: String]) throws -> String {
        metadata.isEmpty ? "{}" : try json(metadata)
    }
    static func metadata(_ text: String) throws -> [String: String] {
        text == "{}" ? [:] : try JSONDecoder().decode([String: String].self, from: Data(text.utf8))
    }

    static func list(_ list: [String]) throws -> String { try json(list) }
    static func list(_ text: String) throws -> [String] {
        text == "[]" ? [] : try JSONDecoder().decode([String].self, from: Data(text.utf8))
    }

    static func changes(_ changes: [AuditChange]) throws -> String { try json(changes) }
    static func changes(_ text: String) throws -> [AuditChange] {
        try JSONDecoder().decode([AuditChange].self, from: Data(text.utf8))
    }

    static func terms(_ terms: BillingTerms) throws -> String { try json(terms) }
    static func terms(_ text: String) throws -> BillingTerms {
        // Most accounts say nothing, and every call loads its account.
        text == "{}" ? BillingTerms() : try JSONDecoder().decode(BillingTerms.self, from: Data(text.utf8))
    }

    static func planTerms(_ text: String) throws -> PlanTerms {
        text == "{}" ? PlanTerms() : try JSONDecoder().decode(PlanTerms.self, from: Data(text.utf8))
    }

    static func meterRule(_ rule: MeterRule) throws -> String { try json(rule) }
    static func meterRule(_ text: String) throws -> MeterRule {
        try JSONDecoder().decode(MeterRule.self, from: Data(text.utf8))
    }

    static func metrics(_ metrics: [ProductMetric]) throws -> String { try json(metrics) }
    static func metrics(_ text: String) throws -> [ProductMetric] {
        try JSONDecoder().decode([ProductMetric].self, from: Data(text.utf8))
    }

    private static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}

extension Row {
    func instant(_ column: String) throws -> Instant { Instant(millisecondsSince1970: try int64(column)) }

    func instantOrNil(_ column: String) throws -> Instant? {
        try int64OrNil(column).map(Instant.init(millisecondsSince1970:))
    }

    func currency(_ column: String) throws -> Currency {
        guard let currency = Currency(try text(column)) else { throw StorageError(.corrupt, detail: column) }
        return currency
    }

    func choice<Choice: RawRepresentable<String>>(_ column: String, _: Choice.Type = Choice.self) throws -> Choice {
        guard let choice = Choice(rawValue: try text(column)) else { throw StorageError(.corrupt, detail: column) }
        return choice
    }
}
