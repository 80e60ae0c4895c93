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
            Route(.get, "/v1/ledger/journal", .anyScope, query: Route.paging, journal),
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
            guard let after = Int64(page.startingAfter ?? "0"), after >= 0 else {
                throw Fields.wrong("starting_after", "the sequence number of an entry")
            }
            return { tx in
                let entries = try worker.books.journal(book: call.account, after: after, limit: page.fetch, in: tx)
                return page.answer(entries) { $0.json }
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
