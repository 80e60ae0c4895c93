/// Reads the envelope of an event in one pass over its bytes, a fraction of the work of a complete reader.
///
/// It knows, or it gives up: on what is malformed, and on what is unusual where it reads, such as a name that comes
/// twice. Whatever it returns, `JSONDecoder` returns as well; the rest is left to `JSONDecoder`.
struct EnvelopeScanner {
    private typealias GaveUp = JSONCursor.GaveUp

    private var cursor: JSONCursor
    private var id: String?
    private var type: String?
    private var account: String??
    private var livemode: Bool?
    private var created: Int64?
    private var apiVersion: String??
    private var hasData = false
    private var object: Object?

    /// What is read of `data.object`.
    private struct Object {
        var id: String??
        var type: String??
    }

    /// - Returns: nil when it gave up.
    static func envelope(of json: [UInt8]) -> EventEnvelope? {
        var scanner = EnvelopeScanner(cursor: JSONCursor(json))
        return try? scanner.envelope()
    }

    private mutating func envelope() throws(GaveUp) -> EventEnvelope {
        try cursor.openObject()
        var isFirst = true
        while let name = try cursor.nextMember(isFirst: &isFirst) { try readMember(name) }
        try cursor.end()
        guard let id, let type, let livemode, let created, let object else { throw GaveUp() }
        return EventEnvelope(
            id: id, type: type, account: account ?? nil, livemode: livemode, created: created,
            apiVersion: apiVersion ?? nil, objectID: object.id ?? nil, objectType: object.type ?? nil)
    }

    private mutating func readMember(_ name: Range<Int>) throws(GaveUp) {
        if cursor.isText(name, "id") {
            try Self.set(&id, cursor.string())
        } else if cursor.isText(name, "type") {
            try Self.set(&type, cursor.string())
        } else if cursor.isText(name, "account") {
            try Self.set(&account, cursor.stringOrNull())
        } else if cursor.isText(name, "livemode") {
            try Self.set(&livemode, cursor.bool())
        } else if cursor.isText(name, "created") {
            try Self.set(&created, cursor.integer())
        } else if cursor.isText(name, "api_version") {
            try Self.set(&apiVersion, cursor.stringOrNull())
        } else if cursor.isText(name, "data") {
            try readData()
        } else {
            try cursor.skipValue(levelsLeft: JSONNesting.maximumLevels - 1)
        }
    }

    private mutating func readData() throws(GaveUp) {
        guard !hasData else { throw GaveUp() }
        hasData = true
        try cursor.openObject()
        var isFirst = true
        while let name = try cursor.nextMember(isFirst: &isFirst) {
            if cursor.isText(name, "object") {
                try Self.set(&object, readObject())
            } else {
                try cursor.skipValue(levelsLeft: JSONNesting.maximumLevels - 2)
            }
        }
    }

    private mutating func readObject() throws(GaveUp) -> Object {
        var object = Object()
        try cursor.openObject()
        var isFirst = true
        while let name = try cursor.nextMember(isFirst: &isFirst) {
            if cursor.isText(name, "id") {
                try Self.set(&object.id, cursor.stringOrNull())
            } else if cursor.isText(name, "object") {
                try Self.set(&object.type, cursor.stringOrNull())
            } else {
                try cursor.skipValue(levelsLeft: JSONNesting.maximumLevels - 3)
            }
        }
        return object
    }

    /// Once: which of two counts, a complete reader decides.
    private static func set<Value>(_ field: inout Value?, _ value: Value) throws(GaveUp) {
        guard field == nil else { throw GaveUp() }
        field = .some(value)
    }
}
