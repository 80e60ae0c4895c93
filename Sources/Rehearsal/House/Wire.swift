import Stripe
import StripeSandbox

/// The transport between the worker and the sandbox, with the troubles of a wire.
struct Wire: Sendable {
    static let base = "http://stripe.rehearsal"

    let sandbox: StripeSandbox
    let trouble: Trouble
    let clock: VirtualClock

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let target = String(request.url.dropFirst(Self.base.count))
        switch trouble.atWire(target, isPost: request.method == .post) {
        case nil: return try await exchange(request, target, fault: nil)
        case .nobodyThere: throw TransportError(.unavailable, .connectionFailed)
        case .fault(.noName, let seconds):
            clock.advance(seconds: seconds)
            throw TransportError(.unavailable, .nameNotResolved)
        case .fault(.named(let name), let seconds):
            defer { clock.advance(seconds: seconds) }
            return try await exchange(request, target, fault: name)
        case .death(let isAfter):
            if isAfter { _ = try? await exchange(request, target, fault: nil) }
            trouble.die(isAfter ? "death after Stripe acted" : "death before sending")
            throw TransportError(.indeterminate, .connectionCut)
        }
    }

    private func exchange(
        _ request: HTTPRequest, _ target: String, fault: String?
    ) async throws(TransportError) -> HTTPResponse {
        var headers = Dictionary(
            request.headers.fields.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
        headers["sandbox-fault"] = fault
        let outcome = await sandbox.handle(
            SandboxRequest(
                method: request.method.rawValue, target: target, headers: headers, body: request.body ?? []))
        switch outcome {
        case .answer(let answer), .slow(let answer, _):
            var response = HTTPResponse(status: answer.status, body: answer.body)
            for header in answer.headers { response.headers.append(header.name, header.value) }
            return response
        case .cut, .reset: throw TransportError(.indeterminate, .connectionCut)
        case .silence: throw TransportError(.indeterminate, .timedOut)
        }
    }
}
