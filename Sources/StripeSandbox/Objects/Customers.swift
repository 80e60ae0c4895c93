struct Customer: Shelved {
    let id: String
    let created: Int64
    let invoicePrefix: String
    var name: String?
    var email: String?
    var phone: String?
    var description: String?
    var address: JSON = .null
    var shipping: JSON = .null
    var metadata: JSONObject = [:]
    var balance: Int64 = 0
    var defaultPaymentMethod: String?
    var preferredLocales: JSON = []
    var taxExempt = "none"
    var isDeleted = false
}

extension World {
    static let customerOperations: [Operation] = [
        Operation("GET /v1/customers") { world, call in try world.listCustomers(call) },
        Operation("POST /v1/customers") { world, call in try world.createCustomer(call) },
        Operation("GET /v1/customers/{customer}") { world, call in try world.retrieveCustomer(call) },
        Operation("POST /v1/customers/{customer}") { world, call in try world.updateCustomer(call) },
        Operation("DELETE /v1/customers/{customer}") { world, call in try world.deleteCustomer(call) },
        Operation("GET /v1/customers/{customer}/payment_methods") { world, call in
            try world.listPaymentMethods(call, of: call.id("customer"))
        },
    ]

    private mutating func createCustomer(_ call: Call) throws -> JSON {
        var customer = Customer(id: makeID("cus_", 14), created: seconds, invoicePrefix: random.letters(8).uppercased())
        apply(call, to: &customer)
        self[call.account].customers.add(customer)
        emit("customer.created", of: call.account, shape(customer))
        if let method = call.text("payment_method") {
            _ = try attach(method, to: customer.id, account: call.account)
        }
        return self[call.account].customers[customer.id].map(shape) ?? .null
    }

    /// A customer made by Checkout for one who pays without having been known.
    mutating func createCustomer(email: String?, name: String?, account: String) -> String {
        var customer = Customer(id: makeID("cus_", 14), created: seconds, invoicePrefix: random.letters(8).uppercased())
        customer.email = email
        customer.name = name
        self[account].customers.add(customer)
        emit("customer.created", of: account, shape(customer))
        return customer.id
    }

    private func retrieveCustomer(_ call: Call) throws -> JSON {
        let id = call.id("customer")
        guard let customer = self[call.account].customers[id] else { throw StripeError.noSuch("customer", id) }
        return shape(customer)
    }

    /// A customer that exists and is not deleted.
    func customer(_ id: String, of account: String, parameter: String = "customer") throws -> Customer {
        guard let customer = self[account].customers[id], !customer.isDeleted else {
            throw StripeError.noSuch("customer", id, parameter: parameter, status: 400)
        }
        return customer
    }

    private func listCustomers(_ call: Call) throws -> JSON {
        let email = call.text("email")
        return try list(
            self[call.account].customers, of: "customer", at: "/v1/customers", for: call,
            where: { !$0.isDeleted && (email == nil || $0.email == email) }, as: shape)
    }

    private mutating func updateCustomer(_ call: Call) throws -> JSON {
        let id = call.id("customer")
        guard var customer = self[call.account].customers[id], !customer.isDeleted else {
            throw StripeError.noSuch("customer", id)
        }
        let before = shape(customer)
        apply(call, to: &customer)
        self[call.account].customers[id] = customer
        let after = shape(customer)
        if after != before {
            emit("customer.updated", of: call.account, after, previous: Event.difference(from: before, to: after))
        }
        return after
    }

    private mutating func deleteCustomer(_ call: Call) throws -> JSON {
        let id = call.id("customer")
        guard let customer = self[call.account].customers[id], !customer.isDeleted else {
            throw StripeError.noSuch("customer", id)
        }
        for method in self[call.account].paymentMethods.oldestFirst() where method.customer == id {
            self[call.account].paymentMethods[method.id]?.customer = nil
        }
        self[call.account].customers[id]?.isDeleted = true
        emit("customer.deleted", of: call.account, shape(customer))
        return ["id": .string(id), "object": "customer", "deleted": true]
    }

    private func apply(_ call: Call, to customer: inout Customer) {
        func text(_ name: String, _ current: String?) -> String? { call.text(name) ?? current }
        customer.name = text("name", customer.name)
        customer.email = text("email", customer.email)
        customer.phone = text("phone", customer.phone)
        customer.description = text("description", customer.description)
        customer.taxExempt = call.text("tax_exempt") ?? customer.taxExempt
        customer.balance = call.whole("balance") ?? customer.balance
        customer.metadata = Self.merge(call["metadata"], into: customer.metadata)
        if let address = call["address"] { customer.address = address == "" ? .null : address }
        if let shipping = call["shipping"] { customer.shipping = shipping == "" ? .null : shipping }
        if let locales = call["preferred_locales"] { customer.preferredLocales = locales }
        if let method = call["invoice_settings"]?["default_payment_method"]?.string {
            customer.defaultPaymentMethod = method
        }
    }

    /// Source: docs.stripe.com/api/customers/object; a deleted one shows only that it is.
    func shape(_ customer: Customer) -> JSON {
        if customer.isDeleted { return ["id": .string(customer.id), "object": "customer", "deleted": true] }
        return [
            "id": .string(customer.id),
            "object": "customer",
            "address": customer.address,
            "balance": .int(customer.balance),
            "created": .int(customer.created),
            "currency": .null,
            "default_source": .null,
            "delinquent": false,
            "description": .text(customer.description),
            "discount": .null,
            "email": .text(customer.email),
            "invoice_prefix": .string(customer.invoicePrefix),
            "invoice_settings": [
                "custom_fields": .null,
                "default_payment_method": .text(customer.defaultPaymentMethod),
                "footer": .null,
                "rendering_options": .null,
            ],
            "livemode": .bool(settings.isLive),
            "metadata": .object(customer.metadata),
            "name": .text(customer.name),
            "next_invoice_sequence": 1,
            "phone": .text(customer.phone),
            "preferred_locales": customer.preferredLocales,
            "shipping": customer.shipping,
            "tax_exempt": .string(customer.taxExempt),
            "test_clock": .null,
        ]
    }
}
