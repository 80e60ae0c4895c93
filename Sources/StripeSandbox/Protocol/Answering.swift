extension World {
    /// The one door: the API, OAuth, the pages that people see and the control calls.
    mutating func answer(_ request: SandboxRequest) -> SandboxOutcome {
        let path = request.path
        if path.hasPrefix("/v1/") || path.hasPrefix("/v2/") { return answerCall(request) }
        cause = Cause()
        if path == "/_sandbox" || path.hasPrefix("/_sandbox/") { return .answer(answerControl(request)) }
        if path == "/oauth/token" || path == "/oauth/deauthorize" { return answerOAuthCall(request) }
        return .answer(answerPage(request))
    }

    /// OAuth has no idempotency keys; faults and the log are as for every call.
    private mutating func answerOAuthCall(_ request: SandboxRequest) -> SandboxOutcome {
        let form = Form(String(decoding: request.body, as: UTF8.self))
        let name = "\(request.method) \(request.path)"
        do {
            let fault = try takeFault(for: name, request)
            let outcome: SandboxOutcome
            if let fault {
                outcome = fault.isAfterEffect ? fault.spoil(answerOAuth(request, form)) : fault.refusal
            } else {
                outcome = .answer(answerOAuth(request, form))
            }
            log(request, form, as: name, outcome, fault: fault, isReplay: false)
            return outcome
        } catch {
            return .answer(.json(400, error.json))
        }
    }

    /// The fault that a header, a rule or the plan has for a call.
    mutating func takeFault(for operation: String, _ request: SandboxRequest) throws(StripeError) -> Fault? {
        guard let name = request.headers["sandbox-fault"] else {
            return faults.callFault(on: operation, of: request.headers["stripe-account"])
        }
        guard let fault = Fault(name) else {
            throw .badParameter("The sandbox has no such fault: \(name). It has: \(Fault.names)", "Sandbox-Fault")
        }
        return fault
    }

    /// Keeps what came and what was answered, without any secret.
    mutating func log(
        _ request: SandboxRequest, _ form: Form, as operation: String, _ outcome: SandboxOutcome, fault: Fault?,
        isReplay: Bool
    ) {
        requests.add(
            RequestLog.Entry(
                id: cause.requestID ?? "", time: seconds, operation: operation, path: request.path,
                account: request.headers["stripe-account"], idempotencyKey: request.headers["idempotency-key"],
                parameters: form.pairs.filter { $0.name != "client_secret" }, status: outcome.status,
                fault: fault?.name,
                isReplay: isReplay))
    }
}

extension SandboxOutcome {
    /// This outcome with its answer, where it has one, made into another.
    func map(_ change: (SandboxAnswer) -> SandboxAnswer) -> SandboxOutcome {
        switch self {
        case .answer(let answer): .answer(change(answer))
        case .slow(let answer, let milliseconds): .slow(change(answer), milliseconds: milliseconds)
        case .cut(let answer, let bytes): .cut(change(answer), bytes: bytes)
        case .reset, .silence: self
        }
    }

    /// The status, where a whole answer comes.
    var status: Int? {
        switch self {
        case .answer(let answer), .slow(let answer, _): answer.status
        case .cut, .reset, .silence: nil
        }
    }
}
