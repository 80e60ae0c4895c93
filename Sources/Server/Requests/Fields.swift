import Billing
import Foundation
import Ledger
import Worker

/// The members of a JSON object of a request, read strictly: a name that the route does not know, or a value of another
/// type, is refused by name, so that a misspelt option is never silently ignored.
struct Fields {
    struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    let members: KeyedDecodingContainer<Name>
    let place: String

    /// - Parameter known: every name that the object may have.
    init(_ decoder: any Decoder, _ known: Set<String>) throws {
        place = decoder.codingPath.filter { $0.intValue == nil }.map { $0.stringValue + "." }.joined()
        do { members = try decoder.container(keyedBy: Name.self) } catch let problem as Problem {
            throw problem
        } catch { throw Self.notAnObject }
        let unknown = members.allKeys.map(\.stringValue).filter { !known.contains($0) }.min()
        if let unknown {
            throw Problem.invalid(
                "unknown_field", "the route does not take this field; check its spelling",
                field: place + Self.shown(unknown))
        }
    }

    /// A name of the caller's, as an answer may repeat it: where it comes from may be kept with the answer.
    static func shown(_ name: String) -> String { CardNumber.isIn(name) ? "?" : String(name.prefix(80)) }

    static let notAnObject = Problem.invalid("not_an_object", "send a JSON object")

    /// Whether the member is there, be it null.
    func has(_ name: String) -> Bool { members.contains(Name(stringValue: name)) }

    /// - Returns: nil when the member is missing or null.
    func text(_ name: String, upTo limit: Int = 500) throws -> String? {
        guard let text = try read(name, as: String.self, "a string") else { return nil }
        try check(text, name, upTo: limit)
        return text
    }

    func integer(_ name: String) throws -> Int64? {
        try read(name, as: Int64.self, "a whole number within 64 bits")
    }

    func flag(_ name: String) throws -> Bool? { try read(name, as: Bool.self, "true or false") }

    func day(_ name: String) throws -> CivilDate? {
        guard let text = try text(name, upTo: 40) else { return nil }
        guard let day = CivilDate(text) else { throw Self.wrong(place + name, "a day: 2026-11-21") }
        return day
    }

    static func flag(_ text: String?, _ field: String) throws -> Bool? {
        switch text {
        case nil: nil
        case "true": true
        case "false": false
        default: throw wrong(field, "true or false")
        }
    }

    func percent(_ name: String) throws -> Percent? {
        guard let number = try read(name, as: Decimal.self, "a number") else { return nil }
        guard let percent = Percent(number) else {
            throw Self.wrong(place + name, "a percentage with at most four decimals")
        }
        return percent
    }

    func instant(_ name: String) throws -> Instant? { try Self.instant(text(name, upTo: 40), place + name) }

    static func instant(_ text: String?, _ field: String) throws -> Instant? {
        guard let text else { return nil }
        guard let instant = Instant(rfc3339: text) else {
            throw wrong(field, "a time as in RFC 3339: 2026-11-21T09:30:00Z")
        }
        return instant
    }

    func choice<Choice: RawRepresentable<String> & CaseIterable>(_ name: String, _: Choice.Type) throws -> Choice? {
        try Self.choice(text(name, upTo: 40), place + name)
    }

    static func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ text: String?, _ field: String
    ) throws -> Choice? {
        guard let text else { return nil }
        guard let choice = Choice(rawValue: text) else {
            throw wrong(field, "one of " + Choice.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return choice
    }

    func currency(_ name: String) throws -> Currency? {
        guard let text = try text(name, upTo: 3) else { return nil }
        guard let currency = Currency(text) else { throw Self.wrong(place + name, "a currency code such as usd") }
        return currency
    }

    /// Names and texts that belong to the caller. Source of the bounds: docs.stripe.com/metadata, since some go there.
    func metadata(_ name: String) throws -> [String: String]? {
        guard let texts = try read(name, as: [String: String].self, "an object of strings") else { return nil }
        guard texts.count <= 50 else { throw Self.wrong(place + name, "at most 50 entries") }
        for (key, value) in texts {
            guard (1...40).contains(key.count) else {
                throw Self.wrong(place + name, "made of names of 1 to 40 characters")
            }
            try check(key, name, upTo: 40)
            try check(value, name, upTo: 500)
        }
        return texts
    }

    /// A list of texts, each of which has a length that a name may have.
    func texts(_ name: String) throws -> [String]? {
        guard let texts = try read(name, as: [String].self, "a list of strings") else { return nil }
        for text in texts { try check(text, name, upTo: 500) }
        return texts
    }

    /// A value whose shape somebody else knows.
    func tree(_ name: String) throws -> JSONTree? { try read(name, as: JSONTree.self, "JSON") }

    /// Minor units: a whole number, in which case the currency is the account's, or `{"amount", "currency"}`.
    func amount(_ name: String) throws -> AmountInput? {
        if let number = try? members.decodeIfPresent(Int64.self, forKey: Name(stringValue: name)) {
            return AmountInput(minor: number, currency: nil)
        }
        let expected = "a whole number of minor units, or {\"amount\", \"currency\"}"
        do { return try read(name, as: AmountInput.self, expected) } catch let problem as Problem {
            throw problem.code == Self.notAnObject.code ? Self.wrong(place + name, expected) : problem
        }
    }

    /// The value of a member that must be there.
    static func required<Value>(_ value: Value?, _ name: String) throws -> Value {
        guard let value else { throw Problem.invalid("missing_field", "this field is needed", field: name) }
        return value
    }

    static func wrong(_ field: String, _ expected: String) -> Problem {
        Problem.invalid("invalid_field", "this field must be \(expected)", field: field)
    }

    func read<Value: Decodable>(_ name: String, as type: Value.Type, _ expected: String) throws -> Value? {
        do { return try members.decodeIfPresent(type, forKey: Name(stringValue: name)) } catch let problem as Problem {
            throw problem
        } catch { throw Self.wrong(place + name, expected) }
    }

    /// The zero character cannot be stored in every database, so nowhere.
    private func check(_ text: String, _ name: String, upTo limit: Int) throws {
        guard text.unicodeScalars.count <= limit else {
            throw Self.wrong(place + name, "at most \(limit) characters long")
        }
        guard !text.unicodeScalars.contains("\0") else {
            throw Self.wrong(place + name, "text without the character U+0000")
        }
    }
}

/// An amount as a caller writes it.
struct AmountInput: Decodable, Sendable, Hashable {
    let minor: Int64
    let currency: Currency?

    init(minor: Int64, currency: Currency?) {
        self.minor = minor
        self.currency = currency
    }

    init(from decoder: any Decoder) throws {
        let fields = try Fields(decoder, ["amount", "currency"])
        minor = try Fields.required(fields.integer("amount"), "amount")
        currency = try Fields.required(fields.currency("currency"), "currency")
    }

    /// The amount in `expected`, which the caller need not have named.
    func minor(in expected: Currency, field: String) throws -> Int64 {
        guard currency == nil || currency == expected else {
            throw Problem.invalid("currency_mismatch", "the account's currency is \(expected)", field: field)
        }
        return minor
    }
}
