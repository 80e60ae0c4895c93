"""The part of the tour that asks before it uses: holds, captures, refusals, and who was told."""


def holds(story):
    tour, worker = story.tour, story.worker
    ask = {"customer": "ada", "estimate": {"amount_micros": 4_000, "model": "m"}}
    story.hold = tour.visit("POST", "/v1/authorizations", 201, ask, key=story.key).json()["id"]
    bands = [{"at_percent": 50, "action": "notify"}, {"at_percent": 80, "action": "throttle"},
             {"at_percent": 100, "action": "block"}]
    terms = {"prepaid": True, "limits": {"day": {"tokens": 500}}, "bands": bands}
    shop = {"name": "Shop", "currency": "usd", "stripe": "none", "terms": terms}
    own = {"account": worker.post("/v1/accounts", shop)["id"]}
    worker.post("/v1/customers", {"external_id": "cy"}, **own)
    credit = {"amount_micros": 10_000, "kind": "promotional", "reason": "x"}
    worker.post("/v1/customers/cy/grants", credit, **own)
    ask = {"customer": "cy", "estimate": {"amount_micros": 4_000, "input_tokens": "250.5"}, "expires_in": 60}
    held = tour.visit("POST", "/v1/authorizations", 201, ask, once="hold", **own).json()
    assert (held["available_micros"], held["held_tokens"], held["notices"][0]["percent"]) == (6_000, 251, 50)
    again = tour.visit("POST", "/v1/authorizations", 201, ask, once="hold", **own)
    assert again.json() == held and again.headers["Idempotent-Replayed"] == "true"
    slow = {**ask, "estimate": {"cost_micros": 1_000, "quantities": {"output_tokens": 200}}}
    waited = tour.visit("POST", "/v1/authorizations", 201, slow, **own).json()
    assert waited["delay_ms"] >= 1_000 and waited["throttled_by"]["limit"] == "day.tokens"
    dear, much = ({**ask, "estimate": estimate} for estimate in (
        {"amount_micros": 5_001}, {"amount_micros": 1, "output_tokens": 50}))
    short = tour.visit("POST", "/v1/authorizations", 402, dear, once="dear", **own).json()
    assert (short["limit"], short["held"], short["cap"], short["asked"]) == ("wallet", 5_000, 10_000, 5_001)
    full = tour.visit("POST", "/v1/authorizations", 429, much, **own).json()
    assert (full["limit"], full["used"], full["held"], full["cap"]) == ("day.tokens", 0, 451, 500)
    key = worker.post("/v1/keys", {"name": "capped", "max_spend": 10}, **own)
    capped = tour.visit("POST", "/v1/authorizations", 402, {**ask, "key": key["id"]}, **own).json()
    assert (capped["limit"], capped["cap"]) == ("max_spend", 10)
    worker.post(f"/v1/keys/{key['id']}/revoke", **own)
    tour.visit("POST", "/v1/authorizations", 403, {**ask, "key": key["secret"]}, **own)
    for body in (dear, much, slow):
        assert tour.visit("POST", "/v1/quota_checks", 200, body, **own).json()["outcome"] == "refused"
    held_one = f"/v1/authorizations/{held['id']}"
    settled(tour, own, held_one, waited)


def settled(tour, own, path, waited):
    tour.visit("GET", "/v1/authorizations?customer=cy&limit=1", 200, **own)
    tour.visit("GET", path, 200, **own)
    # Over half of the day's tokens.
    real = {"cost_micros": 8_000, "input_tokens": 260}
    tour.visit("POST", f"{path}/capture", 409, {**real, "cost_micros": 8_001}, **own)
    taken = tour.visit("POST", f"{path}/capture", 200, real, once="c", **own).json()
    assert (taken["status"], taken["captured_micros"]) == ("captured", 8_000)
    tour.visit("POST", f"{path}/capture", 200, real, **own)
    tour.visit("POST", f"{path}/capture", 409, {**real, "cost_micros": 7_000}, **own)
    tour.visit("POST", f"{path}/release", 409, **own)
    tour.visit("POST", f"/v1/authorizations/{waited['id']}/release", 200, **own)
    usage = tour.visit("GET", "/v1/usage?customer=cy", 200, **own).json()["data"]
    assert [(event["source"], event["id"]) for event in usage] == [("authorization", taken["id"])]
    told = tour.visit("GET", "/v1/alerts", 200, **own).json()["data"]
    assert {"limit", "limit_reached", "throttled", "wallet"} <= {alert["kind"] for alert in told}
    tour.visit("GET", "/v1/alerts?kind=wallet&customer=cy&limit=1", 200, **own)
    tour.visit("GET", "/v1/alerts?kind=nonsense", 400, **own)
