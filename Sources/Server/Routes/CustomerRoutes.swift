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
            Route(.get, "/v1/customers", .account, query: Route.paging, list),
            Route(.get, "/v1/customers/{id}", .account, get),
            Route(.post, "/v1/customers/{id}", .account, update),
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
            return { tx in
                let account = try worker.account(of: call, in: tx)
                return page.answer(
                    try worker.customers.list(account: account, after: after, limit: page.fetch, in: tx)
                ) { $0.json }
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
            "payment_method": JSON(paymentMethod), "created_at": .time(createdAt),
        ]
    }
}

extension CustomerBalance {
    func json(_ customer: Customer, _ currencies: CurrencyRules) throws -> JSON {
        [
            "customer": .string(customer.id.text), "external_id": .string(customer.externalID),
            "accrued": try .money(accrued, currencies), "wallet": try .money(wallet, currencies),
            "wallet_paid": try .money(paidAhead, currencies),
            "wallet_promotional": try .money(promotional, currencies),
            "held": try .money(held, currencies), "pending": try .money(pending, currencies),
            "paid": try .money(paid, currencies),
        ]
    }
}
