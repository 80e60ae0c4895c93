#!/usr/bin/env python3
"""Writes the tables of Stripe's request parameters beside this file.

    python3 write-tables.py PARAMS.json

PARAMS.json maps "METHOD /path" to the JSON Schema of the request's parameters (`operations`), as taken from the
official Python SDK. Only the operations that the sandbox serves are written; the notation is explained in
ParameterGrammar.swift. Run it when Stripe's API version changes; a contract test says when the tables are behind.
"""
import collections
import json
import pathlib
import re
import sys
import textwrap

WIDTH = 108
FACTOR_FROM = 30  # a repeated type as long as this gets a name of its own

NAMES = {  # the names that read better than the first parameter in which a shared type is met
    "support_address": "address",
    "gt": "created",
    "type": "payment_method_type",
    "allowed_payment_method_types": "payment_method_type_filter",
    "account_holder_type": "account_holder_type",
}

SERVED = {
    "Accounts": """
        GET /v1/account
        GET /v1/accounts
        POST /v1/accounts
        GET /v1/accounts/{account}
        POST /v1/accounts/{account}
        POST /v1/account_links""",
    "Checkout": """
        GET /v1/checkout/sessions
        POST /v1/checkout/sessions
        GET /v1/checkout/sessions/{session}
        POST /v1/checkout/sessions/{session}
        POST /v1/checkout/sessions/{session}/expire
        GET /v1/checkout/sessions/{session}/line_items""",
    "Customers": """
        GET /v1/customers
        POST /v1/customers
        GET /v1/customers/{customer}
        POST /v1/customers/{customer}
        DELETE /v1/customers/{customer}
        GET /v1/customers/{customer}/payment_methods
        GET /v1/payment_methods
        POST /v1/payment_methods
        GET /v1/payment_methods/{payment_method}
        POST /v1/payment_methods/{payment_method}
        POST /v1/payment_methods/{payment_method}/attach
        POST /v1/payment_methods/{payment_method}/detach""",
    "Payments": """
        GET /v1/payment_intents
        POST /v1/payment_intents
        GET /v1/payment_intents/{intent}
        POST /v1/payment_intents/{intent}
        POST /v1/payment_intents/{intent}/cancel
        POST /v1/payment_intents/{intent}/capture
        POST /v1/payment_intents/{intent}/confirm
        GET /v1/charges
        GET /v1/charges/{charge}
        POST /v1/charges/{charge}
        GET /v1/refunds
        POST /v1/refunds
        GET /v1/refunds/{refund}
        POST /v1/refunds/{refund}
        POST /v1/refunds/{refund}/cancel
        GET /v1/disputes
        GET /v1/disputes/{dispute}
        POST /v1/disputes/{dispute}
        POST /v1/disputes/{dispute}/close""",
    "Balance": """
        GET /v1/balance
        GET /v1/balance_transactions
        GET /v1/balance_transactions/{id}
        GET /v1/application_fees
        GET /v1/application_fees/{id}
        GET /v1/payouts
        GET /v1/payouts/{payout}""",
    "Events": """
        GET /v1/events
        GET /v1/events/{id}
        GET /v1/webhook_endpoints
        POST /v1/webhook_endpoints
        GET /v1/webhook_endpoints/{webhook_endpoint}
        POST /v1/webhook_endpoints/{webhook_endpoint}
        DELETE /v1/webhook_endpoints/{webhook_endpoint}""",
}

def names(listed):
    return [line.strip() for line in listed.split("\n") if line.strip()]


Node = collections.namedtuple("Node", "kind content")


def node(schema):
    """The schema as a hashable tree, so that equal types are found."""
    if "anyOf" in schema:
        parts = [x for x in schema["anyOf"] if x.get("enum") != [""]]
        inner = node(parts[0]) if len(parts) == 1 else Node("either", tuple(node(x) for x in parts))
        return inner if len(parts) == len(schema["anyOf"]) else Node("clearable", inner)
    if "enum" in schema:
        words = Node("words", tuple(x for x in schema["enum"] if x))
        return Node("clearable", words) if "" in schema["enum"] else words
    kind = schema.get("type")
    if kind == "array":
        return Node("list", node(schema["items"]))
    if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
        return Node("map", node(schema["additionalProperties"]))
    if kind == "object":
        required = schema.get("required", [])
        return Node("fields", tuple((k, k in required, node(v)) for k, v in schema.get("properties", {}).items()))
    return Node({"string": "str", "integer": "int", "boolean": "bool", "number": "num", None: "any"}[kind], None)


def children(n):
    if n.kind == "fields":
        return [(name, child) for name, _, child in n.content]
    if n.kind == "either":
        return [(None, child) for child in n.content]
    return [(None, n.content)] if n.kind in ("list", "map", "clearable") else []


class Tables:
    def __init__(self, operations):
        self.operations = {name: node(operations[name]) for listed in SERVED.values() for name in names(listed)}
        self.shared, self.count, self.first, self.written = {}, collections.Counter(), {}, set()
        for tree in self.operations.values():
            for name, child in children(tree):
                self.meet(child, name)
        taken = set()
        for n, met in self.count.items():
            if met > 1 and len(self.text(n, whole=True)) > FACTOR_FROM:
                base = NAMES.get(self.first[n], self.first[n])
                if n.kind == "fields" and n.content[0][0] == "gt":
                    base = "created"
                self.shared[n] = next(x for x in [base] + [f"{base}_{i}" for i in range(2, 99)] if x not in taken)
                taken.add(self.shared[n])

    def meet(self, n, name):
        if n.kind in ("fields", "words"):
            self.count[n] += 1
            self.first.setdefault(n, name)
            if self.count[n] > 1:
                return
        for inner, child in children(n):
            self.meet(child, inner or name)

    def text(self, n, whole=False, bare=False):
        if not whole and n in self.shared:
            return "@" + self.shared[n]
        if n.kind == "fields":
            body = " ".join(
                name + ("!" if required else "") + ("" if child.kind == "str" else ":" + self.text(child))
                for name, required, child in n.content)
            return body if bare else "{" + body + "}"
        if n.kind == "words":
            return "(" + " ".join(n.content) + ")"
        if n.kind == "either":
            return "|".join(self.text(x) for x in n.content)
        if n.kind == "clearable":
            return self.text(n.content) + "?"
        if n.kind in ("list", "map"):
            inner = "" if n.content.kind == "str" else self.text(n.content)
            return f"[{inner}]" if n.kind == "list" else "map" + (f"({inner})" if inner else "")
        return n.kind

    def block(self, head, body):
        lines = textwrap.wrap(body, WIDTH, break_long_words=False, break_on_hyphens=False)
        return [head] + ["  " + line for line in lines]

    def group(self, listed):
        """The operations of a group, then the shared types that are met there first."""
        lines = []
        for operation in names(listed):
            lines += self.block(operation, self.text(self.operations[operation], bare=True))
        met = []
        for operation in names(listed):
            self.meet_shared(self.operations[operation], met)
        for n in sorted(met, key=self.shared.get):
            lines += self.block("@" + self.shared[n], self.text(n, whole=True))
        return lines

    def meet_shared(self, n, met):
        if n in self.shared:
            if n in self.written:
                return
            self.written.add(n)
            met.append(n)
        for _, child in children(n):
            self.meet_shared(child, met)


def swift(name, story, lines):
    member = re.sub("^.", lambda m: m.group().lower(), name)
    body = "\n".join(("        " + line).rstrip() for line in lines)
    return (
        f"// Written by write-tables.py from Stripe's own parameter lists; not edited by hand.\n\n"
        f"extension ParameterTable {{\n    /// {story}\n    static let {member} = \"\"\"\n{body}\n        \"\"\"\n}}\n")


def main():
    tables = Tables(json.load(open(sys.argv[1]))["operations"])
    here = pathlib.Path(__file__).parent
    for name, listed in SERVED.items():
        story = f"What may be sent to the operations on {name.lower()}, and the types that they share."
        (here / f"ParameterTable+{name}.swift").write_text(swift(name, story, tables.group(listed)))


main()
