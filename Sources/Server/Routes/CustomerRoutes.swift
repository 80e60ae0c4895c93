import Billing
import HTTPTypes
import Storage
import Worker

/// A merchant's customers and what each owes and has. A customer is named by our id or by the merchant's external id.
struct CustomerRoutes {
    let worker: BillingWorker

    var routes: [Route] {
        [
            Route(.post, "/v1/customers", .account, create),
            Route(.get, "/v1/customers", .account, query: Route.paging.union(Self.filters), list),
            Route(.get, "/v1/customers/export", .account, query: Self.filters.union(["format"]), export),
            Route(.get, "/v1/customers/{id}", .account, get),
            Route(.post, "/v1/customers/{id}", .account, update),
            Route(.post, "/v1/customers/{id}/block", .account, block),
            Route(.post, "/v1/customers/{id}/unblock", .account, unblock),
            Route(.get, "/v1/customers/{id}/balance", .customer, balance),
        ]
    }

    private var create: Work {
        .writes { [worker] call in
            let new = try call.decoded(NewCustomerInput.self).customer
            return { tx in
                let account = try worker.account(of: call, in: tx)
                return .json(
                    try worker.customers.create(new, account: account, by: call.actor, in: tx).json, status: 201)
            }
        }
    }

    private var list: Work {
        .reads { [worker] call in
            let page = try Paging(call.query)
            let after = try page.after(Customer.self)
            let search = try Self.search(call)
            return { tx in
                let account = try worker.account(of: call, in: tx)
                return page.answer(
                    try worker.customers.list(search, account: account, after: after, limit: page.fetch, in: tx)
                ) { $0.json }
            }
        }
    }

    private var export: Work {
        .streams { [worker] call in
            Exports(worker: worker).customers(
                try Self.search(call), of: try call.tenant, as: try ExportFormat.named(call.query["format"]))
        }
    }

    private static let filters: Set<String> = ["search", "status", "plan", "organization"]

    private static func search(_ call: Call) throws -> CustomerSearch {
        for (name, text) in call.query where filters.contains(name) && !(1...200).contains(text.utf8.count) {
            throw Fields.wrong(name, "1 to 200 bytes long")
        }
        return CustomerSearch(
            text: call.query["search"], status: try Fields.choice(call.query["status"], "status"),
            plan: call.query["plan"], organization: call.query["organization"])
    }

    private var block: Work {
        .writes { [worker] call in
            let reason = try call.decoded(BlockInput.self).reason
            return { tx in
                let account = try worker.account(of: call, in: tx)
                return .json(
                    try worker.customers.block(
                        call.parameter("id"), reason: reason, account: account, by: call.actor, in: tx
                    ).json)
            }
        }
    }

    private var unblock: Work {
        .writes { [worker] call in
            _ = try call.decoded(NoFields.self)
            return { tx in
                let account = try worker.account(of: call, in: tx)
                return .json(
                    try worker.customers.unblock(call.parameter("id"), account: account, by: call.actor, in: tx).json)
            }
        }
    }

    private var get: Work {
        .reads { [worker] call in
            { tx in
                let account = try worker.account(of: call, in: tx)
                return .json(try worker.customers.get(call.parameter("id"), account: account, in: tx).json)
            }
        }
    }

    private var update: Work {
        .writes { [worker] call in
            let details = try call.decoded(CustomerDetailsInput.self).details
            return { tx in
                let account = try worker.account(of: call, in: tx)
                let customer = try worker.customers.update(
                    call.parameter("id"), details, account: account, by: call.actor, in: tx)
                return .json(customer.json)
            }
        }
    }

    private var balance: Work {
        .reads { [worker] call in
            { tx in
                let account = try worker.account(of: call, in: tx)
                let customer = try worker.customer(call.parameter("id"), of: call, account: account, in: tx)
                let balance = try worker.customers.balance(of: customer, account: account, in: tx)
                return .json(try balance.json(customer, worker.context.currencies))
            }
        }
    }
}

extension Customer {
    var json: JSON {
        [
            "id": .string(id.text), "account": .string(account.text), "external_id": .string(externalID),
            "name": JSON(name), "email": JSON(email), "metadata": JSON(metadata),
            "stripe_customer": JSON(stripeCustomer),
            "payment_method": JSON(paymentMethod), "plan": JSON(plan?.text), "status": .string(status.rawValue),
            "blocked_reason": JSON(blockedReason), "blocked_at": .time(blockedAt), "time_zone": JSON(timeZone),
            "prepaid": prepaid.map(JSON.bool) ?? .null, "organization": JSON(organization),
            "created_at": .time(createdAt),
        ]
    }

    static var exportShape: Export<Customer>.Shape {
        .picking(
            [
                "id", "external_id", "name", "email", "status", "blocked_reason", "plan", "organization", "time_zone",
                "prepaid", "stripe_customer", "payment_method", "metadata", "created_at",
            ]
        ) { $0.json }
    }
}

extension CustomerBalance {
    func json(_ customer: Customer, _ currencies: CurrencyRules) throws -> JSON {
        [
            "customer": .string(customer.id.text), "external_id": .string(customer.externalID),
            "accrued": try .money(accrued, currencies), "receivable": try .money(receivable, currencies),
            "wallet": try .money(wallet, currencies),
            "wallet_paid": try .money(paidAhead, currencies),
            "wallet_promotional": try .money(promotional, currencies),
            "frozen": try .money(frozen, currencies), "held": try .money(held, currencies),
            "available": try available.map { try .money($0, currencies) } ?? .null,
            "pending": try .money(pending, currencies),
            "paid": try .money(paid, currencies),
        ]
    }
}
