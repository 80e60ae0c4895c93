"""The tour through plans, customers' settings, organizations, exports and the audit log."""


def people(story, customer):
    tour, key = story.tour, story.key
    tour.visit("GET", "/v1/plans", 200, key=key)
    terms = {
        "limits": {"month": {"spend_micros": 5_000_000_000}}, "allowed_models": ["m", "gpt-5*"], "overage": "alert"}
    plan = {"slug": "pro", "name": "Pro", "is_default": True, "terms": terms}
    story.plan = tour.visit("POST", "/v1/plans", 201, plan, key=key).json()["id"]
    bands = [{"at_percent": 80, "action": "notify"}, {"at_percent": 100, "action": "throttle"}]
    changed = {"terms": {"allowed_models": None, "bands": bands}, "is_default": False}
    assert tour.visit("POST", "/v1/plans/pro", 200, changed, key=key).json()["terms"]["bands"] == bands
    tour.visit("POST", "/v1/plans/pro/archive", 200, key=key)
    tour.visit("GET", "/v1/plans?archived=true&limit=1", 200, key=key)
    tour.visit("POST", f"/v1/plans/{story.plan}/restore", 200, key=key)
    tour.visit("GET", "/v1/plans/pro", 200, key=key)
    settings = {"plan": "pro", "time_zone": "Asia/Tokyo", "prepaid": False, "organization": "Engines"}
    tour.visit("POST", f"/v1/customers/{customer['id']}", 200, settings, key=key)
    tour.visit("POST", f"/v1/customers/{customer['id']}/block", 200, {"reason": "chargeback"}, key=key)
    found = tour.visit("GET", "/v1/customers?search=B%C3%89A&status=blocked&plan=pro", 200, key=key).json()["data"]
    assert [one["id"] for one in found] == [customer["id"]]
    tour.visit("POST", f"/v1/customers/{customer['id']}/unblock", 200, key=key)
    tour.visit("GET", "/v1/organizations", 200, key=key)
    tour.visit("GET", "/v1/organizations/Engines", 200, key=key)
    for form in ("json", "csv", "ndjson"):
        tour.visit("GET", f"/v1/customers/export?format={form}", 200, key=key)


def changes(story):
    tour = story.tour
    log = tour.visit("GET", f"/v1/audit_log?object=account&object_id={story.account}", 200, key=story.key).json()
    assert [entry["action"] for entry in log["data"]][-1] == "created"
    rows = tour.visit("GET", "/v1/audit_log/export", 200, key=story.key).json()
    assert rows[-1] == log["data"][-1]
    for form in ("csv", "ndjson"):
        tour.visit("GET", f"/v1/audit_log/export?format={form}", 200)
    for form in ("json", "csv", "ndjson"):
        tour.visit("GET", f"/v1/usage/export?format={form}&from=2020-01-01T00:00:00Z", 200, key=story.key)
