extension World {
    /// One page of a list, newest first, as docs.stripe.com/api/pagination says: `limit` 1 to 100 (10 where it is not
    /// given), `starting_after` goes to older, `ending_before` to newer ones, and `created` narrows it.
    func list<Item: Shelved>(
        _ shelf: Shelf<Item>, of noun: String, at url: String, for call: Call,
        where isListed: (Item) -> Bool = { _ in true }, as shape: (Item) -> JSON
    ) throws -> JSON {
        let limit = Int(call.whole("limit") ?? 10)
        guard (1...100).contains(limit) else {
            throw StripeError.badParameter(
                limit < 1
                    ? "This value must be greater than or equal to 1."
                    : "This value must be less than or equal to 100.",
                code: "parameter_invalid_integer", "limit")
        }
        let older = try place("starting_after", in: shelf, of: noun, for: call)
        let newer = try place("ending_before", in: shelf, of: noun, for: call)
        if older != nil, newer != nil {
            throw StripeError.badParameter(
                "You cannot use both `starting_after` and `ending_before` at the same time.", "starting_after")
        }
        let created = CreatedFilter(call["created"])
        var found: [Item] = []
        func take(_ items: some Sequence<Item>) {
            for item in items where created.admits(item.created) && isListed(item) {
                found.append(item)
                if found.count > limit { return }
            }
        }
        if let newer { take(shelf.oldestFirst(after: newer)) } else { take(shelf.newestFirst(before: older)) }
        let hasMore = found.count > limit
        found = Array(found.prefix(limit))
        if newer != nil { found.reverse() }
        return World.listShape(found.map(shape), hasMore: hasMore, url: url)
    }

    static func listShape(_ data: [JSON], hasMore: Bool, url: String) -> JSON {
        ["object": "list", "data": .array(data), "has_more": .bool(hasMore), "url": .string(url)]
    }

    private func place<Item>(
        _ parameter: String, in shelf: Shelf<Item>, of noun: String, for call: Call
    ) throws -> Int? {
        guard let id = call.text(parameter) else { return nil }
        guard let place = shelf.place(of: id) else {
            throw StripeError.noSuch(noun, id, parameter: parameter, status: 400)
        }
        return place
    }
}

/// The `created` parameter: one second, or bounds.
struct CreatedFilter {
    private let parameter: JSON?

    init(_ parameter: JSON?) { self.parameter = parameter }

    func admits(_ created: Int64) -> Bool {
        guard let parameter else { return true }
        if let exactly = parameter.int { return created == exactly }
        return parameter["gt"]?.int.map { created > $0 } ?? true
            && parameter["gte"]?.int.map { created >= $0 } ?? true
            && parameter["lt"]?.int.map { created < $0 } ?? true
            && parameter["lte"]?.int.map { created <= $0 } ?? true
    }
}
