/// How an account follows a charge that was not paid, as it is stored and as the API writes it. What is `nil` was not
/// said.
public struct DunningTerms: Hashable, Sendable {
    /// What becomes of a charge that was given up.
    public enum AtEnd: String, Codable, CaseIterable, Sendable {
        /// It stays failed; the customer can still finish it by the link.
        case leave
        /// The customer is blocked until the charge is paid or somebody unblocks them.
        case block
        /// The PaymentIntent is canceled, and the amount is owed as before.
        case cancel
    }

    /// After how many days each further try comes, counted from the failure before it. An empty list tries nothing by
    /// itself.
    public var retryDays: [Int64]?
    /// How long a customer who has to do something is waited for, in days from the first failure.
    public var giveUpDays: Int64?
    public var atEnd: AtEnd?

    public static let usualRetryDays: [Int64] = [1, 3, 5, 7]
    public static let usualGiveUpDays: Int64 = 30
    static let mostGiveUpDays: Int64 = 365

    public init(retryDays: [Int64]? = nil, giveUpDays: Int64? = nil, atEnd: AtEnd? = nil) {
        self.retryDays = retryDays
        self.giveUpDays = giveUpDays
        self.atEnd = atEnd
    }

    public var retryDaysInForce: [Int64] { retryDays ?? Self.usualRetryDays }
    public var giveUpDaysInForce: Int64 { giveUpDays ?? Self.usualGiveUpDays }
    public var atEndInForce: AtEnd { atEnd ?? .leave }

    /// The first thing that cannot hold.
    func fault(at path: String) -> TermsFault? {
        let (days, end) = (retryDaysInForce, giveUpDaysInForce)
        let most = DunningRule.mostAttempts - 1
        guard days.count <= most, days.allSatisfy({ (1...DunningRule.windowDays).contains($0) }) else {
            return TermsFault(
                "\(path).retry_days", "give at most \(most) numbers of days, each from 1 to \(DunningRule.windowDays)")
        }
        guard (1...Self.mostGiveUpDays).contains(end) else {
            return TermsFault("\(path).give_up_days", "it is from 1 to \(Self.mostGiveUpDays) days")
        }
        guard days.reduce(0, +) <= end else {
            return TermsFault(
                "\(path).give_up_days", "it is at least the sum of retry_days, or the last tries would never come")
        }
        return nil
    }
}

extension DunningTerms: Codable {
    enum CodingKeys: String, CodingKey, CaseIterable {
        case retryDays = "retry_days", giveUpDays = "give_up_days", atEnd = "at_end"
    }

    public init(from decoder: any Decoder) throws {
        let fields = try decoder.knownFields(CodingKeys.self)
        self.init(
            retryDays: try fields.decodeIfPresent([Int64].self, forKey: .retryDays),
            giveUpDays: try fields.wholeNumberIfPresent(forKey: .giveUpDays),
            atEnd: try fields.wordIfPresent(AtEnd.self, forKey: .atEnd))
    }
}
