/// What one merchant has, of every kind that a path can name.
public struct Holdings: Sendable, Hashable {
    /// Ids by the word that a path has before them: `customers`, `charges`, `plans` …
    public var things: [String: String]
    /// The id of the merchant's own key.
    public var keyID: String

    public init(things: [String: String], keyID: String) {
        self.things = things
        self.keyID = keyID
    }

    /// The path of a route with these things in the places of its parameters.
    /// - Returns: `nil` where the merchant has no such thing.
    public func path(of route: RouteLine) -> String? {
        var path = route.path.replacing("{key}", with: keyID)
        let words = route.path.split(separator: "/").map(String.init)
        for (place, word) in words.enumerated() where word.hasPrefix("{") && word != "{key}" {
            guard let thing = things[Self.kind(word, words, place)] else { return nil }
            path = path.replacing(word, with: thing)
        }
        return path
    }

    /// The same kinds of things, which nobody has: the last letters of each id are others.
    public var unknown: Holdings {
        func unknown(_ id: String) -> String { String(id.dropLast(6)) + "zzzzzz" }
        return Holdings(things: things.mapValues(unknown), keyID: unknown(keyID))
    }

    private static func kind(_ parameter: String, _ words: [String], _ place: Int) -> String {
        switch parameter {
        case "{charge_id}": "charges"
        case "{customer_id}": "customers"
        default: words[0] == "connect" ? "accounts" : words[place - 1]
        }
    }
}
