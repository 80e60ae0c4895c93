extension World {
    /// Refuses metadata beyond Stripe's limits wherever it stands in the parameters: 50 keys of at most 40 characters
    /// without brackets, values of at most 500 characters.
    ///
    /// Source: docs.stripe.com/metadata.
    static func checkMetadata(in parameters: JSON) throws {
        for member in parameters.object?.members ?? [] {
            if member.key == "metadata", let metadata = member.value.object {
                try checkMetadata(metadata)
            } else if let elements = member.value.array {
                for element in elements { try checkMetadata(in: element) }
            } else {
                try checkMetadata(in: member.value)
            }
        }
    }

    private static func checkMetadata(_ metadata: JSONObject) throws {
        if metadata.members.count > 50 {
            throw StripeError.badParameter("Metadata can have at most 50 keys.", "metadata")
        }
        for member in metadata.members {
            if member.key.count > 40 {
                throw StripeError.badParameter(
                    "Metadata keys can be at most 40 characters long.", "metadata[\(member.key)]")
            }
            if member.value.string?.count ?? 0 > 500 {
                throw StripeError.badParameter(
                    "Metadata values must be at most 500 characters long.", "metadata[\(member.key)]")
            }
        }
    }

    /// The metadata after an update: given keys are set, keys given as "" go, and "" for the whole clears it.
    static func merge(_ given: JSON?, into metadata: JSONObject) -> JSONObject {
        guard let given else { return metadata }
        var merged = metadata
        for member in given.object?.members ?? [] {
            merged[member.key] = member.value == "" ? nil : member.value
        }
        return given.object == nil ? [:] : merged
    }
}
