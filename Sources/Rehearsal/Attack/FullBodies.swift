import Foundation

/// For each route that takes JSON a body in which every text that it knows stands, so that each can be the one that
/// holds what it should not. `{customers}` is a customer's id, and so on; `{n}` is another number each time.
public enum FullBodies {
    /// What is set apart: these belong to a state that the attacked things are not in, and are refused with 409, or
    /// they go to Stripe for what it does not have.
    public static let refusedInOrder: Set<String> = [
        "POST /v1/charges/{id}/retry", "POST /v1/charges/{id}/cancel", "POST /v1/charges/{id}/refunds",
        "POST /v1/top_ups/{id}/refunds", "POST /v1/authorizations/{id}/capture",
        "POST /v1/authorizations/{id}/release", "POST /v1/usage/{id}/corrections", "POST /v1/charges",
        "POST /v1/webhook_events/{id}/replay", "POST /v1/customers/{id}/auto_top_up",
    ]

    private static let usage = """
        "provider": "openai", "model": "gpt-5", "feature": "chat", "action": "answer", "product": "reader",
        "organization": "acme", "metadata": {"session": "s-1"}
        """
    private static let quantities = #""quantities": {"pages": "3"}, "input_tokens": "100", "output_tokens": "10""#
    private static let limits = #""limits": {"day": {"requests": 100000}}, "overage": "alert""#
    private static let bands =
        #"[{"name": "first", "up_to": "10", "unit_rate": "0.02"}, {"name": "rest", "unit_rate": "0.01"}]"#

    private static let texts: [String: String] = [
        "POST /v1/accounts": """
        {"name": "Shop {n}", "email": "shop@example.com", "country": "US", "currency": "usd", "stripe": "none",
        "cycle": "off", "terms": {"markups": {"models": {"gpt-5": 10}, "providers": {"openai": 5}},
        "time_zone": "Europe/Vienna", "unknown_model": "ceiling", "ceiling": {"per_million": {"input_tokens": "9"}},
        "credit_values": [{"from": "2020-01-01", "micros": 10000}], "on_clawback": "keep", \(limits),
        "bands": [{"at_percent": 90, "action": "notify"}], "dunning": {"at_end": "leave"}}}
        """,
        "POST /v1/accounts/{id}": """
        {"name": "Ada {n}", "email": "ada@example.com", "country": "US", "currency": "usd",
        "terms": {"time_zone": "Europe/Vienna",
        "unknown_model": "ceiling", "ceiling": {"per_million": {"input_tokens": "9"}},
        "markups": {"models": {"gpt-5": 10}}, "credit_values": [{"from": "2020-01-01", "micros": 10000}],
        "dunning": {"at_end": "leave"}, "on_clawback": "keep"}}
        """,
        "POST /v1/accounts/{id}/keys": #"{"name": "till {n}"}"#,
        "POST /v1/accounts/{id}/onboarding_links":
            #"{"return_url": "https://shop.example/back?n={n}", "refresh_url": "https://shop.example/again"}"#,
        "POST /v1/customers": """
        {"external_id": "user-{n}", "name": "Una", "email": "una@example.com", "plan": "{plans}",
        "time_zone": "Asia/Tokyo", "organization": "acme", "metadata": {"since": "2024"}, "prepaid": false,
        "stripe_customer": "{stripe_customers}", "payment_method": "{payment_methods}"}
        """,
        "POST /v1/customers/{id}": """
        {"name": "Una {n}", "email": "una@example.com", "plan": "{plans}", "time_zone": "Asia/Tokyo",
        "organization": "acme", "metadata": {"since": "2024"}, "stripe_customer": "{stripe_customers}",
        "payment_method": "{payment_methods}"}
        """,
        "POST /v1/customers/{id}/block": #"{"reason": "sells keys"}"#,
        "POST /v1/customers/{id}/grants":
            #"{"amount_micros": 5, "kind": "promotional", "expires_at": "2037-01-01T00:00:00Z", "reason": "hello"}"#,
        "POST /v1/customers/{id}/auto_top_up":
            #"{"threshold_micros": 1, "amount_micros": 9000000, "cool_down_seconds": 300}"#,
        "POST /v1/plans":
            #"{"slug": "plan-{n}", "name": "Pro", "terms": {"allowed_models": ["gpt-5*", "claude*"], \#(limits)}}"#,
        "POST /v1/plans/{id}":
            #"{"name": "Pro {n}", "terms": {"allowed_models": ["*"], \#(limits)}}"#,
        "POST /v1/meters": """
        {"slug": "meter-{n}", "name": "Pages", "aggregation": "unique_count", "field": "metadata.session",
        "filter": {"feature": "chat", "metadata.kind": "book"}}
        """,
        "POST /v1/meters/{id}": #"{"name": "Pages {n}"}"#,
        "POST /v1/products": """
        {"slug": "product-{n}", "name": "Reader", "metrics": [{"meter": "pages", "unit": "money",
        "mode": "graduated", "bands": \(bands)}]}
        """,
        "POST /v1/products/{id}": """
        {"name": "Reader {n}", "metrics": [{"meter": "pages", "unit": "money", "mode": "graduated",
        "bands": \(bands)}]}
        """,
        "POST /v1/keys": """
        {"name": "laptop {n}", "scope": "customer", "customer": "{customers}", "max_spend": 900000000,
        "expires_at": "2037-01-01T00:00:00Z", "allowed_models": ["gpt-5*"]}
        """,
        "POST /v1/keys/{id}": #"{"name": "laptop {n}", "expires_at": "2037-01-01T00:00:00Z", "allowed_models": ["*"]}"#,
        "POST /v1/keys/{id}/rotate": #"{"overlap_seconds": 3600}"#,
        "POST /v1/usage": """
        {"id": "event-{n}", "source": "api", "customer": "user-1", "time": "2026-01-02T09:00:00Z",
        "cost_micros": 5, "currency": "usd",
        \(quantities), "key": "{keys}", \(usage)}
        """,
        "POST /v1/usage/{id}/corrections": #"{"reason": "twice", "id": "correction-{n}"}"#,
        "POST /v1/prices": """
        {"provider": "mine", "model": "painter-{n}", "aliases": ["p-{n}"], "from": "2037-01-01",
        "per_million": {"input_tokens": "1.5"}, "per_unit": {"images": "0.02"},
        "long_context": {"above": "200000", "per_million": {"input_tokens": "3"}}}
        """,
        "POST /v1/authorizations":
            #"{"customer": "{customers}", "key": "{keys}", "estimate": {\#(quantities), \#(usage)}}"#,
        "POST /v1/authorizations/{id}/capture": "{\(quantities), \(usage)}",
        "POST /v1/quota_checks":
            #"{"customer": "{customers}", "key": "{keys}", "estimate": {\#(quantities), \#(usage)}}"#,
        "POST /v1/top_ups": """
        {"customer": "{customers}", "amount": {"amount": 900, "currency": "usd"},
        "success_url": "https://shop.example/ok", "cancel_url": "https://shop.example/no"}
        """,
        "POST /v1/charges": #"{"customer": "{customers}"}"#,
        "POST /v1/charges/{id}/refunds": #"{"amount": {"amount": 50, "currency": "usd"}, "reason": "duplicate"}"#,
        "POST /v1/top_ups/{id}/refunds": #"{"amount": {"amount": 50, "currency": "usd"}, "reason": "duplicate"}"#,
        "POST /v1/reconciliations": #"{"scope": "events"}"#,
        "POST /v1/webhook_events/replay": """
        {"state": "parked", "type": "plan.created", "since": "2026-01-01T00:00:00Z",
        "until": "2026-01-02T00:00:00Z"}
        """,
    ]

    /// The body for a route, with `{…}` left in it; `{}` where the route takes no field.
    public static func text(for route: RouteLine) -> String { texts[route.name] ?? "{}" }

    /// The routes that a body is written for.
    static var routes: Set<String> { Set(texts.keys) }

    /// Whether the body names something that belongs to somebody.
    static func namesThings(_ route: RouteLine) -> Bool {
        guard route.method == "POST" else { return false }
        return ["{customers}", "{keys}", "{plans}"].contains { text(for: route).contains($0) }
    }

    /// The body with somebody's things in it.
    public static func filled(_ route: RouteLine, with holdings: Holdings, number: Int) -> String {
        filled(text(for: route), with: holdings, number: number)
    }

    static func filled(_ text: String, with holdings: Holdings, number: Int) -> String {
        var text = text.replacing("{n}", with: "\(number)")
        for (kind, id) in holdings.things { text.replace("{\(kind)}", with: id) }
        return text
    }
}
