import Billing
import Foundation

extension Fields {
    /// A number of at most six decimals, or a text that holds one.
    func quantity(_ name: String) throws -> Quantity? { try quantity(name, in: members, place: place) }

    /// An object of units and numbers.
    func quantities(_ name: String) throws -> Quantities? {
        let field = Name(stringValue: name)
        guard members.contains(field), try !members.decodeNil(forKey: field) else { return nil }
        let given: KeyedDecodingContainer<Name>
        do { given = try members.nestedContainer(keyedBy: Name.self, forKey: field) } catch {
            throw Self.wrong(place + name, "an object such as {\"input_tokens\": 1200}")
        }
        guard given.allKeys.count <= Quantities.mostUnits else {
            throw Self.wrong(place + name, "at most \(Quantities.mostUnits) units")
        }
        var amounts: [UsageUnit: Quantity] = [:]
        for key in given.allKeys {
            let unit = try refusing(place + name) { () throws(BillingError) in try UsageUnit(key.stringValue) }
            guard let quantity = try quantity(key.stringValue, in: given, place: place + name + ".") else { continue }
            amounts[unit] = quantity
        }
        return Quantities(amounts)
    }

    /// The known units may stand beside the other fields, or with all others under `quantities`.
    func allQuantities() throws -> Quantities {
        var quantities = try quantities("quantities") ?? .none
        for unit in UsageUnit.known where has(unit.name) {
            guard let quantity = try quantity(unit.name) else { continue }
            guard !quantities.units.contains(unit) else {
                throw Problem.invalid(
                    "invalid_field", "this unit is given twice: here and in quantities", field: place + unit.name)
            }
            quantities[unit] = quantity
        }
        return quantities
    }

    private func quantity(
        _ name: String, in members: KeyedDecodingContainer<Name>, place: String
    ) throws -> Quantity? {
        let field = Name(stringValue: name)
        // Most are whole numbers, and those need no decimals.
        if let whole = try? members.decodeIfPresent(Int64.self, forKey: field) {
            guard (0...Quantity.most.millionths / 1_000_000).contains(whole) else {
                throw Problem.invalid(
                    "bad_quantity", "it must be 0 to \(Quantity.most), with at most 6 decimals", field: place + name)
            }
            return try refusing(place + name) { () throws(BillingError) in try Quantity(whole: whole) }
        }
        guard members.contains(field), try !members.decodeNil(forKey: field) else { return nil }
        let text: String
        if let written = try? members.decode(String.self, forKey: field) {
            text = written
        } else if let number = try? members.decode(Decimal.self, forKey: field) {
            text = "\(number)"
        } else {
            throw Self.wrong(place + name, "a number with at most 6 decimals, or a text that holds one")
        }
        return try refusing(place + name) { () throws(BillingError) in try Quantity(text) }
    }

    private func refusing<Value>(_ field: String, _ read: () throws(BillingError) -> Value) throws -> Value {
        do { return try read() } catch { throw Problem.invalid(error.code, error.detail, field: field) }
    }
}
