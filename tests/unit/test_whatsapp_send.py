"""Sending over WhatsApp, to the box, over real HTTP: what the person sees in the end."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from bot.channels.whatsapp.attach import PICTURE_BYTES
from bot.channels.whatsapp.reasons import Reason
from bot.domain.delivery import Accepted, GiveUp, State
from bot.domain.ids import FileId
from bot.domain.message import Attachment, TemplateUse
from bot.domain.template import TemplateText
from tests.support.cloud import ANA, WORDS, Cloud, a_cloud, a_letter, a_reminder
from tests.support.pictures import png

PICTURE = Attachment(FileId(1), "pix.png", "image/png")
SHEET = Attachment(FileId(2), "março.csv", "text/csv")
JPEG = b"\xff\xd8\xff\xe0 a picture"
PDF = Attachment(FileId(3), "recibo.pdf", "application/pdf")


@pytest.fixture
async def cloud() -> AsyncIterator[Cloud]:
    async with a_cloud() as made:
        made.ana.says("oi")
        await made.heard()
        yield made


async def test_words_arrive_and_are_reported_up_to_read(cloud: Cloud) -> None:
    outcome = await cloud.sender.send(a_letter(body="*Oi*, Ana"))
    assert isinstance(outcome, Accepted)
    assert outcome.wa_id == "5511987650001"
    assert cloud.ana.last().text == "\N{ASTERISK OPERATOR}Oi\N{ASTERISK OPERATOR}, Ana"
    await cloud.until(lambda: len(cloud.reports()) == 3)
    assert [(r.state, r.opaque, r.provider_id) for r in cloud.reports()] == [
        (state, "o-1", outcome.provider_id) for state in (State.SENT, State.DELIVERED, State.READ)
    ]


async def test_up_to_three_short_choices_are_buttons_that_bring_their_token(cloud: Cloud) -> None:
    await cloud.sender.send(a_letter("Sim", "Não"))
    assert [choice.kind for choice in cloud.ana.last().choices] == ["button", "button"]
    assert await cloud.brought_by("Não") == "tok2"


async def test_more_choices_are_a_list_whose_rows_bring_their_token(cloud: Cloud) -> None:
    await cloud.sender.send(a_letter("Ana", "Bia", "Caio", "Davi"))
    seen = cloud.ana.last()
    assert (seen.list_label, [choice.kind for choice in seen.choices]) == ("Escolher", ["row"] * 4)
    assert await cloud.brought_by("Caio") == "tok3"


async def test_beyond_ten_the_choices_are_numbered_lines(cloud: Cloud) -> None:
    await cloud.sender.send(a_letter(*(f"Opção {n}" for n in range(1, 12))))
    seen = cloud.ana.last()
    assert seen.choices == ()
    assert "11. Opção 11" in seen.text


async def test_a_picture_is_shown_above_its_buttons_in_one_message(cloud: Cloud) -> None:
    await cloud.sender.send(a_letter("Já paguei", body="Pix", blob=png(9, 9), attachment=PICTURE))
    seen = cloud.ana.last()
    assert (seen.picture, seen.text, len(seen.choices)) == (True, "Pix", 1)
    assert cloud.sent() == 1


async def test_a_picture_with_many_choices_has_them_under_it_as_lines(cloud: Cloud) -> None:
    parcel = a_letter("A", "B", "C", "D", body="Pix", blob=png(9, 9), attachment=PICTURE)
    assert isinstance(await cloud.sender.send(parcel), Accepted)
    seen = cloud.ana.last()
    assert (seen.picture, seen.choices) == (True, ())
    assert "4. D" in seen.text


async def test_a_table_goes_as_plain_text_under_its_own_name(cloud: Cloud) -> None:
    await cloud.sender.send(a_letter(body="Segue", blob=b"a;b", attachment=SHEET))
    file = cloud.ana.last().file
    assert file is not None
    assert (file.name, file.mime, file.content) == ("março.csv", "text/plain", b"a;b")


async def test_a_document_may_stand_above_buttons_with_its_name(cloud: Cloud) -> None:
    await cloud.sender.send(a_letter("Ok", blob=b"%PDF", attachment=PDF))
    file = cloud.ana.last().file
    assert file is not None
    assert file.name == "recibo.pdf"


@pytest.mark.parametrize(
    ("attachment", "blob"),
    [
        (Attachment(FileId(4), "foto.heic", "image/heic"), b"heic"),
        (PICTURE, bytes(PICTURE_BYTES + 1)),
        (PICTURE, None),
        (PDF, b""),
        (PICTURE, b"\0\0\0\x18ftypheic, as some phones name them"),
        (PDF, b"<html>not found</html>"),
    ],
)
async def test_words_go_even_where_their_file_may_not(
    cloud: Cloud, attachment: Attachment, blob: bytes | None
) -> None:
    outcome = await cloud.sender.send(a_letter("Confirmar", blob=blob, attachment=attachment))
    assert isinstance(outcome, Accepted)
    seen = cloud.ana.last()
    assert seen.file is None
    assert seen.text == f"Oi\nO arquivo {attachment.name} não pode ir pelo WhatsApp."
    assert len(seen.choices) == 1


async def test_outside_the_window_the_approved_form_goes(cloud: Cloud) -> None:
    await cloud.gateway.create(TemplateText.ours("reminder_late", "pt_BR"))
    outcome = await cloud.sender.send(a_reminder())
    assert isinstance(outcome, Accepted)
    seen = cloud.ana.last()
    assert seen.template == "emdia_reminder_late"
    assert "Olá, Ana! Aqui é a equipe Academia Sol." in seen.text
    assert "*R$ 120,00*" in seen.text
    await cloud.until(lambda: len(cloud.reports()) == 3)


async def test_a_tap_on_an_approved_form_brings_the_message_s_own_token(cloud: Cloud) -> None:
    await cloud.gateway.create(TemplateText.ours("reminder_late", "pt_BR"))
    await cloud.sender.send(a_reminder())
    assert await cloud.brought_by("Ver Pix") == "tok2"


async def test_a_button_without_a_token_of_ours_says_its_own_words(cloud: Cloud) -> None:
    await cloud.gateway.create(TemplateText.ours("reminder_late", "pt_BR"))
    use = a_reminder().outgoing.template
    await cloud.sender.send(a_letter(window_open=False, template=use))
    cloud.ana.taps("Já paguei")
    tapped = await cloud.heard(2)
    assert (tapped.token, tapped.text) == (None, "Já paguei")


async def test_values_that_a_form_would_refuse_are_made_fit(cloud: Cloud) -> None:
    await cloud.gateway.create(TemplateText.ours("reminder_late", "pt_BR"))
    odd = {"name": "  Ana\n\tMaria      Sá ", "business": "", "due": "x" * 900}
    assert isinstance(await cloud.sender.send(a_reminder(params=odd)), Accepted)
    assert "Olá, Ana Maria Sá! Aqui é a equipe -." in cloud.ana.last().text


async def test_a_form_goes_inside_the_window_too_if_it_always_must(cloud: Cloud) -> None:
    await cloud.gateway.create(TemplateText.ours("waiting", "pt_BR"))
    use = TemplateUse("waiting", {"count": 2}, always=True)
    await cloud.sender.send(a_letter(template=use))
    assert cloud.ana.last().template == "emdia_waiting"


async def test_inside_the_window_free_words_go_instead_of_the_form(cloud: Cloud) -> None:
    await cloud.sender.send(a_reminder(window_open=True))
    seen = cloud.ana.last()
    assert (seen.template, seen.text, len(seen.choices)) == ("", "Oi", 3)


async def test_a_window_that_closed_in_between_still_lets_the_form_through(cloud: Cloud) -> None:
    await cloud.gateway.create(TemplateText.ours("reminder_late", "pt_BR"))
    cloud.box.faults.next("whatsapp.messages", "own_error", code=131047, status=400)
    assert isinstance(await cloud.sender.send(a_reminder(window_open=True)), Accepted)
    assert cloud.ana.last().template == "emdia_reminder_late"
    assert cloud.sent() == 1


async def test_free_words_are_not_even_tried_outside_the_window(cloud: Cloud) -> None:
    outcome = await cloud.sender.send(a_letter(window_open=False))
    assert outcome == GiveUp(Reason.WINDOW_CLOSED)
    assert cloud.sent() == 0


async def test_a_form_nobody_worded_is_given_up_and_logged(cloud: Cloud) -> None:
    with capture_logs() as logged:
        parcel = a_letter(window_open=False, template=TemplateUse("gone"))
        assert await cloud.sender.send(parcel) == GiveUp(Reason.TEMPLATE_DISABLED)
    assert logged[0]["event"] == "whatsapp.no_such_wording"


async def test_a_person_known_only_by_their_id_is_written_to_by_it(cloud: Cloud) -> None:
    user_id = cloud.ana.user_id
    assert isinstance(await cloud.sender.send(a_letter(to=user_id)), Accepted)
    assert cloud.ana.last().text == "Oi"


@pytest.mark.parametrize("address", ["77", "", "ana", "+55 11", "12345@lid", "BR.", "0551198765"])
async def test_an_address_of_nobody_is_given_up_unasked(cloud: Cloud, address: str) -> None:
    outcome = await cloud.sender.send(a_letter(to=address))
    assert outcome == GiveUp(Reason.UNREACHABLE, unreachable=True)
    assert cloud.sent() == 0


async def test_a_number_without_its_plus_is_the_same_person(cloud: Cloud) -> None:
    assert isinstance(await cloud.sender.send(a_letter(to=ANA.removeprefix("+"))), Accepted)
    assert cloud.ana.last().text == "Oi"


async def test_somebody_without_whatsapp_is_found_unreachable_afterwards(cloud: Cloud) -> None:
    cloud.ana.not_on_whatsapp = True
    assert isinstance(await cloud.sender.send(a_letter()), Accepted)
    await cloud.until(cloud.reports)
    (report,) = cloud.reports()
    assert (report.state, report.reason, report.unreachable) == (
        State.FAILED,
        Reason.UNREACHABLE,
        True,
    )


async def test_every_language_has_its_own_form(cloud: Cloud) -> None:
    for language in WORDS.languages:
        status = await cloud.gateway.create(TemplateText.ours("receipt", language))
        assert (status.language, status.usable) == (language, True)
    assert len(await cloud.gateway.listed()) == 3


async def test_the_number_of_the_business_is_never_written_to(cloud: Cloud) -> None:
    own = f"+{cloud.box.whatsapp.display_phone}"
    assert await cloud.sender.send(a_letter(to=own)) == GiveUp(Reason.OWN_NUMBER, unreachable=True)


@pytest.mark.parametrize(
    ("attachment", "blob", "mime"),
    [
        (PICTURE, JPEG, "image/jpeg"),
        (PDF, JPEG, "image/jpeg"),
        (PICTURE, b"%PDF-1.7", "application/pdf"),
        (PDF, b"\r\n%PDF-1.4", "application/pdf"),
    ],
)
async def test_a_receipt_goes_as_what_it_is_whatever_it_is_called(
    cloud: Cloud, attachment: Attachment, blob: bytes, mime: str
) -> None:
    await cloud.sender.send(a_letter("Confirmar", blob=blob, attachment=attachment))
    await cloud.until(lambda: len(cloud.reports()) == 3)
    seen = cloud.ana.last()
    assert seen.file is not None
    assert (seen.file.mime, seen.picture) == (mime, mime == "image/jpeg")


@pytest.mark.parametrize(
    ("kind", "mime", "name"),
    [("audio", "audio/ogg", "audio.ogg"), ("sticker", "image/webp", "sticker.webp")],
)
async def test_a_voice_goes_alone_and_never_with_words(
    cloud: Cloud, kind: str, mime: str, name: str
) -> None:
    held = Attachment(FileId(4), name, mime)
    alone = a_letter(blob=b"OggS", attachment=held)
    bare = replace(alone, outgoing=replace(alone.outgoing, body=()))
    assert isinstance(await cloud.sender.send(bare), Accepted)
    assert cloud.box.accepted("whatsapp")[-1].kind == kind
    await cloud.sender.send(alone)
    assert cloud.ana.last().text == f"Oi\nO arquivo {name} não pode ir pelo WhatsApp."


FILM = b"\0\0\0\x18ftypmp42"


async def test_a_film_goes_with_its_words_and_buttons(cloud: Cloud) -> None:
    film = Attachment(FileId(5), "video.mp4", "video/mp4")
    await cloud.sender.send(a_letter("Abrir", body="Veja", blob=FILM, attachment=film))
    seen = cloud.ana.last()
    assert seen.file is not None
    assert (seen.text, seen.file.mime) == ("Veja", "video/mp4")
    assert [choice.label for choice in seen.choices] == ["Abrir"]


async def test_somebody_without_a_number_is_asked_for_it_with_a_button(cloud: Cloud) -> None:
    to_an_id = a_letter(body="Qual é o seu número?", to=cloud.ana.user_id, asks_number=True)
    assert isinstance(await cloud.sender.send(to_an_id), Accepted)
    assert cloud.ana.last().text == "Qual é o seu número?"
