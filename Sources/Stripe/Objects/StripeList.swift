/// A page of a list: `{"object": "list", "data": […], "has_more": …}`.
public struct StripeList<Element: Sendable>: Sendable {
    public let data: [Element]
    public let hasMore: Bool

    enum CodingKeys: String, CodingKey {
        case data
        case hasMore = "has_more"
    }
}

extension StripeList: Decodable where Element: Decodable {}

extension StripeList where Element: StripeObject {
    /// Where the next, older page begins; nil when this is the last.
    public var next: ListCursor? {
        hasMore ? data.last.map { .after($0.id) } : nil
    }
}
