import Billing
import Foundation
import HTTPTypes
import Ledger
import Storage
import Worker

/// The books, as they stand and as they came to be.
struct LedgerRoutes {
    let worker: BillingWorker

    var routes: [Route] {
        [
            Route(.get, "/v1/ledger/balances", .anyScope, balances),
            Route(.get, "/v1/ledger/journal", .anyScope, query: Route.paging.union(["customer"]), journal),
        ]
    }

    /// The trial balance. Each currency of each book adds up to zero.
    private var balances: Work {
        .reads { [worker] call in
            { tx in
                let lines = try worker.books.balances(book: call.account, in: tx)
                return .json(["data": .array(lines.map(\.json)), "has_more": false])
            }
        }
    }

    /// Entries in the order of posting; `starting_after` is the sequence number of one.
    private var journal: Work {
        .reads { [worker] call in
            let page = try Paging(call.query)
            let after = try page.afterEntry()
            let customer = call.query["customer"]
            if customer != nil { _ = try call.tenant }
            return { tx in
                guard let customer else {
                    return page.answer(
                        try worker.books.journal(book: call.account, after: after, limit: page.fetch, in: tx)
                    ) { $0.json }
                }
                let account = try worker.account(of: call, in: tx)
                let named = try worker.customer(customer, of: call, account: account, in: tx)
                return page.answer(
                    try worker.books.journal(of: named, after: after, limit: page.fetch, in: tx)
                ) { $0.json }
            }
        }
    }
}

extension BookBalance {
    var json: JSON {
        [
            "account": .string(book), "kind": .string(kind.rawValue), "class": .string(kind.class.rawValue),
            "accounts": .integer(accounts), "balance": .micros(balance),
        ]
    }
}

extension StoredEntry {
    var json: JSON {
        [
            "sequence": .integer(sequence), "account": .string(book), "reference": .string(reference),
            "posted_at": .time(postedAt), "narration": .string(narration),
            "postings": .array(
                postings.map { posting in
                    [
                        "kind": .string(posting.kind),
                        "customer": JSON(posting.customer.isEmpty ? nil : posting.customer),
                        "micros": .integer(posting.micros), "currency": .string(posting.currency),
                    ]
                }),
        ]
    }
}
