import Billing
import HTTPTypes
import Ledger
import Storage
import Worker

/// Who changed which setting. An account's key reads what was changed of the account; the platform's key reads all.
struct AuditRoutes {
    let worker: BillingWorker

    private static let filters: Set<String> = ["object", "object_id", "actor", "from", "to"]

    var routes: [Route] {
        [
            Route(.get, "/v1/audit_log", .anyScope, query: Route.paging.union(Self.filters), list),
            Route(.get, "/v1/audit_log/export", .anyScope, query: Self.filters.union(["format"]), export),
        ]
    }

    private var export: Work {
        .streams { [worker] call in
            Exports(worker: worker).auditLog(
                try Self.filter(call), as: try ExportFormat.named(call.query["format"]))
        }
    }

    private var list: Work {
        .reads { [worker] call in
            let page = try Paging(call.query)
            let after = try page.after(AuditEntry.self)
            let filter = try Self.filter(call)
            return { tx in
                page.answer(try worker.auditLog.list(filter, after: after, limit: page.fetch, in: tx)) { $0.json }
            }
        }
    }

    private static func filter(_ call: Call) throws -> AuditFilter {
        AuditFilter(
            account: call.account, object: call.query["object"], objectID: call.query["object_id"],
            actor: call.query["actor"], from: try Fields.instant(call.query["from"], "from"),
            to: try Fields.instant(call.query["to"], "to"))
    }
}

extension AuditEntry {
    static var exportShape: Export<AuditEntry>.Shape {
        .init(
            columns: ["id", "at", "account", "actor", "action", "object", "object_id", "field", "from", "to"],
            lines: { entry in
                let what: [JSON] = [
                    .string(entry.id.text), .time(entry.at), JSON(entry.account?.text), .string(entry.actor),
                    .string(entry.action), .string(entry.object), .string(entry.objectID),
                ]
                let changes = entry.changes.map { [.string($0.field), JSON($0.from), JSON($0.to)] }
                return (changes.isEmpty ? [[.null, .null, .null]] : changes).map { what + $0 }
            }, json: { $0.json })
    }

    var json: JSON {
        [
            "id": .string(id.text), "at": .time(at), "account": JSON(account?.text), "actor": .string(actor),
            "action": .string(action), "object": .string(object), "object_id": .string(objectID),
            "changes": .array(
                changes.map { ["field": .string($0.field), "from": JSON($0.from), "to": JSON($0.to)] }),
        ]
    }
}
