import Billing
import HTTPTypes
import Ledger
import NIOCore
import Storage
import Worker

/// Whose key came with a request.
enum Caller: Sendable, Hashable {
    case nobody
    case platform
    case account(ConnectedAccount.ID)
    case customer(ConnectedAccount.ID, Customer.ID)

    init(_ scope: ApiKey.Scope) {
        self =
            switch scope {
            case .platform: .platform
            case .account(let id): .account(id)
            case .customer(let account, let id): .customer(account, id)
            }
    }
}

/// A request on its way to a route, with everything checked that does not depend on the route.
struct Call: Sendable {
    let requestID: String
    let path: String
    let parameters: [String: String]
    let query: [String: String]
    let headers: HTTPFields
    var body = ByteBuffer()
    /// What the body is; JSON where there is none.
    var media = MediaKind.json
    var caller = Caller.nobody
    /// The key that came with the request.
    var keyID: ApiKey.ID?
    /// The account that the call is about; nil where a platform's call is about all of them, or none.
    var account: ConnectedAccount.ID?
    let peer: Peer

    /// Who answers for what the call changes.
    var actor: Actor { keyID.map(Actor.key) ?? .page }

    /// The account of a route that always has one.
    var tenant: ConnectedAccount.ID {
        get throws {
            guard let account else { throw Problem.accountHeaderMissing }
            return account
        }
    }

    /// The customer whose key it is, and whom alone the call may be about; nil when the caller may speak of any.
    var customerBound: Customer.ID? {
        guard case .customer(_, let customer) = caller else { return nil }
        return customer
    }

    /// The key that came with the request, if it is a customer's.
    var customersKey: ApiKey.ID? { customerBound == nil ? nil : keyID }

    /// What the caller may see of an answer. What the merchant pays, and earns with it, is no customer's business.
    func shows(_ answer: JSON) -> JSON { customerBound == nil ? answer : answer.forCustomers }

    /// A part of the path that the route names.
    func parameter(_ name: String) -> String { parameters[name] ?? "" }

    /// An id in the path. One that cannot be an id is as unknown as one that nothing has.
    func id<Entity>(_ name: String, _: Entity.Type, orElse problem: Problem) throws -> Identifier<Entity> {
        guard let id = Identifier<Entity>(parameter(name)) else { throw problem }
        return id
    }

    func decoded<Input: Decodable>(_ type: Input.Type) throws -> Input {
        do {
            let written = try written()
            if let field = written.repeatedField { throw Problem.repeated(field) }
            return try type.init(from: WrittenDecoder(written))
        } catch let problem as Problem {
            throw problem
        } catch let fault as DecodingError {
            throw Self.problem(of: fault)
        } catch {
            throw Problem.notJSON
        }
    }

    /// The body as it was written; an empty one counts as `{}`.
    func written() throws -> WrittenJSON {
        body.readableBytes == 0 ? .object([]) : try WrittenJSON(Array(body.readableBytesView))
    }

    /// What makes it another request: the body, what it is read as, and what a header adds to it.
    var meaning: [UInt8] {
        let body = Array(body.readableBytesView)
        guard media != .json else { return body }
        let attributes = headers.filter { $0.name.canonicalName.hasPrefix(CloudEvent.headerPrefix) }
            .map { "\n\($0.name.canonicalName): \($0.value)" }.sorted().joined()
        return body + Array("\n\(media)\(attributes)".utf8)
    }

    private static func problem(of fault: DecodingError) -> Problem {
        let isType: Bool
        let context: DecodingError.Context
        switch fault {
        case .typeMismatch(_, let found), .valueNotFound(_, let found), .keyNotFound(_, let found):
            (isType, context) = (true, found)
        // At the top it is the text itself that is no JSON.
        case .dataCorrupted(let found) where !found.codingPath.isEmpty: (isType, context) = (false, found)
        default: return .notJSON
        }
        let field = context.codingPath.map(\.stringValue).joined(separator: ".")
        return .invalid(
            "invalid_body", isType ? "the body is of another type than the route takes" : context.debugDescription,
            field: field.isEmpty ? nil : field)
    }
}

extension Problem {
    static let accountHeaderMissing = Problem.invalid(
        "account_header_missing", "with the platform's key, say which account: Bursar-Account: bacc_…",
        field: "Bursar-Account")
    static let platformOnly = Problem(
        403, "platform_key_required", "The key's scope is too small", detail: "only the platform's key can do this")

    static let accountOnly = Problem(
        403, "account_key_required", "The key's scope is too small",
        detail: "this is a customer's key; it may see its own balance and usage, and authorize")

    static let boundedKey = Problem(
        403, "key_bounded", "The key's scope is too small",
        detail: "this key has a cap or models of its own, so it may look, report usage, and authorize; for everything "
            + "else, its own bounds included, use a key of the account without bounds")

    /// Unknown and foreign look the same, and like what the worker says of a thing that it does not find.
    static func unknown(_ noun: String) -> Problem { Problem(WorkerError.notFound(noun)) }
}
