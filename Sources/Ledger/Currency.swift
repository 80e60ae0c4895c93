/// An ISO 4217 currency by its three-letter code, written in lower case as Stripe writes it.
///
/// A `Currency` is only a name; what may be charged in it (exponent, steps, minimum) is a rule of `Billing`.
public struct Currency: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let code: String

    /// - Returns: `nil` unless `code` is exactly three letters a–z; capitals are lowered.
    public init?(_ code: String) {
        let letters = code.utf8.map { $0 | 0x20 }
        guard letters.count == 3, letters.allSatisfy({ (0x61...0x7A).contains($0) }) else { return nil }
        self.code = String(decoding: letters, as: UTF8.self)
    }

    /// ISO 4217's code for what is in no currency.
    public static let none = Currency(letters: "xxx")

    private init(letters: String) { code = letters }

    public var description: String { code }

    public static func < (left: Self, right: Self) -> Bool { left.code < right.code }
}
