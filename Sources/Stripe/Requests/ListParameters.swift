/// Where a page of a list begins; Stripe lists the newest first.
public enum ListCursor: Sendable, Hashable {
    case start
    /// Objects older than this one.
    case after(String)
    /// Objects newer than this one.
    case before(String)
}

/// A range of creation times, in seconds since 1970; nil is an open end.
public struct CreatedRange: Sendable, Hashable {
    public var from: Int64?
    public var after: Int64?
    public var through: Int64?
    public var before: Int64?

    /// - Parameters: `from` and `through` are inclusive, `after` and `before` exclusive.
    public init(from: Int64? = nil, after: Int64? = nil, through: Int64? = nil, before: Int64? = nil) {
        self.from = from
        self.after = after
        self.through = through
        self.before = before
    }

    var form: FormParameters {
        var form = FormParameters()
        form.set("gte", from)
        form.set("gt", after)
        form.set("lte", through)
        form.set("lt", before)
        return form
    }
}

extension FormParameters {
    /// - Parameter limit: 1 to 100; nil leaves Stripe's default of 10.
    mutating func setPage(cursor: ListCursor, limit: Int?) {
        set("limit", limit.map(Int64.init))
        switch cursor {
        case .start: break
        case .after(let id): set("starting_after", id)
        case .before(let id): set("ending_before", id)
        }
    }
}
