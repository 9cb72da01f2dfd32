"""Everybody on a network: a number that somebody asks for is always somebody's."""

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

from bot.sandbox.news import News
from bot.sandbox.whatsapp.person import WhatsAppPerson, digits_of, same_phone_key

PersonT = TypeVar("PersonT", bound=WhatsAppPerson)


class PhoneBook(ABC, Generic[PersonT]):
    """The part of a network that knows whose number is whose."""

    def __init__(self, news: News) -> None:
        self.news = news
        self.people: dict[str, PersonT] = {}
        self.reads_at_once = True
        """How new people are: they read at once, or when their chat is opened."""

    def person(self, phone: str, name: str = "") -> PersonT:
        """Whose number this is, with or without the ninth digit; made if it was nobody's."""
        key = same_phone_key(phone)
        person = self.people.get(key)
        if person is None:
            person = self._newcomer(phone, name or f"+{digits_of(phone)}")
            person.reads_at_once = self.reads_at_once
            self.people[key] = person
            self.news.tell()
        elif name:
            person.name = name
        return person

    @abstractmethod
    def _newcomer(self, phone: str, name: str) -> PersonT:
        """Somebody new, as this network has them."""
