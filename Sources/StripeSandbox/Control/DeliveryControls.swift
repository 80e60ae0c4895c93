extension World {
    static let deliveryControls: [Operation] = [
        Operation("GET /_sandbox/deliveries") { world, call in
            let (state, event, type) = (call.text("state"), call.text("event"), call.text("type"))
            let found = world.deliveries.deliveries.filter {
                (state == nil || $0.state.rawValue == state) && (event == nil || $0.event == event)
                    && (type == nil || world[$0.account].events[$0.event]?.type == type)
            }
            return ["count": .int(Int64(found.count)), "data": .array(found.suffix(1_000).map(world.shape))]
        },
        Operation("POST /_sandbox/deliveries/pause") { world, _ in
            world.deliveries.isPaused = true
            return ["paused": true]
        },
        Operation("POST /_sandbox/deliveries/resume") { world, _ in
            world.deliveries.isPaused = false
            return ["paused": false]
        },
        Operation("POST /_sandbox/events/{event}/resend") { world, call in
            let id = call.id("event")
            guard let event = world.owner(where: { $0.events[id] != nil }).flatMap({ world[$0].events[id] }) else {
                throw StripeError.noSuch("event", id)
            }
            let endpoints = world.endpoints(for: event)
            for endpoint in endpoints { world.queue(event, to: endpoint) }
            return ["queued": .int(Int64(endpoints.count))]
        },
        Operation("POST /_sandbox/webhook_endpoints/{endpoint}/roll_secret") { world, call in
            let id = call.id("endpoint")
            guard let owner = world.owner(where: { $0.endpoints[id] != nil }) else {
                throw StripeError.noSuch("webhook endpoint", id)
            }
            let overlap = call.whole("overlap_seconds") ?? 0
            return ["secret": .string(world.rollSecret(of: id, account: owner, overlapSeconds: overlap))]
        },
    ]
}
