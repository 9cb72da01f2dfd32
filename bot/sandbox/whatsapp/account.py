"""What the business holds at the network: its ids and its secrets."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Account:
    """One business account with one number."""

    phone_number_id: str
    business_account_id: str
    token: str = field(repr=False)
    app_secret: str = field(repr=False)
    verify_token: str = field(repr=False)
