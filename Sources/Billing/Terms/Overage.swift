/// What becomes of a request that is above a limit.
public enum Overage: String, CaseIterable, Sendable {
    case block, throttle
    /// It is let through and told of.
    case alert
}

/// From which part of a limit on something happens.
public struct GraceBand: Hashable, Sendable {
    public enum Action: String, CaseIterable, Sendable {
        /// Let through and told of, once the percentage is reached.
        case notify
        /// Let through after a wait, once the percentage is exceeded.
        case throttle
        /// Refused, when it would exceed the percentage.
        case block
    }

    /// Of the limit.
    public let atPercent: Int64
    public let action: Action

    public static let highestPercent: Int64 = 1000
    static let most = 20

    public init(atPercent: Int64, action: Action) {
        self.atPercent = atPercent
        self.action = action
    }

    /// The bands that hold: notify at 90 % where none were given, and what happens above the limit at 100 % where
    /// none of those given is at 100 % or above.
    public static func inForce(_ bands: [GraceBand]?, overage: Overage) -> [GraceBand] {
        let given = bands ?? [GraceBand(atPercent: 90, action: .notify)]
        guard given.allSatisfy({ $0.atPercent < 100 }) else { return given }
        return given + [GraceBand(atPercent: 100, action: Action(overage))]
    }

    static func fault(in bands: [GraceBand], at path: String) -> TermsFault? {
        guard bands.count <= most else { return TermsFault(path, "give at most \(most) bands") }
        for (place, band) in bands.enumerated() {
            let field = "\(path).\(place).at_percent"
            guard (0...highestPercent).contains(band.atPercent) else {
                return TermsFault(field, "it is from 0 to \(highestPercent)")
            }
            guard place == 0 || bands[place - 1].atPercent < band.atPercent else {
                return TermsFault(field, "bands rise, each above the one before")
            }
        }
        if let block = bands.firstIndex(where: { $0.action == .block }), block < bands.count - 1 {
            return TermsFault("\(path).\(block + 1).action", "nothing comes after the band that blocks")
        }
        return nil
    }
}

extension GraceBand.Action {
    /// What a band at 100 % does.
    public init(_ overage: Overage) {
        self =
            switch overage {
            case .block: .block
            case .throttle: .throttle
            case .alert: .notify
            }
    }
}

extension Overage: Codable {
    public init(from decoder: any Decoder) throws { self = try decoder.word(Self.self) }
}

extension GraceBand.Action: Codable {
    public init(from decoder: any Decoder) throws { self = try decoder.word(Self.self) }
}

extension GraceBand: Codable {
    enum CodingKeys: String, CodingKey, CaseIterable { case atPercent = "at_percent", action }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.knownFields(CodingKeys.self)
        atPercent = try container.wholeNumber(forKey: .atPercent)
        action = try container.decode(Action.self, forKey: .action)
    }
}
