import Billing
import Foundation
import HTTPTypes
import Ledger
import Storage
import Worker

/// Comparing Stripe with the books: starting a run, and what it found.
struct ReconciliationRoutes {
    let worker: BillingWorker

    var routes: [Route] {
        [
            Route(.post, "/v1/reconciliations", .anyScope, start),
            Route(.get, "/v1/reconciliations", .anyScope, query: Route.paging, list),
            Route(.get, "/v1/reconciliations/latest", .anyScope, latest),
            Route(.get, "/v1/reconciliations/{id}", .anyScope, get),
            Route(.get, "/v1/reconciliations/{id}/discrepancies", .anyScope, query: Route.paging, discrepancies),
        ]
    }

    private var start: Work {
        .writes { [worker] call in
            let scope = try call.decoded(NewReconciliationInput.self).scope
            return { tx in
                let record = try worker.reconciliation.start(account: call.account, scope: scope, in: tx)
                let result = try worker.reconciliation.get(record.id, account: call.account, in: tx)
                return .json(try result.json(worker.context.currencies), status: 201)
            }
        }
    }

    private var list: Work {
        .reads { [worker] call in
            let page = try Paging(call.query)
            let after = try page.after(ReconciliationRecord.self)
            return { tx in
                let runs = try worker.reconciliation.list(
                    account: call.account, after: after, limit: page.fetch, in: tx)
                return try page.answer(runs) { try $0.json(worker.context.currencies) }
            }
        }
    }

    private var latest: Work {
        .reads { [worker] call in
            { tx in
                guard let result = try worker.reconciliation.latest(account: call.account, in: tx) else {
                    throw Problem.unknown("reconciliation")
                }
                return .json(try result.json(worker.context.currencies))
            }
        }
    }

    private var get: Work {
        .reads { [worker] call in
            let id = try call.id("id", ReconciliationRecord.self, orElse: .unknown("reconciliation"))
            return { tx in
                .json(
                    try worker.reconciliation.get(id, account: call.account, in: tx).json(worker.context.currencies))
            }
        }
    }

    private var discrepancies: Work {
        .reads { [worker] call in
            let id = try call.id("id", ReconciliationRecord.self, orElse: .unknown("reconciliation"))
            let page = try Paging(call.query)
            let after = try page.after(Discrepancy.self)
            return { tx in
                _ = try worker.reconciliation.get(id, account: call.account, in: tx)
                let found = try worker.reconciliation.discrepancies(
                    of: id, account: call.account, after: after, limit: page.fetch, in: tx)
                return page.answer(found) { $0.json }
            }
        }
    }
}

/// The body of `POST /v1/reconciliations`.
struct NewReconciliationInput: Decodable {
    let scope: ReconciliationRecord.Scope

    init(from decoder: any Decoder) throws {
        scope = try Fields(decoder, ["scope"]).choice("scope", ReconciliationRecord.Scope.self) ?? .full
    }
}

extension ReconciliationResult {
    func json(_ currencies: CurrencyRules) throws -> JSON {
        [
            "id": .string(record.id.text), "account": JSON(account?.text),
            "of_all_accounts": .bool(record.account == nil), "scope": .string(record.scope.rawValue),
            "status": .string(status.rawValue), "started_at": .time(record.startedAt),
            "finished_at": .time(record.finishedAt),
            "unexplained_micros": JSON(unexplainedMicros), "unexplained_rows": .integer(summary.discrepancies),
            "legs": .array(legs.map(\.json)),
            "compared_through": ["time": .time(record.startedAt), "entry": JSON(summary.throughEntry)],
            "not_compared": .array(notCompared.map(\.json)), "found_since": .integer(foundSince),
            "summary": [
                "accounts": .integer(summary.accounts), "not_checked": .integer(summary.notChecked),
                "events_found": ofRun(summary.eventsFound), "healed": ofRun(summary.healed),
                "balance_transactions": ofRun(summary.balanceTransactions),
                "discrepancies": .integer(summary.discrepancies), "book_rows": ofRun(summary.bookRows),
            ],
            "unexplained": .array(unexplained.map { .micros($0) }),
            "not_checked": .array(
                notChecked.map { account in
                    [
                        "account": .string(account.account.text), "reason": .string(account.reason),
                        "detail": .string(account.detail),
                    ]
                }),
        ]
    }

    /// What is counted for a run as a whole, and not for each account.
    private func ofRun(_ number: Int64) -> JSON { isPart ? .null : .integer(number) }
}

extension ReconciliationLeg {
    var json: JSON {
        [
            "leg": .string(name.rawValue), "items": .integer(items),
            "amount": ["micros": .whole(micros), "currency": .string(currency.code)],
        ]
    }
}

extension ReconciliationResult.NotCompared {
    var json: JSON { ["what": .string(what.rawValue), "items": JSON(items), "since": .time(since)] }
}

extension Discrepancy {
    var json: JSON {
        [
            "id": .string(id.text), "account": .string(account.text), "leg": .string(kind.leg.rawValue),
            "kind": .string(kind.rawValue), "object": .string(object), "reference": JSON(rows.reference),
            "event": JSON(rows.event?.text), "entry": JSON(rows.entry),
            "balance_transaction": JSON(rows.balanceTransaction), "expected_micros": JSON(rows.expectedMicros),
            "found_micros": JSON(rows.foundMicros), "difference": .micros(amount), "detail": .string(detail),
            "remedy": .string(kind.remedy), "found_at": .time(foundAt),
        ]
    }
}
