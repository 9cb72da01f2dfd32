"""Proofs of WhatsApp's webhooks: over the bytes that came, in constant time."""

import hashlib
import hmac
import json

import pytest

from bot.channels.whatsapp.signature import HEADER, Proof
from tests.support.boxes import new_sandbox

PROOF = Proof("app-secret", "verify-me")
BODY = json.dumps({"name": "José", "link": "a/b"}).replace("/", "\\/").encode()


def signed(body: bytes, secret: str = "app-secret") -> dict[str, str]:  # noqa: S107 - nobody's
    return {HEADER: "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}


def test_the_bytes_that_came_are_proven() -> None:
    assert PROOF.proven(BODY, signed(BODY))


def test_what_the_box_sends_is_proven() -> None:
    body, headers = new_sandbox().whatsapp.webhooks.signed({"name": "Conceição/ção"})
    assert PROOF.proven(body, headers)


def test_the_same_meaning_in_other_bytes_is_not() -> None:
    again = json.dumps(json.loads(BODY), ensure_ascii=False).encode()
    assert not PROOF.proven(again, signed(BODY))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {HEADER: ""},
        {HEADER: "sha256="},
        {HEADER: "sha1=" + "0" * 40},
        {HEADER: "sha256=ção"},
        {HEADER: "sha256=\udcff"},
        signed(BODY, "another-secret"),
        {HEADER: signed(BODY)[HEADER].removeprefix("sha256=")},
        {HEADER: signed(BODY)[HEADER].upper()},
    ],
)
def test_anything_else_is_not_proven(headers: dict[str, str]) -> None:
    assert not PROOF.proven(BODY, headers)


def test_no_secret_proves_nothing() -> None:
    assert not Proof("", "").proven(BODY, signed(BODY, ""))


def test_whoever_knows_the_token_gets_the_challenge_back() -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": "verify-me", "hub.challenge": "1158"}
    assert PROOF.challenge(asked) == "1158"


@pytest.mark.parametrize(
    "change",
    [
        {"hub.mode": "unsubscribe"},
        {"hub.verify_token": "verify"},
        {"hub.verify_token": ""},
        {"hub.verify_token": "ção"},
        {"hub.challenge": ""},
    ],
)
def test_whoever_does_not_gets_nothing(change: dict[str, str]) -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": "verify-me", "hub.challenge": "1158"}
    assert PROOF.challenge(asked | change) is None
    assert PROOF.challenge({}) is None


def test_without_a_token_of_ours_nobody_is_answered() -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": "", "hub.challenge": "1158"}
    assert Proof("secret", "").challenge(asked) is None


def test_a_proof_shown_in_a_log_tells_no_secret() -> None:
    assert "app-secret" not in repr(PROOF)
    assert "verify-me" not in repr(PROOF)
