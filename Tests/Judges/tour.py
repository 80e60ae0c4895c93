"""A caller of Bursar who holds every answer against the description of the API, with openapi-core as the judge."""

import collections
import json
import re
import urllib.parse

import openapi_core
import yaml
from openapi_core.testing import MockRequest, MockResponse

import exchange
from bursar import PLATFORM_KEY

TEXTS = (
    "application/yaml", "application/x-ndjson", "text/csv", "text/plain", "text/css", "text/html")


class Tour:
    """Calls Bursar, and holds every answer against the description."""

    def __init__(self, worker):
        self.worker = worker
        text = exchange.exchange("GET", f"{worker.url}/openapi.yaml").body
        self.document = yaml.safe_load(text)
        self.api = openapi_core.OpenAPI.from_dict(
            self.document, config=openapi_core.Config(
                extra_media_type_deserializers={
                    "application/problem+json": json.loads,
                    **dict.fromkeys(TEXTS, bytes.decode)}))
        self.visited = collections.Counter()
        self.documented = {
            (method.upper(), path, int(status))
            for path, operations in self.document["paths"].items()
            for method, operation in operations.items() if method in ("get", "post", "delete")
            for status in operation["responses"]}

    def pattern(self, path):
        def fits(pattern):
            return re.fullmatch(re.sub(r"\\{[a-z_]+\\}", "[^/]+", re.escape(pattern)), path)

        # A path without parameters comes before one with them.
        return next(p for p in sorted(self.document["paths"], key=lambda p: p.count("{")) if fits(p))

    def visit(self, method, target, status, body=None, key=PLATFORM_KEY, account=None, once=None, **headers):
        path, _, query = target.partition("?")
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        if key:
            fields["Authorization"] = f"Bearer {key}"
        if account:
            fields["Bursar-Account"] = account
        if once:
            fields["Idempotency-Key"] = once
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        if body is not None:
            fields.setdefault("Content-Type", "application/json")
        answer = exchange.exchange(method, self.worker.url + target, body, fields)
        assert answer.status == status, (method, target, status, answer)
        pattern = self.pattern(path)
        assert (method, pattern, status) in self.documented, f"{method} {pattern} does not say that it answers {status}"
        request = MockRequest(
            self.worker.url, method.lower(), path, path_pattern=pattern, args=dict(urllib.parse.parse_qsl(query)),
            headers=fields, data=body)
        kind = answer.headers.get("Content-Type", "")
        response = MockResponse(
            answer.body, status_code=status, headers=dict(answer.headers.items()), content_type=kind.split(";")[0])
        try:
            self.api.validate_response(request, response)
        except Exception as error:
            causes = "; ".join(map(str, getattr(error.__cause__, "schema_errors", []) or [error.__cause__]))
            raise AssertionError(f"{method} {target} {status}: {error} {causes}\n{answer}") from error
        assert answer.headers["Request-Id"].startswith("breq_")
        self.visited[(method, pattern, status)] += 1
        return answer

    def operations(self):
        for path, operations in self.document["paths"].items():
            for method, operation in operations.items():
                if method in ("get", "post", "delete"):
                    yield method.upper(), path, operation
