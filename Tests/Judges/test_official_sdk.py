"""The official SDK as a client of the sandbox, and as the judge of what the sandbox sends."""

import http.server
import threading

import pytest
import stripe

from bursar import CONNECT_SECRET, PLATFORM_SECRET, STRIPE_KEY
from processes import until
from sandbox import Sandbox


class Listener:
    """Hears webhooks, and lets the SDK judge each."""

    def __init__(self):
        self.events, self.refused = [], []
        listener = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                secret = CONNECT_SECRET if self.path.endswith("/connect") else PLATFORM_SECRET
                try:
                    event = stripe.Webhook.construct_event(body, self.headers["Stripe-Signature"], secret)
                    listener.events.append(event)
                except (ValueError, stripe.SignatureVerificationError) as error:
                    listener.refused.append(error)
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def hears(self, kind, account=None):
        def found():
            return [event for event in self.events
                    if event.type == kind and (account is None or event.account == account)]

        return until(found, f"{kind} is heard")[0]


@pytest.fixture
def listener():
    listener = Listener()
    yield listener
    listener.server.shutdown()
    listener.server.server_close()


@pytest.fixture
def sandbox(processes, tmp_path, listener):
    return processes(Sandbox(tmp_path, worker_url=f"{listener.url}")).start()


@pytest.fixture
def sdk(sandbox):
    base = sandbox.url
    return stripe.StripeClient(
        STRIPE_KEY, base_addresses={"api": base, "connect": base, "files": base, "meter_events": base})


@pytest.fixture
def merchant(sdk, sandbox):
    account = sdk.v1.accounts.create({"country": "US", "email": "owner@merchant.example", "controller": {
        "stripe_dashboard": {"type": "full"}, "fees": {"payer": "account"}, "losses": {"payments": "stripe"},
        "requirement_collection": "stripe"}})
    link = sdk.v1.account_links.create({
        "account": account.id, "type": "account_onboarding", "return_url": "https://a.example/return",
        "refresh_url": "https://a.example/refresh"})
    assert link.url.startswith(sandbox.url)
    assert not sdk.v1.accounts.retrieve(account.id).charges_enabled
    sandbox.control(f"accounts/{account.id}/onboard", outcome="complete")
    assert sdk.v1.accounts.retrieve(account.id).charges_enabled
    return account.id


def test_the_sdk_takes_an_account_from_link_to_direct_charge(sdk, merchant, listener):
    on_account = {"stripe_account": merchant}
    customer = sdk.v1.customers.create({"name": "Ada", "metadata": {"plan": "gold"}}, on_account)
    sdk.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id}, on_account)
    method = sdk.v1.customers.payment_methods.list(customer.id, {"type": "card"}, on_account).data[0]
    intent = sdk.v1.payment_intents.create({
        "amount": 500, "currency": "usd", "customer": customer.id, "payment_method": method.id, "confirm": True,
        "off_session": True, "application_fee_amount": 10, "expand": ["latest_charge.balance_transaction"]}, on_account)
    assert intent.status == "succeeded"
    line = intent.latest_charge.balance_transaction
    assert line.net == line.amount - line.fee and line.fee > 10

    heard = listener.hears("payment_intent.succeeded", merchant)
    assert heard.data.object.id == intent.id
    listed = sdk.v1.events.list({"type": "payment_intent.succeeded"}, on_account)
    assert [event.id for event in listed.data] == [heard.id]
    assert listener.refused == []
    with pytest.raises(stripe.InvalidRequestError):
        sdk.v1.payment_intents.retrieve(intent.id)


def test_the_sdk_sees_declines_as_card_errors(sdk, merchant):
    on_account = {"stripe_account": merchant}
    customer = sdk.v1.customers.create({}, on_account)
    declines = {"chargeCustomerFail": "card_declined", "authenticationRequired": "authentication_required"}
    for card, code in declines.items():
        method = sdk.v1.payment_methods.attach(f"pm_card_{card}", {"customer": customer.id}, on_account)
        with pytest.raises(stripe.CardError) as refused:
            sdk.v1.payment_intents.create({
                "amount": 500, "currency": "usd", "customer": customer.id, "payment_method": method.id, "confirm": True,
                "off_session": True}, on_account)
        assert refused.value.code == code
        assert refused.value.error.payment_intent["status"] == "requires_payment_method"


def test_the_sdk_takes_a_checkout_from_open_to_paid(sdk, merchant, sandbox, listener):
    on_account = {"stripe_account": merchant}
    session = sdk.v1.checkout.sessions.create({
        "mode": "payment", "success_url": "https://a.example/paid", "cancel_url": "https://a.example/back",
        "customer_creation": "always", "payment_intent_data": {"setup_future_usage": "off_session"},
        "line_items": [{"quantity": 1, "price_data": {
            "currency": "usd", "unit_amount": 2000, "product_data": {"name": "Top-up"}}}]}, on_account)
    assert (session.status, session.payment_status) == ("open", "unpaid")
    sandbox.control(f"checkout_sessions/{session.id}/pay")
    paid = sdk.v1.checkout.sessions.retrieve(session.id, {"expand": ["payment_intent"]}, on_account)
    assert (paid.status, paid.payment_status, paid.payment_intent.status) == ("complete", "paid", "succeeded")
    assert listener.hears("checkout.session.completed", merchant).data.object.id == session.id


def test_the_sdks_own_retry_under_one_key_makes_one_payment(sdk, merchant, sandbox):
    on_account = {"stripe_account": merchant, "idempotency_key": "one-key"}
    order = {"amount": 500, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True,
             "automatic_payment_methods": {"enabled": True, "allow_redirects": "never"}}
    first = sdk.v1.payment_intents.create(order, on_account)
    again = sdk.v1.payment_intents.create(order, on_account)
    assert first.id == again.id
    with pytest.raises(stripe.IdempotencyError):
        sdk.v1.payment_intents.create({**order, "amount": 501}, on_account)


def test_the_sdk_pages_through_what_there_is(sdk, merchant):
    on_account = {"stripe_account": merchant}
    made = [sdk.v1.customers.create({"name": f"Customer {number}"}, on_account).id for number in range(25)]
    pages = sdk.v1.customers.list({"limit": 10}, on_account)
    assert [customer.id for customer in pages.auto_paging_iter()] == made[::-1]


def test_a_wrong_key_and_an_unknown_parameter_are_refused_as_stripe_does(sdk, sandbox):
    stranger = stripe.StripeClient("sk_test_stranger", base_addresses={"api": sandbox.url})
    with pytest.raises(stripe.AuthenticationError):
        stranger.v1.balance.retrieve()
    with pytest.raises(stripe.InvalidRequestError) as refused:
        sdk.v1.customers.create({"nickname": "Ada"})
    assert refused.value.code == "parameter_unknown"
