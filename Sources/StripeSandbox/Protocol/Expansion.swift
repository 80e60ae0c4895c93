extension World {
    /// The answer with the ids named by `expand[]` replaced by their objects, four levels deep at most.
    ///
    /// Source: docs.stripe.com/expand.
    func expand(_ answer: JSON, _ paths: [String], for account: String) throws -> JSON {
        var expanded = answer
        for path in paths {
            let steps = path.split(separator: ".").map(String.init)
            guard steps.count <= (steps.first == "data" ? 5 : 4) else {
                throw StripeError.badParameter(
                    "You cannot expand more than 4 levels of a property (\(path)).", "expand")
            }
            guard let one = expand(expanded, steps[...], for: account) else {
                throw StripeError.badParameter("This property cannot be expanded (\(path)).", "expand")
            }
            expanded = one
        }
        return expanded
    }

    /// Nil where the path leads to something that has no object of its own.
    private func expand(_ value: JSON, _ path: ArraySlice<String>, for account: String) -> JSON? {
        switch value {
        case .null: return value
        case .array(let elements):
            let expanded = elements.compactMap { expand($0, path, for: account) }
            return expanded.count == elements.count ? .array(expanded) : nil
        case .string(let id):
            guard let object = object(id, for: account) else { return nil }
            return expand(object, path, for: account)
        case .object(var object):
            guard let first = path.first else { return value }
            // A refund has this member only once it has failed, and it can be asked for all the same.
            if object["object"] == "refund", first == "failure_balance_transaction", object[first] == nil {
                return value
            }
            guard let member = object[first] ?? included(first, in: object, of: account) else { return nil }
            guard let expanded = expand(member, path.dropFirst(), for: account) else { return nil }
            object[first] = expanded
            return .object(object)
        default: return path.isEmpty ? nil : value
        }
    }

    /// Members that are there only when they are asked for.
    private func included(_ name: String, in object: JSONObject, of account: String) -> JSON? {
        guard object["object"] == "checkout.session", name == "line_items",
            let session = object["id"]?.string.flatMap({ self[account].sessions[$0] })
        else { return nil }
        return lineItems(of: session)
    }

    /// The object with that id in an account's books, found by the prefix of the id.
    private func object(_ id: String, for account: String) -> JSON? {
        let books = self[account]
        return switch id.prefix(while: { $0 != "_" }) {
        case "acct": accounts[id].map(shape)
        case "ca": application
        case "ch", "py": books.charges[id].map { shape($0, of: account) }
        case "cs": books.sessions[id].map { shape($0, of: account) }
        case "cus": books.customers[id].map(shape)
        case "du": books.disputes[id].map(shape)
        case "fee": self[platform].fees[id].map(shape)
        case "fr": feeRefund(id)
        case "pi": books.intents[id].map { shape($0, of: account) }
        case "pm": books.paymentMethods[id].map(shape)
        case "po": books.payouts[id].map(shape)
        case "pyr", "re": books.refunds[id].map(shape)
        case "txn": (books.transactions[id] ?? self[platform].transactions[id]).map(shape)
        default: nil
        }
    }
}
