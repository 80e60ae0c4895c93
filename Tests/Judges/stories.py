"""How a merchant comes to a customer who can be charged. Each step goes over real HTTP."""

import itertools

from processes import until

_numbers = itertools.count(1)


class Merchant:
    """A connected account at the sandbox, with one customer whose card is saved there."""

    def __init__(self, worker, sandbox, currency="usd", country="US", card="pm_card_visa", **terms):
        self.worker, self.sandbox = worker, sandbox
        self.currency = currency
        terms = {"name": "Merchant Example", "currency": currency, "country": country, "stripe": "connect", **terms}
        self.account = worker.post("/v1/accounts", terms)["id"]
        worker.post(f"/v1/accounts/{self.account}/onboarding_links", {})
        self.stripe_account = worker.rows("SELECT stripe_account FROM accounts WHERE id = ?", self.account)[0][0]
        sandbox.control(f"accounts/{self.stripe_account}/onboard", outcome="complete")
        self.wait_for_connection()
        self.customer = self.add_customer("ada", card)

    def wait_for_connection(self):
        def is_connected():
            return self.worker.get(f"/v1/accounts/{self.account}")["status"] == "connected"

        until(is_connected, "the account is connected")

    def add_customer(self, external_id, card="pm_card_visa"):
        at_stripe = self.sandbox.api("POST", "/v1/customers", account=self.stripe_account, name=external_id)["id"]
        method = self.sandbox.api(
            "POST", f"/v1/payment_methods/{card}/attach", account=self.stripe_account, customer=at_stripe)["id"]
        customer = self.worker.post("/v1/customers", {"external_id": external_id}, account=self.account)["id"]
        self.worker.post(
            f"/v1/customers/{customer}", {"stripe_customer": at_stripe, "payment_method": method}, account=self.account)
        return customer

    def use(self, micros, external_id="ada"):
        event = {"id": f"use-{next(_numbers)}", "customer": external_id, "cost_micros": micros}
        answer = self.worker.post("/v1/usage", event, account=self.account)
        assert answer["accepted"] == 1, answer
        return answer

    def charge(self, external_id="ada"):
        return self.worker.post("/v1/charges", {"customer": external_id}, account=self.account)

    def charge_ends(self, charge, status, seconds=90):
        return self.worker.charge_ends(charge["id"], self.account, status, seconds)

    def paid_charge(self, micros=5_000_000):
        self.use(micros)
        charge = self.charge()
        self.charge_ends(charge, "paid")
        return charge

    def refund(self, charge, **terms):
        return self.worker.post(f"/v1/charges/{charge['id']}/refunds", terms, account=self.account)

    def refund_ends(self, refund, status, seconds=90):
        def ended():
            now = self.worker.get(f"/v1/refunds/{refund['id']}", account=self.account)
            return now if now["status"] == status else None

        return until(ended, f"the refund is {status}", seconds)

    def refunds(self):
        """All that Stripe has given back of this merchant's payments."""
        return self.at_stripe("refunds")

    def payment_intents(self):
        """All that Stripe has of this merchant, without Bursar's help."""
        return self.at_stripe("payment_intents")

    def at_stripe(self, name):
        """All that Stripe lists of one kind, page by page."""
        found, after = [], ""
        while True:
            page = self.sandbox.api("GET", f"/v1/{name}?limit=100{after}", account=self.stripe_account)
            found += page["data"]
            if not page["has_more"]:
                return found
            after = f"&starting_after={found[-1]['id']}"

    def paid_entries(self):
        """The entries that say that money came in, by PaymentIntent."""
        rows = self.worker.rows(
            "SELECT reference FROM journal_entries WHERE book = ? AND reference LIKE 'stripe:pi_%:succeeded'",
            self.account)
        return [row[0].split(":")[1] for row in rows]
