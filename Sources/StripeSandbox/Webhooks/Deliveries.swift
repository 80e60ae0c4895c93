extension World {
    /// How long a reordered event waits, at most, for later ones to overtake it, in milliseconds.
    private static let reorderWindow: UInt64 = 1_500

    /// Queues an event for an endpoint, as the fault has it.
    mutating func queue(_ event: Event, to endpoint: WebhookEndpoint, fault: EventFault? = nil) {
        var delivery = DeliveryQueue.Delivery(
            id: makeID("whd_"), event: event.id, account: event.account ?? platform, endpoint: endpoint.id,
            endpointAccount: endpoint.isConnect ? platform : event.account ?? platform, due: now)
        switch fault {
        case .dropped: delivery.state = .dropped
        case .delayed(let milliseconds): delivery.due += milliseconds
        case .reordered: delivery.due += 1 + Int64(random.next() % Self.reorderWindow)
        default: break
        }
        deliveries.add(delivery)
        if fault == .duplicated {
            deliveries.add(
                DeliveryQueue.Delivery(
                    id: makeID("whd_"), event: event.id, account: delivery.account, endpoint: endpoint.id,
                    endpointAccount: delivery.endpointAccount, due: now))
        }
    }

    /// The next webhook to send, signed anew with the time of this try.
    mutating func nextDelivery() -> WebhookDelivery? {
        while let delivery = deliveries.take(at: now) {
            guard let event = self[delivery.account].events[delivery.event],
                let endpoint = self[delivery.endpointAccount].endpoints[delivery.endpoint], endpoint.isEnabled
            else {
                deliveries.drop(delivery.id)
                continue
            }
            let body = shape(event, version: endpoint.apiVersion).bytes
            let secrets = endpoint.secrets.filter { $0.expiresAt.map { seconds < $0 } ?? true }.map(\.secret)
            let signature = WebhookSignature(body, secrets: secrets, timestamp: seconds)
            return WebhookDelivery(
                id: delivery.id, event: event.id, url: endpoint.url,
                headers: [
                    .init(name: "Content-Type", value: "application/json; charset=utf-8"),
                    .init(name: "User-Agent", value: "Stripe/1.0 (+https://stripe.com/docs/webhooks)"),
                    .init(name: "Stripe-Signature", value: signature.header),
                ],
                body: body)
        }
        return nil
    }

    /// A 2xx is a success; a redirect, an error or silence is not.
    mutating func delivered(_ id: String, status: Int?) {
        guard
            let delivery = deliveries.finish(id, status: status, at: now, retrySpeed: settings.retrySpeed)
        else { return }
        if delivery.state == .succeeded {
            self[delivery.account].events[delivery.event]?.waitingEndpoints.remove(delivery.endpoint)
        }
    }

    func shape(_ delivery: DeliveryQueue.Delivery) -> JSON {
        [
            "id": .string(delivery.id),
            "event": .string(delivery.event),
            "type": .text(self[delivery.account].events[delivery.event]?.type),
            "account": delivery.account == platform ? .null : .string(delivery.account),
            "url": .text(self[delivery.endpointAccount].endpoints[delivery.endpoint]?.url),
            "state": .string(delivery.state.rawValue),
            "due_milliseconds": .int(delivery.due),
            "tries": .array(delivery.tries.map { .whole($0.map(Int64.init)) }),
        ]
    }
}
