"""What the fuzzer knows of the shop that no document can tell: which things there are to ask for.

Half of the paths it makes up lead to things that exist, made here before it starts; the other half stay
as they come, and lead nowhere.
"""

import functools
import os
import re
import zlib

import requests
import schemathesis
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi.checks import response_schema_conformance

PRIVATE = os.environ["CARTWRIGHT_PRIVATE_URL"] + "/v1/private"
PUBLIC = os.environ["CARTWRIGHT_PUBLIC_URL"] + "/v1/public/" + os.environ["CARTWRIGHT_PUBLISHABLE_KEY"]
ADMIN = {"Authorization": "Bearer " + os.environ["CARTWRIGHT_SECRET_KEY"]}
OPERATOR = {"Authorization": "Bearer " + os.environ["CARTWRIGHT_LIVE_KEY"]}
CART = {"X-Cart-Token": os.environ["CARTWRIGHT_CART_TOKEN"]}

# What is made for the fuzzer to break: it never gets the key it calls with, nor the store it calls about.
PREPARED = {"api-keys": [], "stores": []}


def post(url, headers, body):
    answer = requests.post(url, json=body, headers=headers, timeout=20)
    answer.raise_for_status()
    return answer.json().get("data")


def prepare():
    """One more of what the demo store has none of, and a few sales."""
    for number in range(3):
        key = {"name": f"Key {number}", "type": "secret", "mode": "test", "scopes": ["read:orders"]}
        PREPARED["api-keys"].append(post(f"{PRIVATE}/api-keys", ADMIN, key)["id"])
        store = {"name": f"Store {number}", "currency": "GBP"}
        PREPARED["stores"].append(post(f"{PRIVATE}/stores", OPERATOR, store)["id"])
    product = post(
        f"{PRIVATE}/products",
        ADMIN,
        {"name": "Fuzz", "price": 500, "stock": 90, "status": "published", "productType": "digital"},
    )
    address = {"line1": "1 High Street", "city": "London", "postcode": "NW1 6XE", "countryCode": "GB"}
    contact = {"email": "sam@example.com", "shippingAddress": address}
    for _ in range(3):
        post(f"{PUBLIC}/cart/items", CART, {"productId": product["id"]})
        requests.put(f"{PUBLIC}/cart/checkout-data", json=contact, headers=CART, timeout=20).raise_for_status()
        post(f"{PUBLIC}/cart/checkout", CART, {"paymentMethod": "pm_card_visa"})
    post(f"{PUBLIC}/cart/items", CART, {"productId": product["id"]})


def known(collection):
    """Ids of what a list holds; none where it cannot be listed."""
    if collection in PREPARED:
        return PREPARED[collection]
    if collection == "cart/items":
        cart = requests.get(f"{PUBLIC}/cart", headers=CART, timeout=20)
        return [item["id"] for item in cart.json()["data"]["items"]]
    if collection == "countries":
        return ["GB", "US"]
    answer = requests.get(f"{PRIVATE}/{collection}", headers=ADMIN, params={"perPage": 100}, timeout=20)
    if answer.status_code != 200:
        return []
    return [thing["id"] for thing in answer.json()["data"]]


def leading_somewhere(path):
    """Values for the parameters of a path that lead to something, one set for each thing."""
    found = [({}, "")]
    for before, name in re.findall(r"([^{}]*)\{(\w+)\}", re.sub(r"^/v1/(private|public/\{\w+\})/", "", path)):
        found = [
            ({**values, name: id}, f"{at}{before}{id}")
            for values, at in found[:20]
            for id in known((at + before).strip("/"))
        ]
    return [values for values, _ in found if values]


@functools.cache
def choices(path):
    return leading_somewhere(path) if path.startswith("/v1/") else []


@schemathesis.hook
def before_call(context, case, **kwargs):
    """Leads every second well-formed path to something. The choice depends on the case alone, so that a
    seed finds again what it found."""
    parts = case.meta.components if case.meta else {}
    part = parts.get(ParameterLocation.PATH)
    if not case.path_parameters or (part and part.mode.is_negative):
        return
    if "publishableKey" in case.path_parameters:
        case.path_parameters["publishableKey"] = os.environ["CARTWRIGHT_PUBLISHABLE_KEY"]
    made = zlib.crc32(repr((case.path_parameters, case.query, case.body)).encode())
    values = choices(case.operation.path)
    if values and made % 2 == 0:
        case.path_parameters.update(values[made // 2 % len(values)])


@schemathesis.check
def answers_as_documented(context, response, case):
    """The document shows whole answers: with `fields` an answer holds less, as its description says."""
    if any(name.startswith("fields") for name in case.query or {}):
        return None
    return response_schema_conformance(context, response, case)


prepare()
