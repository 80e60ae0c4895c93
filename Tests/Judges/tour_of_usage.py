"""The part of the tour that meters: usage, its totals, its prices, and how it is taken back."""

import time
import urllib.parse


def use(story):
    now = time.strftime("%Y-%m-%dT%H:%M:%S.5+00:00", time.gmtime())
    event = {"id": "1", "customer": "ada", "cost_micros": 2_000_000, "model": "m", "time": now}
    story.tour.visit("POST", "/v1/usage", 200, event, key=story.key)
    batch = [event, {**event, "id": "2", "metadata": {"feature": "chat"}}, {"id": "3"}, {**event, "id": "4", "x": 1}, 7]
    mixed = story.tour.visit("POST", "/v1/usage", 200, batch, key=story.key).json()
    assert [item["status"] for item in mixed["data"]] == ["duplicate", "accepted", "rejected", "rejected", "rejected"]
    metered = {
        "id": "m-1", "customer": "ada", "provider": "openai", "model": "gpt-5", "feature": "chat", "latency_ms": 840,
        "input_tokens": 1200, "quantities": {"output_tokens": "340.5", "pages": 2}, "cost_micros": 12}
    used = story.tour.visit("POST", "/v1/usage", 200, metered, key=story.key).json()["data"][0]
    story.used = used["usage_event"]
    story.tour.visit("GET", "/v1/usage?customer=ada", 200, key=story.key)
    cloud_events(story.tour, story.key)
    totals(story)
    taken_back(story)
    prices(story)
    products(story)


def totals(story):
    stretch = "from=2026-01-01&to=2030-01-01"
    story.tour.visit("GET", f"/v1/usage?{stretch}", 200, key=story.key)
    by_model = f"/v1/usage?{stretch}&group_by=customer,model,month&feature=chat&limit=1"
    found = story.tour.visit("GET", by_model, 200, key=story.key).json()["data"]
    assert [row["group"]["external_id"] for row in found] == ["ada"] and found[0]["units"] == {"pages": 2}, found
    story.tour.visit("GET", f"{by_model}&starting_after={found[0]['id']}", 200, key=story.key)
    earned = story.tour.visit(
        "GET", f"/v1/margins?{stretch}&group_by=customer,model&limit=1", 200, key=story.key).json()
    assert earned["total"]["revenue_micros"] > 0 and earned["data"][0]["group"]["external_id"] == "ada", earned
    story.tour.visit("GET", "/v1/margins?from=2026-01-01", 400, key=story.key)
    story.tour.visit("GET", f"/v1/margins?{stretch}&customer=nobody", 404, key=story.key)


def taken_back(story):
    explained = story.tour.visit("GET", f"/v1/explain/{story.used}?limit=1", 200, key=story.key).json()
    assert story.used in [event["usage_event"] for event in explained["events"]["data"]]
    after = f"limit=1&starting_after={story.used}"
    assert not story.tour.visit("GET", f"/v1/explain/{story.used}?{after}", 200, key=story.key).json()["events"]["data"]
    reason = {"reason": "reported twice"}
    story.tour.visit("POST", f"/v1/usage/{story.used}/corrections", 201, reason, key=story.key)
    story.tour.visit("POST", f"/v1/usage/{story.used}/corrections", 409, reason | {"id": "again"}, key=story.key)
    explained = story.tour.visit("GET", f"/v1/explain/{story.used}", 200, key=story.key).json()
    story.tour.visit("GET", f"/v1/explain/{explained['correction']}", 200, key=story.key)


def prices(story):
    own = {"provider": "mine", "model": "painter", "per_unit": {"images": "0.02"}, "from": None}
    set_price = story.tour.visit("POST", "/v1/prices", 201, own, key=story.key).json()
    assert set_price["per_unit"] == {"images": "0.02"}
    story.tour.visit("POST", "/v1/prices", 409, own | {"per_unit": {"images": 2}}, key=story.key)
    story.tour.visit("POST", "/v1/prices", 400, own | {"per_unit": {"images": -1}}, key=story.key)
    first = story.tour.visit("GET", "/v1/prices?limit=1", 200, key=story.key).json()
    assert first["data"] == [set_price] and first["has_more"]
    after = urllib.parse.quote(set_price["id"])
    story.tour.visit("GET", f"/v1/prices?search=gpt-5&provider=openai&starting_after={after}", 400, key=story.key)
    story.tour.visit("GET", "/v1/prices?search=gpt-5&provider=openai", 200)


def products(story):
    tour, key = story.tour, story.key
    pages = {"slug": "pages", "name": "Pages", "aggregation": "sum", "field": "pages", "filter": {"feature": "read"}}
    meter = tour.visit("POST", "/v1/meters", 201, pages, key=key).json()
    tour.visit("POST", "/v1/meters", 409, pages, key=key)
    tour.visit("POST", "/v1/meters", 400, pages | {"aggregation": "median"}, key=key)
    tour.visit("POST", "/v1/meters", 201, {"slug": "spare", "aggregation": "count", "field": None}, key=key)
    bands = [
        {"name": "first", "up_to": 10, "unit_rate": "0.02"}, {"name": "rest", "unit_rate": 1e-2, "fixed_micros": 5}]
    reader = {"slug": "reader", "metrics": [{"meter": "pages", "unit": "credits", "mode": "graduated", "bands": bands}]}
    made = tour.visit("POST", "/v1/products", 201, reader, key=key).json()
    tour.visit("POST", "/v1/products", 409, reader, key=key)
    wrong = tour.visit("POST", "/v1/products", 400, reader | {"slug": "x", "metrics": []}, key=key).json()
    assert wrong["field"] == "metrics"
    event = {"id": "p-1", "customer": "ada", "product": "reader", "feature": "read", "quantities": {"pages": 12}}

    def used(**other):
        return tour.visit("POST", "/v1/usage", 200, event | other, key=key).json()["data"][0]

    assert used()["code"] == "no_credit_value"
    values = {"terms": {"credit_values": [{"from": "2020-01-01", "micros": 1_000_000}]}}
    tour.visit("POST", f"/v1/accounts/{story.account}", 200, values, key=key)
    assert used()["price_micros"] == 10 * 20_000 + 2 * 10_000 + 5
    assert used(id="p-2", product="raeder")["code"] == "unknown_product"
    assert used(id="p-3", feature="write")["code"] == "unmetered"
    tour.visit("GET", f"/v1/explain/{used()['usage_event']}", 200, key=key)
    stretch = "from=2026-01-01&to=2030-01-01"
    for grouping in ("day", "month", "customer"):
        path = f"/v1/meters/pages/readings?{stretch}&group_by={grouping}&customer=ada"
        assert [row["value"] for row in tour.visit("GET", path, 200, key=key).json()["data"]] == [12]
    days = [time.strftime("%Y-%m-%d", time.gmtime(time.time() + shift * 86_400)) for shift in (-3, 3)]
    elsewhere = f"/v1/meters/{meter['id']}/readings?from={days[0]}&to={days[1]}&time_zone=Asia/Tokyo"
    assert tour.visit("GET", elsewhere, 200, key=key).json()["data"][0]["value"] == 12
    tour.visit("POST", "/v1/meters/pages", 200, {"name": "Pages read"}, key=key)
    tour.visit("POST", "/v1/meters/pages/archive", 409, key=key)
    tour.visit("POST", "/v1/meters/spare/archive", 200, key=key)
    tour.visit("GET", "/v1/meters?archived=true&limit=1", 200, key=key)
    tour.visit("POST", "/v1/meters/spare/restore", 200, key=key)
    tour.visit("GET", "/v1/meters/spare", 200, key=key)
    tour.visit("POST", "/v1/products/reader", 200, {"name": "Reader"}, key=key)
    tour.visit("POST", "/v1/products/reader/archive", 200, key=key)
    tour.visit("GET", "/v1/products?archived=true", 200, key=key)
    tour.visit("POST", f"/v1/products/{made['id']}/restore", 200, key=key)
    tour.visit("GET", "/v1/products/reader", 200, key=key)


def cloud_events(tour, key):
    """In all three forms: structured, batched, binary."""

    data = {"cost_micros": 1, "model": "m"}
    attributes = {"specversion": "1.0", "type": "bursar.usage", "source": "/judge", "id": "5", "subject": "ada"}
    event = {**attributes, "traceparent": "00-x", "data": data}

    def visit(body, **headers):
        return tour.visit("POST", "/v1/usage", 200, body, key=key, **headers).json()

    assert visit(event, Content_Type="application/cloudevents+json")["accepted"] == 1
    batch = [{**event, "id": "6"}, {**event, "data_base64": "e30="}]
    taken = visit(batch, Content_Type="application/cloudevents-batch+json")
    assert [(item["status"], item.get("field")) for item in taken["data"]] == [
        ("accepted", None), ("rejected", "data_base64")]
    binary = visit(data, **{f"ce_{name}": value for name, value in attributes.items()})
    assert binary["duplicate"] == 1, binary
