"""The description of the API, judged by openapi-core: valid, and true of every answer of a tour through all it says."""

import concurrent.futures
import json
import re
import sqlite3
import time
import urllib.parse

from bursar import CONNECT_SECRET, PLATFORM_SECRET
from stories import Merchant
from test_signatures import EVENT, sdk_signature
from tour import Tour
from tour_of_holds import holds
from tour_of_keys import keys
from tour_of_money_back import money_back
from tour_of_pages import FORM, callback, onboarding_urls, pages
from tour_of_people import changes, people
from tour_of_usage import use

# POST because they take a body; they change nothing.
LOOKS = {"/v1/quota_checks"}
# A customer's key opens them; they have other reasons for 403.
OF_CUSTOMERS = {"/v1/authorizations"}

# What a client cannot bring about from outside, and why. Everything else that is described is visited.
UNREACHED = {
    "a read is refused only when the disk fails: no client's doing": lambda method, path, status: (
        status == 503 and (method == "GET" or path in LOOKS)),
    "a read at Stripe that got no answer has changed nothing: 503": lambda method, path, status: (
        status == 504 and path == "/v1/accounts/{id}/refresh"),
}


def fill(path, **names):
    return re.sub(r"\{([a-z_]+)\}", lambda found: names[found.group(1)], path)


class Story:
    """A platform and a merchant with something of everything."""

    def __init__(self, worker, sandbox):
        self.worker, self.sandbox = worker, sandbox
        self.tour = Tour(worker)
        self.merchant = Merchant(worker, sandbox, application_fee_percent=2.5, markup_percent=20)
        self.account = self.merchant.account
        self.key = worker.post(f"/v1/accounts/{self.account}/keys", {"name": "judge"})["secret"]
        ada = worker.post("/v1/customers", {"external_id": "with a key"}, account=self.account)["id"]
        self.end_user = worker.post("/v1/keys", {"name": "end user", "customer": ada}, account=self.account)
        self.spare = worker.post(f"/v1/accounts/{self.account}/keys")["id"]

    def customer(self, name, card="pm_card_visa"):
        return self.merchant.add_customer(name, card)

    def owes(self, name, card, micros=5_000_000):
        customer = self.customer(name, card)
        self.merchant.use(micros, name)
        return customer

    def own_key(self, pattern):
        """The merchant's key where a route is about one merchant; elsewhere the platform's."""
        about_one = "/BursarAccount" in json.dumps(self.tour.document["paths"][pattern])
        return {"key": self.key} if about_one else {}

    def example(self, path):
        """The path with ids of this story."""
        thing = {
            "accounts": self.account, "customers": self.merchant.customer, "top_ups": self.top_up,
            "charges": self.charge, "reconciliations": self.reconciliation, "webhook_events": self.event,
            "connect": self.account, "keys": self.spare, "plans": self.plan, "organizations": "Engines",
            "usage": self.used, "explain": self.used, "authorizations": self.hold, "meters": "pages",
            "products": "reader",
        }.get(path.split("/")[2 if path.startswith("/v1/") else 1], "x")
        return fill(
            path, id=thing, key=self.spare, charge_id=self.charge, customer_id=self.merchant.customer)


def test_the_description_is_valid_and_every_answer_is_as_it_says(pair):
    story = Story(*pair)
    tour = story.tour
    successes(story)
    refusals(story)
    pages(story)
    stripe_is_away(story)
    database_is_locked(story)
    stripe_is_not_configured(story)
    unvisited = tour.documented - set(tour.visited)
    unexplained = sorted(place for place in unvisited if not any(reached(*place) for reached in UNREACHED.values()))
    named = ", ".join(" ".join(map(str, place)) for place in unexplained)
    assert not unexplained, f"described, and not visited: {named}"
    for place in sorted(unvisited):
        print("not visited:", *place, next(why for why, reached in UNREACHED.items() if reached(*place)))
    assert len(tour.visited) > 250


def successes(story):
    tour, key = story.tour, story.key
    accounts(story)
    tour.visit("GET", "/v1/customers?limit=1", 200, key=key)
    customer = {"external_id": "béa", "metadata": {"k": "v"}}
    made = tour.visit("POST", "/v1/customers", 201, customer, key=key, once="c").json()
    again = tour.visit("POST", "/v1/customers", 201, customer, key=key, once="c")
    assert again.json() == made and again.headers["Idempotent-Replayed"] == "true"
    tour.visit("POST", f"/v1/customers/{made['id']}", 200, {"name": "Béa"}, key=key)
    tour.visit("GET", f"/v1/customers/{urllib.parse.quote('béa')}", 200, account=story.account)
    people(story, made)
    keys(story)
    grants(story, f"/v1/customers/{made['id']}/grants")
    auto_top_up(story, f"/v1/customers/{made['id']}/auto_top_up")
    use(story)
    holds(story)
    collect(story)
    money_back(story)
    tour.visit("GET", f"/v1/customers/{story.merchant.customer}/balance", 200, key=key)
    books(story)
    changes(story)
    events(story)
    for path in ("/healthz", "/readyz", "/metrics", "/openapi.yaml", "/", "/thanks", "/pages.css"):
        tour.visit("GET", path, 200, key=None)


def grants(story, path):
    tour, key = story.tour, story.key
    assert tour.visit("GET", path, 200, key=key).json() == {"data": [], "has_more": False}
    gift = {
        "amount_micros": 2_500_000, "kind": "promotional", "reason": "welcome", "expires_at": "2999-01-01T00:00:00Z"}
    tour.visit("POST", path, 201, gift, key=key)
    cash = {"amount_micros": 1, "kind": "paid_outside", "priority": 7, "reason": "cash"}
    tour.visit("POST", path, 201, cash, key=key)
    page = tour.visit("GET", f"{path}?limit=1", 200, key=key).json()
    assert page["has_more"] and page["data"][0]["remaining_micros"] == 1
    rest = tour.visit("GET", f"{path}?starting_after={page['data'][0]['id']}", 200, key=key).json()["data"]
    assert [(lot["kind"], lot["status"], lot["priority"]) for lot in rest] == [("promotional", "open", 50)]
    for wrong in ({"amount_micros": 0}, {"kind": "paid"}, {"expires_at": "2020-01-01T00:00:00Z"}, {"priority": -1}):
        assert tour.visit("POST", path, 400, {**gift, **wrong}, key=key).json()["field"] == next(iter(wrong))


def auto_top_up(story, path):
    tour, key = story.tour, story.key
    assert not tour.visit("GET", path, 200, key=key).json()["enabled"]
    policy = {"threshold_micros": 5_000_000, "amount_micros": 20_000_000, "monthly_limit_micros": 60_000_000}
    assert tour.visit("POST", path, 200, policy, key=key).json()["cool_down_seconds"] == 300
    for wrong in ({"amount_micros": 1}, {"monthly_limit_micros": 5}, {"cool_down_seconds": -1}):
        assert tour.visit("POST", path, 400, {**policy, **wrong}, key=key).json()["field"] == next(iter(wrong))
    assert tour.visit("DELETE", path, 200, key=key).json()["amount_micros"] is None


def signed(body, secret):
    now = int(time.time())
    return f"t={now},v1={sdk_signature(body, secret, now)}"


def accounts(story):
    tour, account = story.tour, story.account
    tour.visit("GET", "/v1/accounts", 200)
    tour.visit(
        "POST", "/v1/accounts", 201,
        {"name": "New", "currency": "usd", "stripe": "connect", "email": "a@b.example", "charge_threshold": 500,
         "application_fee_fixed": {"amount": 10, "currency": "usd"}, "cycle": "monthly", "markup_percent": -12.5})
    tour.visit("GET", f"/v1/accounts/{account}", 200, key=story.key)
    tour.visit("POST", f"/v1/accounts/{account}", 200, {"name": "Renamed", "email": None, "top_up_minimum": 100})
    terms = {"markups": {"models": {"gpt-5": 25}}, "time_zone": "Europe/Berlin",
             "limits": {"day": {"requests": 1_000_000}}}
    priced = tour.visit("POST", f"/v1/accounts/{account}", 200, {"terms": terms}, key=story.key).json()
    assert priced["terms"] == terms
    tour.visit("POST", f"/v1/accounts/{account}", 200, {"terms": {"markups": None, "limits": None}}, key=story.key)
    tour.visit("GET", f"/v1/accounts/{account}/keys", 200)
    spare = tour.visit("POST", f"/v1/accounts/{account}/keys", 201).json()
    tour.visit("DELETE", f"/v1/accounts/{account}/keys/{spare['id']}", 200)
    fresh = story.worker.post("/v1/accounts", {"name": "Fresh", "currency": "usd", "stripe": "connect"})["id"]
    tour.visit("POST", f"/v1/accounts/{fresh}/onboarding_links", 201, {"return_url": "https://shop.example/back"})
    tour.visit("POST", f"/v1/accounts/{fresh}/oauth_links", 201)
    tour.visit("POST", f"/v1/accounts/{fresh}/refresh", 200)
    leaving = Merchant(story.worker, story.sandbox)
    tour.visit("POST", f"/v1/accounts/{leaving.account}/disconnect", 200)


def collect(story):
    tour, key = story.tour, story.key
    amount = {"amount": 1_000, "currency": "usd"}
    request = {"customer": "ada", "amount": amount, "success_url": "https://shop.example/ok"}
    story.top_up = tour.visit("POST", "/v1/top_ups", 201, request, key=key).json()["id"]
    tour.visit("GET", "/v1/top_ups?customer=ada", 200, key=key)
    tour.visit("GET", f"/v1/top_ups/{story.top_up}", 200, key=key)
    story.charge = tour.visit("POST", "/v1/charges", 201, {"customer": "ada"}, key=key).json()["id"]
    story.worker.charge_ends(story.charge, story.account, "paid")
    tour.visit("GET", "/v1/charges?status=paid", 200, key=key)
    tour.visit("GET", f"/v1/charges/{story.charge}", 200, key=key)
    story.owes("bo", "pm_card_chargeCustomerFail")
    declined = tour.visit("POST", "/v1/charges", 201, {"customer": "bo"}, key=key).json()["id"]
    story.worker.charge_ends(declined, story.account, "failed")
    waiting = tour.visit("GET", f"/v1/charges/{declined}", 200, key=key).json()
    assert waiting["next_attempt_at"] and waiting["ended_at"] is None
    tries = tour.visit("GET", f"/v1/charges/{declined}/attempts", 200, key=key).json()["data"]
    assert [one["outcome"] for one in tries] == ["declined"]
    told = tour.visit("GET", "/v1/alerts?kind=charge_failed", 200, key=key).json()["data"]
    assert told[0]["charge"] == declined and told[0]["payment_url"]
    tour.visit("POST", f"/v1/charges/{declined}/retry", 200, key=key)
    story.worker.charge_ends(declined, story.account, "failed")
    tour.visit("POST", f"/v1/charges/{declined}/cancel", 200, key=key)


def books(story):
    tour = story.tour
    run = tour.visit("POST", "/v1/reconciliations", 201, {}).json()["id"]
    story.reconciliation = tour.visit("POST", "/v1/reconciliations", 201, {"scope": "full"}, key=story.key).json()["id"]
    tour.visit("GET", "/v1/reconciliations", 200)
    tour.visit("GET", "/v1/reconciliations/latest", 200)
    tour.visit("GET", f"/v1/reconciliations/{run}", 200)
    tour.visit("GET", f"/v1/reconciliations/{story.reconciliation}", 200, key=story.key)
    tour.visit("GET", f"/v1/reconciliations/{run}/discrepancies", 200)
    tour.visit("GET", "/v1/ledger/balances", 200)
    tour.visit("GET", "/v1/ledger/journal?limit=2&starting_after=1", 200, key=story.key)
    hers = tour.visit("GET", "/v1/ledger/journal?customer=ada&limit=1", 200, key=story.key).json()
    assert hers["has_more"] and len(hers["data"]) == 1
    tour.visit("GET", "/v1/ledger/journal?customer=nobody", 404, key=story.key)
    charge = tour.visit("GET", f"/v1/explain/{story.charge}", 200, key=story.key).json()
    accrual = charge["accrual"]
    moved = sum(movement["amount"]["micros"] for movement in accrual["movements"])
    assert accrual["before"]["micros"] + moved == accrual["charged"]["micros"] + accrual["left"]["micros"]
    assert accrual["entry"] == charge["entries"]["data"][0]["sequence"]
    first = f"?limit=1&starting_after={accrual['entry']}"
    assert tour.visit("GET", f"/v1/explain/{story.charge}{first}", 200, key=story.key).json()["entries"]["data"]
    tour.visit("GET", f"/v1/explain/{story.charge}?starting_after=x", 400, key=story.key)
    assert tour.visit("GET", f"/v1/explain/{story.top_up}", 200, key=story.key).json()["accrual"] is None


def events(story):
    tour = story.tour
    story.event = "evt_judge"
    for endpoint, secret in (("/stripe/webhooks", PLATFORM_SECRET), ("/stripe/webhooks/connect", CONNECT_SECRET)):
        body = json.dumps({**EVENT, "id": story.event, "account": "acct_unknown"}).encode()
        tour.visit("POST", endpoint, 200, body, key=None, Stripe_Signature=signed(body, secret))
        tour.visit("POST", endpoint, 400, body, key=None, Stripe_Signature="t=1,v1=00")
        tour.visit("POST", endpoint, 413, b" " * (256 * 1024 + 1), key=None, Stripe_Signature="t=1,v1=00")
    story.worker.inbox_is_settled()
    tour.visit("GET", "/v1/webhook_events?state=parked&limit=100", 200)
    tour.visit("GET", f"/v1/webhook_events/{story.event}", 200)
    tour.visit("POST", f"/v1/webhook_events/{story.event}/replay", 200)
    tour.visit("POST", "/v1/webhook_events/replay", 200, {"state": "parked"})


def refusals(story):
    """What every route refuses, each in the same way."""
    tour = story.tour
    tour.visit("POST", "/v1/accounts", 201, {"name": "Key", "currency": "usd", "stripe": "none"}, once="used")
    tour.visit("POST", "/v1/customers", 201, {"external_id": "key"}, key=story.key, once="used")
    for method, pattern, operation in tour.operations():
        path = story.example(pattern)
        statuses = {int(status) for status in operation["responses"]}
        body = {} if method == "POST" else None
        if not pattern.startswith("/v1/"):
            if 400 in statuses and method == "GET" and not pattern.startswith(("/connect", "/pay", "/top-up")):
                # A page takes any parameter, and none that is not one.
                wrong = "?x=%ZZ" if pattern in ("/", "/thanks") else "?nothing=1"
                tour.visit(method, path + wrong, 400, key=None)
            continue
        own = story.own_key(pattern)
        tour.visit(method, path, 401, body, key=None)
        tour.visit(method, path + "?nothing=1", 400, body, **own)
        if 403 in statuses and pattern not in OF_CUSTOMERS:
            tour.visit(method, path, 403, body, key=story.end_user["secret"])
        if 404 in statuses:
            not_found(tour, method, pattern, path, body if body is None else acceptable(pattern), own)
        if method == "POST":
            if pattern not in LOOKS:
                tour.visit(method, path, 409, acceptable(pattern), once="used", **own)
            tour.visit(method, path, 413, b" " * (1024 * 1024 + 1), **own)
            tour.visit(method, path, 415, b"x", Content_Type="text/plain", **own)
    fees = {"application_fee_percent": 0}
    tour.visit("POST", f"/v1/accounts/{story.account}", 403, fees, key=story.key)
    tour.visit("GET", "/metrics", 401, key=None, X_Forwarded_For="192.0.2.1")
    tour.visit("GET", "/metrics", 403, key=story.key, X_Forwarded_For="192.0.2.1")


def acceptable(pattern):
    """A body that the route would take."""
    return {
        "/v1/usage": {"id": "9", "customer": "ada", "cost_micros": 1},
        "/v1/usage/{id}/corrections": {"reason": "x"},
        "/v1/top_ups": {"customer": "ada", "amount": 500, "success_url": "https://shop.example/ok"},
        "/v1/customers/{id}/auto_top_up": {"threshold_micros": 1, "amount_micros": 9_000_000},
        "/v1/customers/{id}/grants": {"amount_micros": 5, "kind": "promotional", "reason": "x"},
        "/v1/authorizations": {"customer": "ada", "estimate": {"amount_micros": 1}},
        "/v1/authorizations/{id}/capture": {"cost_micros": 1},
        "/v1/quota_checks": {"customer": "ada", "estimate": {"amount_micros": 1}},
        "/v1/charges": {"customer": "ada"}, "/v1/customers": {"external_id": "another"},
        "/v1/keys": {"name": "another"}, "/v1/meters": {"slug": "another", "aggregation": "count"},
        "/v1/products": {"slug": "another", "metrics": []},
        "/v1/prices": {"provider": "mine", "model": "another", "per_unit": {"images": "0.02"}},
        "/v1/webhook_events/replay": {"state": "parked"}, "/v1/plans": {"slug": "another"},
        "/v1/accounts": {"name": "x", "currency": "usd", "stripe": "none"},
    }.get(pattern, {})


def not_found(tour, method, pattern, path, body, own):
    unknown = re.sub(r"(b[a-z]{3}_[0-9a-z]{20})[0-9a-z]{6}", r"\1zzzzzz", path).replace("evt_judge", "evt_unknown")
    if unknown != path:
        return tour.visit(method, unknown, 404, body, **own)
    # A list of an account that there is not.
    return tour.visit(method, path, 404, body, account="bacc_" + "0" * 26)


def stripe_is_away(story):
    """Bursar says whether the call may have happened."""
    tour, worker, sandbox = story.tour, story.worker, story.sandbox
    top_up = {"customer": "ada", "amount": 500, "success_url": "https://shop.example/ok"}

    def fails(fault, operation, count=20):
        sandbox.control("faults", method="DELETE")
        sandbox.control("faults", fault=fault, operation=operation, count=count)

    fails("reset-after", "POST /v1/checkout/sessions")
    tour.visit("POST", "/v1/top_ups", 504, top_up, key=story.key)
    page, form = story.begun
    tour.visit("POST", page, 504, form + b"30", key=None, Content_Type=FORM)
    fresh = worker.post("/v1/accounts", {"name": "Away", "currency": "usd", "stripe": "connect"})["id"]
    fails("reset-after", "POST /v1/account_links")
    tour.visit("POST", f"/v1/accounts/{fresh}/onboarding_links", 504)
    sandbox.control("faults", method="DELETE")
    worker.post(f"/v1/accounts/{fresh}/onboarding_links")
    returns, refreshes = onboarding_urls(sandbox)
    fails("reset-after", "POST /v1/account_links")
    tour.visit("GET", refreshes, 504, key=None)
    fails("reset-after", "POST /v1/payment_intents/{intent}/confirm")
    tour.visit("POST", story.unpaid[0], 504, story.unpaid[1], key=None, Content_Type=FORM)
    fails("reset-after", "POST /oauth/token")
    tour.visit("GET", callback(story, fresh), 504, key=None)
    sandbox.control("faults", method="DELETE")
    sandbox.control("faults", method="DELETE")
    agreed = callback(story, fresh)
    story.links = returns, refreshes
    sandbox.child.kill()
    tour.visit("GET", agreed, 503, key=None)
    tour.visit("POST", "/v1/top_ups", 503, top_up, key=story.key)
    tour.visit("POST", page, 503, form + b"40", key=None, Content_Type=FORM)
    tour.visit("POST", f"/v1/accounts/{fresh}/onboarding_links", 503)
    tour.visit("GET", refreshes, 503, key=None)
    tour.visit("POST", story.unpaid[0], 503, story.unpaid[1], key=None, Content_Type=FORM)


def database_is_locked(story):
    """Everything that writes says that nothing was done."""
    lock = sqlite3.connect(story.worker.database, timeout=20, isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    try:
        with concurrent.futures.ThreadPoolExecutor(64) as pool:
            for visit in [pool.submit(*call) for call in writes(story)]:
                visit.result()
    finally:
        lock.execute("ROLLBACK")
        lock.close()


def writes(story):
    tour = story.tour
    for method, pattern, operation in tour.operations():
        if "503" not in operation["responses"] or not pattern.startswith("/v1/") or method == "GET":
            continue
        if pattern in LOOKS:
            continue
        if (method, pattern, 503) in tour.visited:
            continue
        own = story.own_key(pattern)
        body = None if method == "DELETE" else acceptable(pattern)
        path = story.example(pattern)
        once = "locked" if method == "POST" else None
        yield lambda m=method, p=path, b=body, n=once, o=own: tour.visit(m, p, 503, b, once=n, **o),
    for endpoint, secret in (("/stripe/webhooks", PLATFORM_SECRET), ("/stripe/webhooks/connect", CONNECT_SECRET)):
        body = json.dumps({**EVENT, "id": "evt_locked"}).encode()
        headers = {"Stripe_Signature": signed(body, secret)}
        yield lambda e=endpoint, b=body, h=headers: tour.visit("POST", e, 503, b, key=None, **h),
    returns, refreshes = story.links
    for method, path, body in (("GET", "/readyz", None), ("GET", returns, None), ("GET", refreshes, None)):
        yield lambda m=method, p=path, b=body: tour.visit(m, p, 503, b, key=None),


def stripe_is_not_configured(story):
    for name in list(story.worker.child.environment):
        if name.startswith("BURSAR_STRIPE_"):
            del story.worker.child.environment[name]
    story.worker.restart()
    for endpoint in ("/stripe/webhooks", "/stripe/webhooks/connect"):
        story.tour.visit("POST", endpoint, 409, b"{}", key=None, Stripe_Signature="t=1,v1=00")
    story.tour.visit("POST", story.unpaid[0], 409, story.unpaid[1], key=None, Content_Type=FORM)
