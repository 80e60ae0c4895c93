"""The part of the tour that merchants and customers see in a browser."""

import re
import urllib.parse

import exchange

FORM = "application/x-www-form-urlencoded"


def pages(story):
    tour, worker, sandbox = story.tour, story.worker, story.sandbox
    payment(story)
    top_up(story)
    fresh = worker.post("/v1/accounts", {"name": "Fresh", "currency": "usd", "stripe": "connect"})["id"]
    worker.post(f"/v1/accounts/{fresh}/onboarding_links")
    returns, refreshes = onboarding_urls(sandbox)
    tour.visit("GET", returns, 200, key=None)
    tour.visit("GET", refreshes, 303, key=None)
    for page in ("return", "refresh"):
        tour.visit("GET", f"/connect/{fresh}/{page}?token=wrong", 404, key=None)
        tour.visit("GET", f"/connect/{fresh}/{page}?token=%ZZ", 400, key=None)
    shop = worker.post("/v1/accounts", {"name": "Shop", "currency": "usd", "stripe": "connect"})["id"]
    worker.post(f"/v1/accounts/{shop}/onboarding_links", {"return_url": "https://shop.example/back"})
    shop_returns, shop_refreshes = onboarding_urls(sandbox)
    answer = tour.visit("GET", shop_returns, 303, key=None)
    assert answer.headers["Location"] == "https://shop.example/back"
    worn_out(story, shop_returns, shop_refreshes)
    oauth(story)


def worn_out(story, returns, refreshes):
    """Links that were visited too often make no more calls at Stripe."""
    for _ in range(60):
        if exchange.exchange("GET", story.worker.url + refreshes).status == 409:
            break
    story.tour.visit("GET", refreshes, 409, key=None)
    story.tour.visit("GET", returns, 303, key=None)


def onboarding_urls(sandbox):
    """The return and the refresh URL that Bursar gave to Stripe last."""
    sent = sandbox.requests("POST /v1/account_links")[-1]["parameters"]
    return tuple(re.sub(r"^https?://[^/]+", "", sent[name]) for name in ("return_url", "refresh_url"))


def payment(story):
    tour, worker = story.tour, story.worker
    story.owes("cy", "pm_card_authenticationRequired")
    charge = worker.post("/v1/charges", {"customer": "cy"}, account=story.account)
    shown = worker.charge_ends(charge["id"], story.account, "requires_action")
    tour.visit("GET", f"/v1/charges/{charge['id']}", 200, key=story.key)
    link = urllib.parse.urlsplit(shown["payment_url"])
    here = f"{link.path}?{link.query}"
    form = {"Content_Type": FORM}
    tour.visit("GET", here, 200, key=None)
    tour.visit("GET", f"{link.path}?token=wrong", 404, key=None)
    tour.visit("GET", f"{link.path}?token=%ZZ", 400, key=None)
    tour.visit("GET", f"{link.path}/done?{link.query}", 200, key=None)
    tour.visit("GET", f"{link.path}/done?token=wrong", 404, key=None)
    tour.visit("GET", f"{link.path}/done?token=%ZZ", 400, key=None)
    tour.visit("POST", link.path, 404, b"token=wrong", key=None, **form)
    tour.visit("POST", f"{link.path}?x=%ZZ", 400, b"token=x", key=None, **form)
    tour.visit("POST", link.path, 413, b" " * (16 * 1024 + 1), key=None, **form)
    onward = tour.visit("POST", link.path, 303, link.query.encode(), key=None, **form)
    assert onward.headers["Location"].startswith(story.sandbox.url)
    story.unpaid = unpaid(story)
    exchange.post_form(onward.headers["Location"], {"decision": "complete"})
    tour.visit("GET", f"{link.path}/done?{link.query}", 200, key=None)
    tour.visit("POST", link.path, 200, link.query.encode(), key=None, **form)


def top_up(story):
    """Where a wallet's 402 leads to."""
    tour, worker = story.tour, story.worker
    worker.post("/v1/customers", {"external_id": "flo", "prepaid": True}, account=story.account)
    ask = {"customer": "flo", "estimate": {"amount_micros": 4_000}}
    short = tour.visit("POST", "/v1/authorizations", 402, ask, key=story.key).json()
    assert tour.visit("POST", "/v1/quota_checks", 200, ask, key=story.key).json()["refusal"]["top_up_url"] \
        == short["top_up_url"]
    link = urllib.parse.urlsplit(short["top_up_url"])
    form = {"Content_Type": FORM}
    tour.visit("GET", f"{link.path}?{link.query}", 200, key=None)
    tour.visit("GET", f"{link.path}?token=wrong", 404, key=None)
    tour.visit("GET", f"{link.path}?token=%ZZ", 400, key=None)
    tour.visit("POST", link.path, 404, b"token=wrong&amount=20", key=None, **form)
    tour.visit("POST", link.path, 400, f"{link.query}&amount=much".encode(), key=None, **form)
    tour.visit("POST", link.path, 413, b" " * (16 * 1024 + 1), key=None, **form)
    onward = tour.visit("POST", link.path, 303, f"{link.query}&amount=20".encode(), key=None, **form)
    assert onward.headers["Location"].startswith(story.sandbox.url)
    assert tour.visit("POST", "/v1/authorizations", 402, ask, key=story.key).json()["top_up_url"] \
        == onward.headers["Location"]
    worker.post("/v1/customers/flo/block", account=story.account)
    tour.visit("POST", link.path, 409, f"{link.query}&amount=20".encode(), key=None, **form)
    worker.post("/v1/customers/flo/unblock", account=story.account)
    story.begun = link.path, f"{link.query}&amount=".encode()


def unpaid(story):
    """A payment whose customer still has to come."""
    story.owes("di", "pm_card_authenticationRequired")
    charge = story.worker.post("/v1/charges", {"customer": "di"}, account=story.account)
    shown = story.worker.charge_ends(charge["id"], story.account, "requires_action")
    link = urllib.parse.urlsplit(shown["payment_url"])
    return link.path, link.query.encode()


def oauth(story):
    tour = story.tour
    tour.visit("GET", "/connect/oauth/callback?state=unknown&code=x", 400, key=None)
    account = story.worker.post("/v1/accounts", {"name": "Old", "currency": "usd", "stripe": "connect"})["id"]
    state = oauth_state(story, account)[1]
    tour.visit("GET", f"/connect/oauth/callback?state={state}&error=access_denied", 403, key=None)
    existing = at_stripe(story)
    tour.visit("GET", callback(story, account, existing), 200, key=None)
    # The same Stripe account for a second merchant.
    twin = story.worker.post("/v1/accounts", {"name": "Twin", "currency": "usd", "stripe": "connect"})["id"]
    tour.visit("GET", callback(story, twin, existing), 409, key=None)


def oauth_state(story, account):
    url = story.worker.post(f"/v1/accounts/{account}/oauth_links")["url"]
    return url, dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))["state"]


def at_stripe(story):
    """An account that Stripe has, and that is not connected."""
    return story.sandbox.control("accounts", country="US", currency="usd", email="a@shop.example", name="A")["id"]


def callback(story, account, existing=None):
    """Where Stripe sends a merchant who has agreed to connect."""
    answer = exchange.post_form(
        oauth_state(story, account)[0], {"decision": "approve", "account": existing or at_stripe(story)})
    return re.sub(r"^https?://[^/]+", "", answer.headers["Location"])
