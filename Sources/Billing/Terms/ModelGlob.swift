/// Which models may be used, as people write it: `gpt-5*`, `anthropic/*`, `claude-?-haiku`. A star stands for any
/// text, a question mark for one character, all else for itself.
public struct ModelGlob: Hashable, Sendable, CustomStringConvertible {
    public let text: String

    public static let longest = 200
    /// How many a plan or a key may list.
    public static let most = 100
    /// And how many characters they may have together.
    public static let mostCharacters = 4_000

    /// - Returns: `nil` unless it is 1 to 200 characters without blanks, and none of the signs that other globs know
    ///   and this one does not.
    public init?(_ text: String) {
        guard (1...Self.longest).contains(text.unicodeScalars.count), text.unicodeScalars.allSatisfy(Self.isFit)
        else { return nil }
        self.text = text
    }

    private static func isFit(_ scalar: Unicode.Scalar) -> Bool {
        !scalar.properties.isWhitespace && scalar.properties.generalCategory != .control
            && !"[]{}\\,!".unicodeScalars.contains(scalar)
    }

    public var description: String { text }

    /// Whether a name fits. Takes time that grows with the product of both lengths at most.
    public func matches(_ name: String) -> Bool { matches(Array(name.unicodeScalars)) }

    func matches(_ name: [Unicode.Scalar]) -> Bool {
        let glob = Array(text.unicodeScalars)
        var (inGlob, inName) = (0, 0)
        var lastStar: (inGlob: Int, inName: Int)?
        while inName < name.count {
            if inGlob < glob.count, glob[inGlob] == "*" {
                lastStar = (inGlob, inName)
                inGlob += 1
            } else if inGlob < glob.count, glob[inGlob] == "?" || glob[inGlob] == name[inName] {
                inGlob += 1
                inName += 1
            } else if let star = lastStar {
                // The last star takes one character more.
                lastStar = (star.inGlob, star.inName + 1)
                (inGlob, inName) = (star.inGlob + 1, star.inName + 1)
            } else {
                return false
            }
        }
        return glob[inGlob...].allSatisfy { $0 == "*" }
    }
}

/// A list of globs; what is not on it may not be used.
public struct AllowedModels: Hashable, Sendable {
    public let globs: [ModelGlob]

    public init(_ globs: [ModelGlob]) { self.globs = globs }

    /// Whether a model may be used, by its name or as `provider/model`. A request that names no model may not.
    public func allows(model: String?, provider: String? = nil) -> Bool {
        guard let model else { return false }
        let names = ([model] + (provider.map { ["\($0)/\(model)"] } ?? [])).map { Array($0.unicodeScalars) }
        return globs.contains { glob in names.contains(where: glob.matches) }
    }

    /// Whether they are so long together that asking of a model takes time.
    public var isTooLong: Bool { globs.reduce(0) { $0 + $1.text.unicodeScalars.count } > ModelGlob.mostCharacters }

    func fault(at path: String) -> TermsFault? {
        guard (1...ModelGlob.most).contains(globs.count) else {
            return TermsFault(path, "name 1 to \(ModelGlob.most) models, as in gpt-5*; leave it out to allow all")
        }
        guard !isTooLong else {
            return TermsFault(path, "the names together have at most \(ModelGlob.mostCharacters) characters; use fewer")
        }
        return nil
    }
}

extension AllowedModels: Codable {
    public init(from decoder: any Decoder) throws {
        var list = try decoder.unkeyedContainer()
        var globs: [ModelGlob] = []
        while !list.isAtEnd {
            let path = list.codingPath + [ListPlace(list.currentIndex)]
            guard let glob = ModelGlob(try list.decode(String.self)) else {
                throw DecodingError.dataCorrupted(
                    .init(
                        codingPath: path,
                        debugDescription:
                            "write a model's name of 1 to \(ModelGlob.longest) characters, with * for any text and ? "
                            + "for one character"))
            }
            globs.append(glob)
        }
        self.globs = globs
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(globs.map(\.text))
    }
}

/// A place in a JSON list.
private struct ListPlace: CodingKey {
    let place: Int
    var intValue: Int? { place }
    var stringValue: String { String(place) }

    init(_ place: Int) { self.place = place }
    init?(stringValue: String) { nil }
    init?(intValue: Int) { place = intValue }
}
