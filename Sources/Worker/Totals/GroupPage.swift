/// One page of groups that are told apart by their values, in the order of these.
struct GroupPage {
    let groups: ArraySlice<[String]>

    /// - Parameter after: the id of the last group of the page before.
    /// - Throws: `invalid_field` when there is no such group.
    init(of groups: some Sequence<[String]>, after: String?, limit: Int) throws {
        let ordered = groups.sorted { $0.lexicographicallyPrecedes($1) }
        guard let after else {
            self.groups = ordered.prefix(limit)
            return
        }
        guard let last = ordered.firstIndex(where: { Self.id(of: $0) == after }) else {
            throw WorkerError.invalid("starting_after", "starting_after must be the id of a group of the list")
        }
        self.groups = ordered[(last + 1)...].prefix(limit)
    }

    /// Short whatever the values are.
    static func id(of values: [String]) -> String {
        let text = values.joined(separator: "\u{1F}")
        let digest = SecretDigest.of(text).prefix(16)
        return "group_" + digest.map { byte in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }.joined()
    }
}
