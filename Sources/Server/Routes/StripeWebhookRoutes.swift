import HTTPTypes
import Metrics
import NIOCore
import Storage
import Worker

/// The two doors through which Stripe's events come in. The bytes go to the inbox as they are; the answer is given when
/// they are durable, and says nothing of what they mean.
struct StripeWebhookRoutes {
    let worker: BillingWorker
    let metrics: PrometheusMetrics

    var routes: [Route] {
        [
            Route(.post, "/stripe/webhooks", .open, body: .webhook, receive(.platform)),
            Route(.post, "/stripe/webhooks/connect", .open, body: .webhook, receive(.connect)),
        ]
    }

    private static let received = Answer.json(["received": true])

    private func receive(_ endpoint: Inbox.Endpoint) -> Work {
        let outcomes = Outcomes(endpoint, metrics)
        let signatures = RefusedSignatures(endpoint, metrics, logger: worker.context.logger)
        return .serves { [worker] call in
            do {
                let receipt = try await worker.inbox.receive(
                    endpoint, signature: call.headers[.stripeSignature], body: Array(call.body.readableBytesView))
                (receipt == .stored ? outcomes.stored : outcomes.duplicate).increment()
                return Self.received
            } catch let error as WorkerError {
                outcomes.refused.increment()
                if Inbox.isSignatureFault(error) { signatures.add(at: worker.context.now) }
                throw error
            }
        }
    }

    private struct Outcomes {
        let stored: Counter
        let duplicate: Counter
        let refused: Counter

        init(_ endpoint: Inbox.Endpoint, _ metrics: PrometheusMetrics) {
            func counter(_ outcome: String) -> Counter {
                Counter(
                    label: "webhooks_received", dimensions: [("endpoint", endpoint.rawValue), ("outcome", outcome)],
                    factory: metrics)
            }
            stored = counter("stored")
            duplicate = counter("duplicate")
            refused = counter("refused")
        }
    }
}
