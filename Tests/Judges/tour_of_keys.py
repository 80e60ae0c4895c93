"""What a merchant does with keys, and what a customer's key sees."""


def keys(story):
    tour, key = story.tour, story.key
    wanted = {
        "name": "béa's laptop", "customer": "béa", "scope": "customer", "max_spend": 20_000_000,
        "expires_at": "2200-01-01T00:00:00Z", "allowed_models": ["gpt-5*"]}
    made = tour.visit("POST", "/v1/keys", 201, wanted, key=key).json()
    own = {"key": made["secret"]}
    path = f"/v1/keys/{made['id']}"
    tour.visit("GET", "/v1/keys?customer=b%C3%A9a&limit=1", 200, key=key)
    tour.visit("GET", path, 200, **own)
    tour.visit("GET", f"/v1/customers/{made['customer']}/balance", 200, **own)
    tour.visit("GET", "/v1/usage", 200, **own)
    tour.visit("GET", "/v1/alerts", 200, **own)
    tour.visit("GET", f"/v1/keys/{story.spare}", 404, **own)
    tour.visit("GET", f"{path}/usage", 200, **own)
    changed = tour.visit("POST", path, 200, {"max_spend": None, "name": "phone", "expires_at": None}, key=key).json()
    assert (changed["max_spend"], changed["name"], changed["allowed_models"]) == (None, "phone", ["gpt-5*"])
    rotated = tour.visit("POST", f"{path}/rotate", 201, {"overlap_seconds": 60}, key=key).json()
    assert rotated["replaces"] == made["id"]
    tour.visit("POST", f"{path}/rotate", 409, key=key)
    tour.visit("GET", f"/v1/keys/{rotated['id']}", 200, key=rotated["secret"])
    tour.visit("POST", f"/v1/keys/{rotated['id']}/revoke", 200, key=key)
    tour.visit("GET", "/v1/usage", 401, key=rotated["secret"])
    tour.visit("GET", "/v1/usage", 200, **own)
    bounded(tour, key)


def bounded(tour, key):
    """An account's key with a cap is for use: it lifts no bounds, and makes no keys."""
    capped = tour.visit("POST", "/v1/keys", 201, {"name": "app", "max_spend": 5}, key=key).json()
    own = {"key": capped["secret"]}
    tour.visit("POST", f"/v1/keys/{capped['id']}", 403, {"max_spend": None}, **own)
    tour.visit("POST", "/v1/keys", 403, {"name": "free"}, **own)
    event = {"id": "above", "customer": "béa", "cost_micros": 6, "enforce": True}
    told = tour.visit("POST", "/v1/usage", 200, event, **own).json()["data"][0]
    assert (told["status"], told["code"]) == ("rejected", "key_cap_reached"), told
