"""One HTTP exchange, with the bytes and headers exactly as given."""

import base64
import http.client
import json as jsonlib
import urllib.parse


class Answer:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers
        self.body = body

    def json(self):
        return jsonlib.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:2000].decode(errors='replace')}"


class Unanswered(Exception):
    """The connection failed or ended before an answer came."""


def exchange(method, url, body=None, headers=None, timeout=60):
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request(method, target, body=body, headers=headers or {})
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    except (OSError, http.client.HTTPException) as error:
        raise Unanswered(f"{method} {url}: {error!r}") from error
    finally:
        connection.close()


def form(parameters, prefix=None):
    """Stripe's way of writing nested parameters: `metadata[key]=value`."""
    pairs = []
    for name, value in parameters.items():
        name = f"{prefix}[{name}]" if prefix else name
        if isinstance(value, dict):
            pairs += form(value, name)
        elif isinstance(value, list):
            pairs += [(f"{name}[{place}]", item) for place, item in enumerate(value)]
        elif isinstance(value, bool):
            pairs.append((name, "true" if value else "false"))
        elif value is not None:
            pairs.append((name, str(value)))
    return pairs


def post_form(url, parameters=None, secret=None, **headers):
    if secret:
        headers["Authorization"] = "Basic " + base64.b64encode(f"{secret}:".encode()).decode()
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    return exchange("POST", url, urllib.parse.urlencode(form(parameters or {})).encode(), headers)
