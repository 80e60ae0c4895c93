extension World {
    /// A call of the API: fault before the effect, key, idempotency, parameters, work, fault after the effect, log.
    mutating func answerCall(_ request: SandboxRequest) -> SandboxOutcome {
        let isWrite = request.method == "POST"
        let form = Form(isWrite ? String(decoding: request.body, as: UTF8.self) : request.query)
        let found = Operation.find(in: Operation.all, request.method, request.path)
        let name = found?.operation.name ?? "\(request.method) \(request.path)"
        cause = Cause(requestID: makeID("req_", 14), idempotencyKey: request.headers["idempotency-key"])
        let fault: Fault?
        do {
            fault = try takeFault(for: name, request)
        } catch {
            return .answer(.json(400, error.json))
        }
        var exchange = Exchange(request: request, form: form, found: found, isWrite: isWrite, fault: fault)
        let outcome = answer(&exchange).map { dress($0, for: request, isReplay: exchange.isReplay) }
        log(request, form, as: name, outcome, fault: fault, isReplay: exchange.isReplay)
        return outcome
    }

    private struct Exchange {
        let request: SandboxRequest
        let form: Form
        let found: (operation: Operation, path: [String: String])?
        let isWrite: Bool
        let fault: Fault?
        var isReplay = false

        /// Other parameters under one idempotency key show in this.
        var fingerprint: String {
            let pairs = form.pairs.map { $0.name + "=" + $0.value }.sorted()
            return ([request.method, request.path] + pairs).joined(separator: "\n")
        }
    }

    private mutating func answer(_ exchange: inout Exchange) -> SandboxOutcome {
        if let fault = exchange.fault, !fault.isAfterEffect, fault.kind != .serverError { return fault.refusal }
        let honest: SandboxAnswer
        do {
            let account = try authenticate(exchange.request, isWrite: exchange.isWrite)
            honest = try answer(&exchange, for: account)
        } catch let error as StripeError {
            honest = .json(error.status, error.json)
        } catch {
            honest = .json(500, StripeError.internalFault.json)
        }
        guard let fault = exchange.fault, fault.isAfterEffect else { return .answer(honest) }
        return fault.spoil(honest)
    }

    /// - Throws: what no idempotency key remembers.
    private mutating func answer(_ exchange: inout Exchange, for account: String) throws -> SandboxAnswer {
        guard let found = exchange.found else {
            throw StripeError(
                status: 404, type: "invalid_request_error", code: nil,
                message: "Unrecognized request URL (\(exchange.request.method): \(exchange.request.path)). "
                    + "The sandbox serves what its README lists.", parameter: nil)
        }
        try check(exchange.request)
        let key = exchange.isWrite ? exchange.request.headers["idempotency-key"] : nil
        if let key, let answer = try answered(under: key, &exchange, for: account) { return answer }
        let parameters = try read(exchange.form, for: found.operation)
        let call = Call(account: account, path: found.path, parameters: parameters)
        let answer = try perform(found.operation, call, fault: exchange.fault)
        if let key {
            let running = exchange.fault?.kind == .slow ? exchange.fault?.milliseconds ?? 0 : 0
            let record = IdempotencyKeys.Record(
                path: exchange.request.path, fingerprint: exchange.fingerprint, answer: answer, created: now,
                runningUntil: now + running)
            idempotencyKeys.keep(record, under: key, of: account)
        }
        return answer
    }

    private func check(_ request: SandboxRequest) throws {
        if let type = request.headers["content-type"], request.method == "POST", !request.body.isEmpty,
            !type.lowercased().hasPrefix("application/x-www-form-urlencoded")
        {
            throw StripeError.badParameter(
                "Invalid request (check that your POST content type is application/x-www-form-urlencoded).", nil)
        }
        if let version = request.headers["stripe-version"], !Self.isVersion(version) {
            throw StripeError.badParameter("Invalid Stripe API version: \(version)", nil)
        }
        if let key = request.headers["idempotency-key"], key.utf8.count > IdempotencyKeys.longestKey {
            throw StripeError.badParameter(
                "Idempotency keys can be at most \(IdempotencyKeys.longestKey) characters long.", nil)
        }
    }

    static let apiVersion = "2026-10-28.endive"

    private static func isVersion(_ text: String) -> Bool {
        let digits = text.prefix(10).split(separator: "-", omittingEmptySubsequences: false)
        return digits.map(\.count) == [4, 2, 2] && digits.allSatisfy { $0.allSatisfy(\.isNumber) }
    }

    /// The answer that a key already has.
    private mutating func answered(
        under key: String, _ exchange: inout Exchange, for account: String
    ) throws -> SandboxAnswer? {
        switch idempotencyKeys.verdict(on: key, of: account, fingerprint: exchange.fingerprint, at: now) {
        case .new: return nil
        case .replay(let answer):
            exchange.isReplay = true
            return answer
        case .mismatch(let first):
            throw StripeError(
                status: 400, type: "idempotency_error", code: nil,
                message: "Keys for idempotent requests can only be used "
                    + (first == exchange.request.path
                        ? "with the same parameters they were first used with. "
                        : "for the same endpoint they were first used for ('\(first)' vs '\(exchange.request.path)'). ")
                    + "Try using a key other than '\(key)' if you meant to execute a different request.",
                parameter: nil)
        case .inUse: throw StripeError.keyInUse(key)
        }
    }

    private func read(_ form: Form, for operation: Operation) throws -> JSONObject {
        if case .fields(let given) = form.root, given.contains(where: { $0.name == "payment_method_types" }),
            operation.name.hasPrefix("POST /v1/payment_intents") || operation.name == "POST /v1/checkout/sessions"
        {
            throw StripeError.badParameter(
                "payment_method_types is no longer supported as of 2026-09-30.endive. Use dynamic payment methods, or "
                    + "allowed_payment_method_types and excluded_payment_method_types.",
                code: "payment_method_types_no_longer_supported", "payment_method_types")
        }
        let parameters = try ParameterCheck.read(
            form.root, as: ParameterTable.stripe.operations[operation.name] ?? [:])
        try Self.checkMetadata(in: .object(parameters))
        return parameters
    }

    /// Does the work, unless a fault says to fail instead; the result is what an idempotency key remembers.
    private mutating func perform(_ operation: Operation, _ call: Call, fault: Fault?) throws -> SandboxAnswer {
        if fault?.kind == .serverError, fault?.isAfterEffect == false {
            return .json(500, StripeError.internalFault.json)
        }
        do {
            let paths = call["expand"]?.array?.compactMap(\.string) ?? []
            // Two statements: the world that is asked for the expanded objects is the one after the work.
            let answer = try operation.work(&self, call)
            let expanded = try expand(answer, paths, for: call.account)
            if fault?.kind == .serverError { return .json(500, StripeError.internalFault.json) }
            return .json(200, expanded)
        } catch let error as StripeError where error.isKept {
            return .json(error.status, error.json)
        }
    }

    /// The headers that every answer of the API carries.
    private func dress(_ answer: SandboxAnswer, for request: SandboxRequest, isReplay: Bool) -> SandboxAnswer {
        var answer = answer.adding("Request-Id", cause.requestID ?? "")
            .adding("Stripe-Version", request.headers["stripe-version"] ?? Self.apiVersion)
            .adding("Date", HTTPDate(seconds: seconds).text)
        for name in ["Idempotency-Key", "Stripe-Account"] {
            if let value = request.headers[name.lowercased()] { answer = answer.adding(name, value) }
        }
        if isReplay { answer = answer.adding("Idempotent-Replayed", "true") }
        return answer
    }
}
