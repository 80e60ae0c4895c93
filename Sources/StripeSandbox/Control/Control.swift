extension World {
    /// The sandbox's own calls, which no Stripe has: what tests and demos command. They need no key.
    mutating func answerControl(_ request: SandboxRequest) -> SandboxAnswer {
        let isWrite = request.method == "POST"
        let form = Form(isWrite ? String(decoding: request.body, as: UTF8.self) : request.query)
        do {
            guard let (operation, path) = Operation.find(in: Self.controls, request.method, request.path) else {
                throw StripeError(
                    status: 404, type: "sandbox_error", code: nil,
                    message: "The sandbox has no such control call; GET /_sandbox lists them.", parameter: nil)
            }
            let parameters = try ParameterCheck.read(
                form.root, as: ParameterTable.control.operations[operation.name] ?? [:])
            return .json(200, try operation.work(&self, Call(account: platform, path: path, parameters: parameters)))
        } catch let error as StripeError {
            return .json(error.status, error.json)
        } catch {
            return .json(500, StripeError.internalFault.json)
        }
    }

    private static let controls =
        faultControls + deliveryControls + accountControls + paymentControls + [
            Operation("GET /_sandbox") { world, _ in
                [
                    "base_url": .string(world.settings.baseURL), "platform_account": .string(world.platform),
                    "client_id": .string(world.settings.clientID), "livemode": .bool(world.settings.isLive),
                    "api_version": .string(World.apiVersion),
                    "calls": .texts(ParameterTable.control.operations.keys.sorted()),
                ]
            },
            Operation("GET /_sandbox/requests") { world, call in
                let (operation, account) = (call.text("operation"), call.text("account"))
                let entries = world.requests.entries.filter {
                    (operation == nil || $0.operation == operation) && (account == nil || $0.account == account)
                }
                let shown = entries.suffix(Int(call.whole("limit") ?? 1_000))
                return ["count": .int(Int64(entries.count)), "data": .array(shown.map(world.shape))]
            },
            Operation("DELETE /_sandbox/requests") { world, _ in
                world.requests.clear()
                return ["count": 0]
            },
            Operation("GET /_sandbox/clock") { world, _ in world.clockShape },
            Operation("POST /_sandbox/clock") { world, call in
                let milliseconds = (call.whole("advance_seconds") ?? 0) * 1_000
                guard milliseconds >= 0 else {
                    throw StripeError.badParameter("Time does not go back.", "advance_seconds")
                }
                world.faults.clockOffset += milliseconds
                world.advance(to: world.now + milliseconds)
                return world.clockShape
            },
            Operation("POST /_sandbox/rates") { world, call in try world.moveRate(call) },
        ]

    private var clockShape: JSON {
        ["now": .int(seconds), "now_milliseconds": .int(now), "offset_seconds": .int(faults.clockOffset / 1_000)]
    }
}
