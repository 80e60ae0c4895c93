"""The official SDK signs, and judges each header; our endpoint must say the same, and store nothing it refuses."""

import json
import os
import time

import pytest
import stripe

from bursar import CONNECT_SECRET, PLATFORM_SECRET

EVENT = {
    "id": "evt_1SVfZbB7WZ01zgkWjudge0001", "object": "event", "api_version": "2026-10-28.endive", "created": 1795180262,
    "livemode": False, "pending_webhooks": 1, "request": {"id": None, "idempotency_key": None},
    "type": "payment_intent.created", "account": "acct_1SVfK2B7WZ01zgkW",
    "data": {"object": {"id": "pi_1", "object": "payment_intent", "name": "Zoë — €"}},
}
BODY = json.dumps(EVENT, ensure_ascii=False).encode()


def sdk_signature(body, secret, at):
    return stripe.WebhookSignature._compute_signature(f"{at}.{body.decode()}", secret)


def header(secret=CONNECT_SECRET, age=0, body=BODY, shape="t={t},v1={v}"):
    at = int(time.time()) - age
    return shape.format(t=at, v=sdk_signature(body, secret, at), wrong="0" * 64)


def sdk_accepts(body, signature, secret):
    try:
        stripe.Webhook.construct_event(body, signature, secret)
        return True
    except (stripe.SignatureVerificationError, ValueError):
        return False


ACCEPTED = {
    "signed now": {},
    "signed 4 minutes ago": {"age": 240},
    "signed by a clock that is ahead": {"age": -3600},
    "a wrong v1 before the right one, as while a secret rolls": {"shape": "t={t},v1={wrong},v1={v}"},
    "an old scheme beside it": {"shape": "t={t},v1={v},v0={wrong}"},
}
REFUSED = {
    "another secret": {"secret": "whsec_somebody_else"},
    "signed 6 minutes ago": {"age": 360},
    "signed in v0 alone": {"shape": "t={t},v0={v}"},
    "no timestamp": {"shape": "v1={v}"},
    "a timestamp that is no number": {"shape": "t=now,v1={v}"},
    "an empty signature": {"shape": "t={t},v1="},
    "a signature cut short": {"shape": "t={t},v1={v:.63}"},
    "words": {"shape": "it is me"},
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_what_the_sdk_signs_and_accepts_is_stored_once(worker, case):
    signature = header(**ACCEPTED[case])
    assert sdk_accepts(BODY, signature, CONNECT_SECRET)
    for _ in range(2):
        answer = worker.webhook(BODY, signature)
        assert answer.status == 200, answer
    assert worker.count("inbox") == 1


def test_what_the_sdk_refuses_is_answered_400_and_not_stored(worker):
    for case, how in REFUSED.items():
        signature = header(**how)
        assert not sdk_accepts(BODY, signature, CONNECT_SECRET), case
        answer = worker.webhook(BODY, signature)
        assert answer.status == 400, (case, answer)
        assert answer.headers["Content-Type"].startswith("application/problem+json"), case
        assert answer.json()["code"].startswith("signature_"), (case, answer)
    for signature in (None, ""):
        assert worker.webhook(BODY, signature).status == 400
    assert worker.count("inbox") == 0


def test_one_endpoint_does_not_take_the_others_secret(worker):
    assert worker.webhook(BODY, header(PLATFORM_SECRET), "connect").status == 400
    assert worker.webhook(BODY, header(CONNECT_SECRET), "platform").status == 400
    assert worker.count("inbox") == 0


def test_a_body_with_one_byte_changed_is_refused(worker):
    signature = header()
    for place in range(0, len(BODY), 7):
        changed = BODY[:place] + bytes([BODY[place] ^ 1]) + BODY[place + 1:]
        assert worker.webhook(changed, signature).status == 400, place
    reserialized = json.dumps(json.loads(BODY), indent=2).encode()
    assert worker.webhook(reserialized, signature).status == 400
    assert worker.count("inbox") == 0


def test_a_body_over_256_kib_is_refused_by_its_size_and_one_below_is_not(worker):
    large = json.dumps({**EVENT, "padding": "x" * (256 * 1024)}).encode()
    assert worker.webhook(large, header(body=large)).status == 413
    assert worker.count("inbox") == 0
    fits = json.dumps({**EVENT, "padding": "x" * (255 * 1024)}).encode()
    assert len(fits) <= 256 * 1024
    assert worker.webhook(fits, header(body=fits)).status == 200
    assert worker.count("inbox") == 1


def test_nothing_that_a_stranger_sends_makes_a_5xx(worker):
    bodies = [b"", b"{", b"\xff\xfe", b"[" * 100_000, os.urandom(3_000), b'{"id":' + b"9" * 4_000 + b"}"]
    for body in bodies:
        assert worker.webhook(body, header(body=b"other")).status == 400, body[:20]
    assert worker.count("inbox") == 0


def test_signed_but_unreadable_events_are_parked_and_answered_200(worker):
    for place, body in enumerate([b"{}", b"[]", b'"event"', b'{"id":"evt_1"}', b"[" * 50_000 + b"]" * 50_000]):
        answer = worker.webhook(body, header(body=body))
        assert answer.status == 200, (place, answer)
        assert worker.count("inbox", "state = 'parked'") == place + 1
    assert worker.count("journal_entries") == 0


def test_two_secrets_are_taken_while_one_rolls(processes, tmp_path):
    from bursar import Bursar

    settings = {"BURSAR_STRIPE_CONNECT_WEBHOOK_SECRETS": f"whsec_the_new_one,{CONNECT_SECRET}"}
    worker = processes(Bursar(tmp_path, **settings)).start()
    assert worker.webhook(BODY, header("whsec_the_new_one")).status == 200
    assert worker.webhook(BODY, header(CONNECT_SECRET)).status == 200
    assert worker.webhook(BODY, header(PLATFORM_SECRET)).status == 400
