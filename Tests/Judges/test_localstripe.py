"""The same worker against localstripe, a Stripe that others have written, with webhooks that it signs itself."""

import json
import sys

import pytest

import exchange
from bursar import PLATFORM_SECRET, STRIPE_KEY, Bursar
from processes import Child, free_port, until

CARD = {"number": "4242424242424242", "exp_month": "12", "exp_year": "2034", "cvc": "123"}


class LocalStripe:
    def __init__(self, folder):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        script = __file__.replace("test_localstripe.py", "localstripe_server.py")
        self.child = Child([sys.executable, script, self.port], folder, {}, "localstripe")

    def start(self):
        self.child.start()
        self.child.wait_until(self.answers, "localstripe answers")
        return self

    def answers(self):
        try:
            return exchange.exchange("GET", f"{self.url}/v1/customers", headers=self.key).status == 200
        except exchange.Unanswered:
            return False

    @property
    def key(self):
        return {"Authorization": f"Bearer {STRIPE_KEY}"}

    def post(self, path, **parameters):
        answer = exchange.post_form(self.url + path, parameters, secret=STRIPE_KEY)
        assert answer.status == 200, (path, answer)
        return answer.json() if answer.body else None

    def get(self, path):
        return exchange.exchange("GET", self.url + path, headers=self.key).json()

    def deliver_to(self, worker):
        self.post("/_config/webhooks/bursar", url=f"{worker.url}/stripe/webhooks", secret=PLATFORM_SECRET)


@pytest.fixture
def shop(processes, tmp_path):
    """The platform as its own merchant, and a customer whose card localstripe knows."""
    stripe = processes(LocalStripe(tmp_path)).start()
    settings = {
        "BURSAR_STRIPE_API_BASE": stripe.url,
        "BURSAR_SWEEP_EVENTS_SECONDS": "86400",
        # localstripe knows no return_url, which Bursar sends where people can reach it.
        "BURSAR_PUBLIC_URL": None,
    }
    worker = processes(Bursar(tmp_path, **settings)).start()
    account = worker.post("/v1/accounts", {"name": "The platform", "currency": "usd", "stripe": "platform"})["id"]
    method = stripe.post("/v1/payment_methods", type="card", card=CARD)["id"]
    at_stripe = stripe.post("/v1/customers", name="Ada")["id"]
    stripe.post(f"/v1/payment_methods/{method}/attach", customer=at_stripe)
    customer = worker.post("/v1/customers", {"external_id": "ada"}, account=account)["id"]
    worker.post(
        f"/v1/customers/{customer}", {"stripe_customer": at_stripe, "payment_method": method}, account=account)
    return worker, stripe, account


def use(worker, account, name="use-1", micros=5_000_000):
    worker.post("/v1/usage", {"id": name, "customer": "ada", "cost_micros": micros}, account=account)


def test_a_charge_is_paid_and_its_signed_webhook_is_settled(shop):
    worker, stripe, account = shop
    stripe.deliver_to(worker)
    use(worker, account)
    charge = worker.post("/v1/charges", {"customer": "ada"}, account=account)["id"]
    worker.charge_ends(charge, account, "paid")
    settled = "type = 'payment_intent.succeeded' AND state = 'settled'"
    until(lambda: worker.count("inbox", settled), "its webhook is settled")
    intents = stripe.get("/v1/payment_intents")["data"]
    assert [intent["amount"] for intent in intents] == [500]
    assert worker.count("journal_entries", "reference = ?", f"stripe:{intents[0]['id']}:succeeded") == 1
    worker.books_are_sound()


def test_a_declined_card_ends_failed_with_the_reason(shop):
    worker, stripe, account = shop
    stripe.deliver_to(worker)
    method = stripe.post("/v1/payment_methods", type="card", card={**CARD, "number": "4000000000000341"})["id"]
    at_stripe = worker.rows("SELECT stripe_customer FROM customers")[0][0]
    exchange.post_form(f"{stripe.url}/v1/payment_methods/{method}/attach", {"customer": at_stripe}, secret=STRIPE_KEY)
    customer = worker.rows("SELECT id FROM customers")[0][0]
    worker.post(f"/v1/customers/{customer}", {"payment_method": method}, account=account)
    use(worker, account)
    charge = worker.post("/v1/charges", {"customer": "ada"}, account=account)["id"]
    failed = worker.charge_ends(charge, account, "failed")
    assert failed["reason"]
    worker.books_are_sound()


def test_an_event_that_was_never_delivered_is_found_by_the_sweep(shop):
    worker, stripe, account = shop
    use(worker, account)
    charge = worker.post("/v1/charges", {"customer": "ada"}, account=account)["id"]
    worker.charge_ends(charge, account, "paid")
    assert worker.count("inbox") == 0, "nobody has delivered anything"
    sweep = worker.post("/v1/reconciliations", {}, account=account)["id"]
    until(
        lambda: worker.get(f"/v1/reconciliations/{sweep}", account=account)["status"] not in ("pending", "running"),
        "the sweep is at its end")
    worker.inbox_is_settled()
    assert worker.count("inbox", "type = 'payment_intent.succeeded' AND endpoint = 'sweep' AND state = 'settled'") == 1
    assert worker.count("journal_entries", "reference LIKE 'stripe:pi_%:succeeded'") == 1
    worker.books_are_sound()


def test_the_worker_sends_nothing_that_localstripe_does_not_know(shop):
    worker, stripe, account = shop
    stripe.deliver_to(worker)
    use(worker, account)
    worker.charge_ends(
        worker.post("/v1/charges", {"customer": "ada"}, account=account)["id"], account, "paid")
    assert "Unexpected" not in json.dumps(worker.rows("SELECT last_error FROM outbox"))
    assert worker.rows("SELECT DISTINCT state FROM outbox WHERE last_error IS NOT NULL") == []


def test_refunds_are_made_and_booked_once_each(shop):
    # localstripe sends no event of a refund, so the answer is all that there is.
    worker, stripe, account = shop
    use(worker, account)
    charge = worker.post("/v1/charges", {"customer": "ada"}, account=account)["id"]
    intent = worker.charge_ends(charge, account, "paid")["payment_intent"]
    for amount in (200, 100):
        refund = worker.post(f"/v1/charges/{charge}/refunds", {"amount": amount}, account=account)["id"]
        until(
            lambda: worker.get(f"/v1/refunds/{refund}", account=account)["status"] == "succeeded",
            "the refund succeeds")
    made = stripe.get(f"/v1/refunds?payment_intent={intent}")["data"]
    assert sorted(one["amount"] for one in made) == [100, 200]
    assert worker.count("journal_entries", "reference LIKE 'stripe:re_%:refunded'") == 2
    assert worker.get(f"/v1/charges/{charge}", account=account)["refunded"]["amount"] == 300
    assert "Unexpected" not in json.dumps(worker.rows("SELECT last_error FROM outbox"))
    worker.books_are_sound()
