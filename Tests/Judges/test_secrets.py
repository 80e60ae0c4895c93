"""Canaries in every place a secret has; no byte that Bursar writes holds one."""

import urllib.parse

import exchange
from bursar import PLATFORM_KEY, PLATFORM_SECRET, CONNECT_SECRET, STRIPE_KEY
from stories import Merchant
from test_database_trouble import delivery


def written(folder):
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != "stripe-sandbox.log":
            yield path, path.read_bytes()


def test_no_secret_is_in_a_file_a_log_or_an_answer(pair, tmp_path):
    worker, sandbox = pair
    merchant = Merchant(worker, sandbox)
    merchant.use(5_000_000)
    merchant.charge_ends(merchant.charge(), "paid")
    minted = worker.post(f"/v1/accounts/{merchant.account}/keys", {"name": "canary"})["secret"]
    secrets = [PLATFORM_KEY, STRIPE_KEY, PLATFORM_SECRET, CONNECT_SECRET, minted]

    # Errors are where secrets leak: a wrong key, a wrong signature, a Stripe that refuses and one that is gone.
    answers = [worker.call("GET", "/v1/accounts", key=PLATFORM_KEY + "x")]
    answers.append(worker.call("GET", "/v1/customers", key=minted))
    answers.append(worker.webhook(delivery("x")[0], "t=1,v1=00"))
    answers.append(exchange.exchange("GET", f"{worker.url}/metrics"))
    sandbox.control("faults", fault="500-before", operation="GET /v1/accounts/{account}", count=2)
    answers.append(worker.call("POST", f"/v1/accounts/{merchant.account}/onboarding_links"))
    sandbox.child.kill()
    answers.append(worker.call("POST", f"/v1/accounts/{merchant.account}/onboarding_links"))
    output = [
        worker.command("settings"), worker.command("accounts", "list", "--json"), worker.command("webhooks", "list"),
        worker.command("ledger", "journal"),
    ]
    worker.child.terminate()

    for secret in secrets:
        for path, content in written(tmp_path):
            assert secret.encode() not in content, f"a secret of {len(secret)} characters is in {path.name}"
        for answer in answers:
            assert secret.encode() not in answer.body
        for text in output:
            assert secret not in text


def test_the_link_to_a_wallet_is_in_no_log(merchant, tmp_path):
    worker, account = merchant.worker, merchant.account
    worker.post("/v1/customers", {"external_id": "flo", "prepaid": True}, account=account)
    ask = {"customer": "flo", "estimate": {"amount_micros": 5}}
    short = worker.call("POST", "/v1/authorizations", ask, account=account)
    link = urllib.parse.urlsplit(short.json()["top_up_url"])
    token = link.query.removeprefix("token=")
    assert short.status == 402 and len(token) == 64
    assert exchange.exchange("GET", f"{worker.url}{link.path}?{link.query}").status == 200
    assert exchange.exchange("GET", f"{worker.url}{link.path}x?{link.query}").status == 404
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for amount, status in ((20, 303), (30, 504)):
        answer = exchange.exchange("POST", worker.url + link.path, f"{link.query}&amount={amount}".encode(), form)
        assert answer.status == status, answer
        merchant.sandbox.control("faults", fault="reset-after", operation="POST /v1/checkout/sessions", count=20)
    worker.child.terminate()
    assert token not in worker.child.said()


def test_card_numbers_cannot_come_to_rest_in_the_log(merchant, tmp_path):
    number = "4242424242424242"
    merchant.worker.call("POST", "/v1/customers", {"external_id": f"card {number}"}, account=merchant.account)
    merchant.worker.call("POST", f"/v1/customers?number={number}", {}, account=merchant.account)
    merchant.worker.child.terminate()
    assert number not in merchant.worker.child.said()
