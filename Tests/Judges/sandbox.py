"""`stripe-sandbox` as a process, and its control calls."""

import re

import bursar
import exchange
from processes import BIN, Child


class Sandbox:
    def __init__(self, folder, worker_url=None, secret_key=bursar.STRIPE_KEY, **options):
        arguments = [BIN / "stripe-sandbox", "--listen", "127.0.0.1:0", "--secret-key", secret_key,
                     "--client-id", bursar.CLIENT_ID]
        if worker_url:
            arguments += [
                "--webhook", f"{worker_url}/stripe/webhooks", "--webhook-secret", bursar.PLATFORM_SECRET,
                "--connect-webhook", f"{worker_url}/stripe/webhooks/connect",
                "--connect-webhook-secret", bursar.CONNECT_SECRET]
        for name, value in options.items():
            arguments += [f"--{name.replace('_', '-')}", value]
        self.secret_key = secret_key
        self.child = Child(arguments, folder, {}, "stripe-sandbox")
        self.url = None

    def start(self):
        self.child.start()
        line = self.child.wait_until(
            lambda: re.search(r"listens on (http://\S+)", self.child.said()), "the sandbox listens")
        self.url = line.group(1).rstrip("/")
        return self

    def control(self, path, method="POST", **parameters):
        url = f"{self.url}/_sandbox/{path}"
        answer = exchange.post_form(url, parameters) if method == "POST" else exchange.exchange(method, url)
        assert answer.status == 200, (path, parameters, answer)
        return answer.json()

    def api(self, method, path, account=None, **parameters):
        """As the platform, on an account of its own or a connected one."""
        headers = {"Stripe-Account": account} if account else {}
        if method == "POST":
            answer = exchange.post_form(self.url + path, parameters, secret=self.secret_key, **headers)
        else:
            headers["Authorization"] = f"Bearer {self.secret_key}"
            answer = exchange.exchange(method, self.url + path, headers=headers)
        assert answer.status == 200, (method, path, parameters, answer)
        return answer.json()

    def requests(self, operation):
        """What the sandbox was asked, oldest first, also where the wire failed."""
        return self.control(f"requests?operation={operation.replace(' ', '%20')}&limit=1000", method="GET")["data"]

    def deliveries(self, **filters):
        query = "&".join(f"{name}={value}" for name, value in filters.items())
        return self.control(f"deliveries?{query}", method="GET")["data"]
