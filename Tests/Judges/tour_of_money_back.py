"""The part of the tour that gives money back: refunds of a charge and of a top-up, and a dispute."""

from processes import until


def money_back(story):
    tour, key = story.tour, story.key
    part = {"amount": 200, "reason": "requested_by_customer", "refund_application_fee": True}
    refund = tour.visit("POST", f"/v1/charges/{story.charge}/refunds", 201, part, key=key, once="back").json()
    again = tour.visit("POST", f"/v1/charges/{story.charge}/refunds", 201, part, key=key, once="back")
    assert again.json()["id"] == refund["id"]
    story.merchant.refund_ends(refund, "succeeded")
    tour.visit("GET", f"/v1/charges/{story.charge}/refunds", 200, key=key)
    tour.visit("GET", f"/v1/refunds/{refund['id']}", 200, key=key)
    top_up = paid_top_up(story)
    back = tour.visit("POST", f"/v1/top_ups/{top_up}/refunds", 201, {}, key=key).json()
    story.merchant.refund_ends(back, "succeeded")
    assert len(tour.visit("GET", f"/v1/top_ups/{top_up}/refunds", 200, key=key).json()["data"]) == 1
    page = tour.visit("GET", "/v1/refunds?limit=1", 200, key=key).json()
    assert page["has_more"] and page["data"][0]["id"] == back["id"]
    disputed(story)


def paid_top_up(story):
    order = {"customer": "ada", "amount": 1_000, "success_url": "https://shop.example/ok"}
    top_up = story.worker.post("/v1/top_ups", order, account=story.account)["id"]
    session = story.worker.rows("SELECT checkout_session FROM top_ups WHERE id = ?", top_up)[0][0]
    story.sandbox.control(f"checkout_sessions/{session}/pay")

    def is_paid():
        return story.worker.get(f"/v1/top_ups/{top_up}", account=story.account)["status"] == "paid"

    until(is_paid, "the top-up is paid")
    return top_up


def disputed(story):
    tour, key = story.tour, story.key
    assert tour.visit("GET", "/v1/disputes", 200, key=key).json() == {"data": [], "has_more": False}
    charge = story.merchant.paid_charge()
    intent = story.worker.get(f"/v1/charges/{charge['id']}", account=story.account)["payment_intent"]
    at_stripe = story.sandbox.api("GET", f"/v1/payment_intents/{intent}", account=story.merchant.stripe_account)
    story.sandbox.control(f"charges/{at_stripe['latest_charge']}/dispute")

    def listed():
        return story.worker.get("/v1/disputes", account=story.account)["data"]

    dispute = until(listed, "the dispute has come in")[0]
    tour.visit("GET", "/v1/disputes?limit=1", 200, key=key)
    tour.visit("GET", f"/v1/disputes/{dispute['id']}", 200, key=key)
