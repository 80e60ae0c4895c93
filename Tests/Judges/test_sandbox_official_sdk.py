"""The sandbox as its users meet it.

The official SDK over real HTTP, its pages sent like a browser does, its wire faults, and its webhooks
judged by the SDK.
"""

import http.server
import threading
import time
import urllib.parse

import pytest
import stripe

import bursar
from exchange import Unanswered, exchange, post_form
from processes import until
from sandbox import Sandbox

SECRETS = {"/hooks": "whsec_own", "/hooks/connect": "whsec_connect"}


class Receiver(http.server.ThreadingHTTPServer):
    """Takes webhooks, has the SDK judge each, and answers with the next status it was given (200 after those)."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), self.Hook)
        self.statuses, self.received, self.forged = [], [], []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def of_type(self, kind):
        return [event for event in self.received if event.type == kind]

    class Hook(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            try:
                event = stripe.Webhook.construct_event(body, self.headers["Stripe-Signature"], SECRETS[self.path])
                self.server.received.append(event)
            except (ValueError, stripe.SignatureVerificationError) as error:
                self.server.forged.append(error)
            self.send_response(self.server.statuses.pop(0) if self.server.statuses else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass


@pytest.fixture
def receiver():
    receiver = Receiver()
    yield receiver
    receiver.shutdown()
    receiver.server_close()


@pytest.fixture
def sandbox(processes, tmp_path, receiver):
    return processes(
        Sandbox(
            tmp_path, webhook=f"{receiver.url}/hooks", webhook_secret=SECRETS["/hooks"],
            connect_webhook=f"{receiver.url}/hooks/connect", connect_webhook_secret=SECRETS["/hooks/connect"],
            retry_speed=3000, settlement_delay=100, seed=7)
    ).start()


def client(sandbox, retries=0):
    addresses = {"api": sandbox.url, "connect": sandbox.url}
    return stripe.StripeClient(
        bursar.STRIPE_KEY, base_addresses=addresses, max_network_retries=retries, client_id=bursar.CLIENT_ID)


@pytest.fixture
def sdk(sandbox):
    return client(sandbox)


@pytest.fixture
def merchant(sdk):
    """An account whose onboarding page a script has sent; the options that name it."""
    account = sdk.v1.accounts.create({"country": "US", "type": "standard"}).id
    link = sdk.v1.account_links.create({
        "account": account, "type": "account_onboarding", "refresh_url": "https://p.example/refresh",
        "return_url": "https://p.example/return"})
    assert b"not Stripe, no real money" in exchange("GET", link.url).body
    assert exchange("GET", link.url).headers["Location"] == "https://p.example/refresh"
    link = sdk.v1.account_links.create({
        "account": account, "type": "account_onboarding", "refresh_url": "https://p.example/refresh",
        "return_url": "https://p.example/return"})
    sent = post_form(link.url, {"decision": "complete"})
    assert (sent.status, sent.headers["Location"]) == (303, "https://p.example/return")
    return {"stripe_account": account}


def payment(**more):
    return {
        "amount": 1200, "currency": "usd", "payment_method": "pm_card_visa", "confirm": True, "off_session": True,
        **more}


def checkout(sdk, options, **more):
    return sdk.v1.checkout.sessions.create({
        "mode": "payment", "success_url": "https://p.example/paid?s={CHECKOUT_SESSION_ID}",
        "line_items": [{"quantity": 2, "price_data": {
            "currency": "usd", "unit_amount": 1000, "product_data": {"name": "Tokens"}}}], **more}, options)


def test_a_customer_pays_on_the_page_and_off_session_afterwards(sdk, merchant, receiver):
    customer = sdk.v1.customers.create({"email": "ada@example.com"}, merchant)
    session = checkout(sdk, merchant, customer=customer.id, payment_intent_data={"setup_future_usage": "off_session"})
    assert "Pay 20.00 USD" in exchange("GET", session.url).body.decode()
    declined = post_form(session.url, {"card_number": "4000000000009995"})
    assert declined.status == 402 and b"insufficient funds" in declined.body
    bank = post_form(session.url, {"card_number": "4000002500003155"})
    paid = post_form(bank.headers["Location"], {"decision": "complete"})
    assert paid.headers["Location"] == f"https://p.example/paid?s={session.id}"
    assert sdk.v1.checkout.sessions.retrieve(session.id, None, merchant).payment_status == "paid"

    saved = sdk.v1.customers.payment_methods.list(customer.id, None, merchant).data[0]
    later = sdk.v1.payment_intents.create(payment(customer=customer.id, payment_method=saved.id), merchant)
    assert later.status == "succeeded"
    until(lambda: len(receiver.of_type("payment_intent.succeeded")) == 2, "both payments are told of")
    assert receiver.forged == []
    assert {event.account for event in receiver.received} == {merchant["stripe_account"]}


def test_a_payment_that_needs_the_cardholder_is_finished_with_the_same_intent(sdk, merchant):
    with pytest.raises(stripe.CardError) as refused:
        sdk.v1.payment_intents.create(payment(payment_method="pm_card_authenticationRequired"), merchant)
    assert refused.value.code == "authentication_required"
    intent = refused.value.error.payment_intent["id"]
    waiting = sdk.v1.payment_intents.confirm(
        intent, {"payment_method": "pm_card_authenticationRequired", "return_url": "https://p.example/back"}, merchant)
    assert waiting.status == "requires_action"
    back = post_form(waiting.next_action.redirect_to_url.url, {"decision": "complete"}).headers["Location"]
    assert dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(back).query))["redirect_status"] == "succeeded"
    assert sdk.v1.payment_intents.retrieve(intent, None, merchant).status == "succeeded"


def test_a_bank_debit_completes_first_and_is_paid_later(sdk, merchant, receiver):
    session = checkout(sdk, merchant)
    assert post_form(session.url, {"bank": "success"}).status == 303
    until(lambda: receiver.of_type("checkout.session.async_payment_succeeded"), "the debit settles")
    completed = receiver.of_type("checkout.session.completed")[0]
    assert completed.data.object.payment_status == "unpaid"


def test_oauth_connects_an_account_and_a_code_used_twice_revokes_it(sdk, sandbox, receiver):
    account = sandbox.control("accounts", country="JP", name="Tokyo AI")["id"]
    query = urllib.parse.urlencode({
        "client_id": bursar.CLIENT_ID, "response_type": "code", "scope": "read_write", "state": "x y",
        "redirect_uri": "https://p.example/cb"})
    page = f"{sandbox.url}/oauth/authorize?{query}"
    assert "Tokyo AI" in exchange("GET", page).body.decode()
    back = post_form(page, {"decision": "approve", "account": account}).headers["Location"]
    answer = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(back).query))
    assert answer["state"] == "x y"
    grant = {"grant_type": "authorization_code", "code": answer["code"]}
    assert sdk.oauth.token(grant).stripe_user_id == account
    assert sdk.v1.accounts.retrieve(account).default_currency == "jpy"
    with pytest.raises(stripe.oauth_error.InvalidGrantError):
        sdk.oauth.token(grant)
    with pytest.raises(stripe.PermissionError):
        sdk.v1.accounts.retrieve(account)
    until(lambda: receiver.of_type("account.application.deauthorized"), "the platform is told")


def test_refunds_fees_and_balance_transactions_add_up(sdk, merchant):
    intent = sdk.v1.payment_intents.create(payment(application_fee_amount=60), merchant)
    refund = sdk.v1.refunds.create(
        {"payment_intent": intent.id, "amount": 600, "refund_application_fee": True}, merchant)
    assert refund.status == "succeeded"
    lines = list(sdk.v1.balance_transactions.list({"limit": 1}, merchant).auto_paging_iter())
    assert [(line.type, line.amount) for line in lines] == [("refund", -600), ("charge", 1200)]
    fee = sdk.v1.application_fees.list().data[0]
    assert (fee.amount, fee.amount_refunded) == (60, 30)
    balance = sdk.v1.balance.retrieve(None, merchant)
    assert sum(part.amount for part in balance.available + balance.pending) == sum(line.net for line in lines)


def test_events_are_paged_backwards_in_time_and_forwards(sdk, merchant):
    for _ in range(4):
        sdk.v1.payment_intents.create(payment(), merchant)
    newest_first = [event.id for event in sdk.v1.events.list({"limit": 3}, merchant).auto_paging_iter()]
    oldest = newest_first[-1]
    forwards = sdk.v1.events.list({"limit": 3, "ending_before": oldest}, merchant)
    assert [event.id for event in forwards.auto_paging_iter()] == newest_first[:-1][::-1]


@pytest.mark.parametrize("fault", ["reset-before", "reset-after", "503", "503-after", "409"])
def test_the_sdk_retries_what_failed_and_there_is_one_payment(sandbox, merchant, fault):
    sdk = client(sandbox, retries=2)
    sandbox.control("faults", fault=fault, operation="POST /v1/payment_intents", count=1)
    intent = sdk.v1.payment_intents.create(payment(), merchant)
    assert intent.status == "succeeded"
    assert len(sdk.v1.payment_intents.list(None, merchant).data) == 1
    tries = sandbox.requests("POST /v1/payment_intents")
    assert len(tries) == 2 and len({entry["idempotency_key"] for entry in tries}) == 1


def test_an_answer_cut_short_is_an_error_and_its_key_gives_the_payment_that_was_made(sandbox, sdk, merchant):
    sandbox.control("faults", fault="cut-body", operation="POST /v1/payment_intents")
    options = {**merchant, "idempotency_key": "cut-one"}
    with pytest.raises(stripe.APIConnectionError):
        sdk.v1.payment_intents.create(payment(), options)
    again = sdk.v1.payment_intents.create(payment(), options)
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    assert len(sdk.v1.payment_intents.list(None, merchant).data) == 1


@pytest.mark.parametrize(("fault", "count"), [("timeout-before", 0), ("timeout-after", 1)])
def test_a_silent_answer_has_or_has_not_happened(sandbox, sdk, merchant, fault, count):
    body = urllib.parse.urlencode({
        "amount": 900, "currency": "usd", "payment_method": "pm_card_visa", "confirm": "true", "off_session": "true"})
    headers = {"Authorization": f"Bearer {bursar.STRIPE_KEY}", "Sandbox-Fault": fault,
               "Stripe-Account": merchant["stripe_account"], "Content-Type": "application/x-www-form-urlencoded"}
    with pytest.raises(Unanswered):
        exchange("POST", f"{sandbox.url}/v1/payment_intents", body, headers, timeout=0.5)
    assert len(sdk.v1.payment_intents.list(None, merchant).data) == count


def test_a_slow_answer_comes_whole_and_its_key_is_in_use_until_then(sandbox, sdk, merchant):
    options = {**merchant, "idempotency_key": "slow-one"}
    slow = {**options, "headers": {"Sandbox-Fault": "slow=1500"}}
    answers = []
    first = threading.Thread(target=lambda: answers.append(sdk.v1.payment_intents.create(payment(), slow)))
    first.start()
    until(lambda: sandbox.requests("POST /v1/payment_intents"), "the first request has begun")
    with pytest.raises(stripe.StripeError) as refused:
        sdk.v1.payment_intents.create(payment(), options)
    assert refused.value.http_status == 409
    assert refused.value.json_body["error"]["code"] == "idempotency_key_in_use"
    first.join()
    again = until(lambda: _unless_in_use(sdk, options), "the key is free")
    assert [again.id] == [answer.id for answer in answers]


def _unless_in_use(sdk, options):
    try:
        return sdk.v1.payment_intents.create(payment(), options)
    except stripe.StripeError as error:
        assert error.http_status == 409
        return None


def test_a_webhook_that_is_refused_comes_again_signed_anew(sdk, receiver):
    receiver.statuses = [500, 302, 400]
    sdk.v1.customers.create({"name": "Ada"})
    until(lambda: len(receiver.of_type("customer.created")) == 4, "the fourth try")
    assert len({event.id for event in receiver.received}) == 1
    assert receiver.forged == []


def test_webhooks_are_dropped_doubled_and_never_made_on_command(sdk, sandbox, receiver):
    for fault in ("drop", "never", "duplicate"):
        sandbox.control("event_faults", fault=fault, type="customer.created")
    made = [sdk.v1.customers.create({"name": fault}).id for fault in ("dropped", "never made", "doubled")]
    until(lambda: len(receiver.of_type("customer.created")) == 2, "the doubled one is heard twice")
    assert {event.data.object.id for event in receiver.received} == {made[2]}
    listed = [event.data.object.id for event in sdk.v1.events.list().data]
    assert listed == [made[2], made[0]]
    assert {customer.id for customer in sdk.v1.customers.list().data} == set(made)


def test_many_at_once_are_all_answered_and_all_told_of(sdk, merchant, receiver):
    def pay(number):
        sdk.v1.payment_intents.create(payment(amount=1000 + number), merchant)

    threads = [threading.Thread(target=pay, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    until(lambda: len(receiver.of_type("payment_intent.succeeded")) == 40, "all are told of")
    assert len({event.id for event in receiver.received}) == len(receiver.received)


def test_the_program_ends_at_once_when_told_to(sandbox):
    with pytest.raises(Unanswered):
        exchange("GET", f"{sandbox.url}/v1/account",
                 headers={"Authorization": f"Bearer {bursar.STRIPE_KEY}", "Sandbox-Fault": "timeout-before"},
                 timeout=0.2)
    began = time.monotonic()
    assert sandbox.child.terminate() == 0
    assert time.monotonic() - began < 5
