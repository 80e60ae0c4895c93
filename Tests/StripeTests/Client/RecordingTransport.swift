import Synchronization

@testable import Stripe

/// A transport that answers from a list, and keeps what it was asked.
final class RecordingTransport: Sendable {
    typealias Answer = Result<HTTPResponse, TransportError>

    private let state: Mutex<(answers: [Answer], requests: [HTTPRequest])>

    init(_ answers: [Answer]) {
        state = Mutex((answers, []))
    }

    convenience init(status: Int = 200, headers: HTTPHeaders = [:], json: String) {
        self.init([.success(HTTPResponse(status: status, headers: headers, body: Array(json.utf8)))])
    }

    var requests: [HTTPRequest] { state.withLock { $0.requests } }

    /// The last answer is given for ever.
    var transport: Transport {
        { (request) async throws(TransportError) -> HTTPResponse in
            let answer = self.state.withLock { state in
                state.requests.append(request)
                return state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
            }
            return try answer.get()
        }
    }

    var client: StripeClient {
        StripeClient(
            secretKey: SecretKey("sk_test_canary"), apiVersion: "2026-10-28.endive", apiBase: "https://api.test/",
            connectBase: "https://connect.test", transport: transport)
    }
}
