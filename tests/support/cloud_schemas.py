"""The Cloud API's requests and webhooks, restated field by field: anything else is wrong.

Shapes and limits are those of the published description; where that and the network's own pages
differ, the narrower one holds. The simulator has checks of its own; these know nothing of it.
"""

from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

Id = Annotated[str, Field(pattern=r"^\d+$")]
Wamid = Annotated[str, Field(min_length=1, max_length=256)]
Digits = Annotated[str, Field(pattern=r"^\d{7,15}$")]
Stamp = Annotated[str, Field(pattern=r"^\d{9,11}$")]
UserId = Annotated[str, Field(pattern=r"^[A-Z]{2}(\.ENT)?\.[A-Za-z0-9]{1,128}$")]


class Strict(BaseModel):
    """Nothing may be missing, of another kind, or unknown."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


# --- what the business sends --------------------------------------------------------------------


class Body4096(Strict):
    body: Annotated[str, Field(min_length=1, max_length=4096)]
    preview_url: bool | None = None


class Header60(Strict):
    type: Literal["text"]
    text: Annotated[str, Field(min_length=1, max_length=60)]


class File(Strict):
    id: Id | None = None
    link: Annotated[str, Field(pattern="^https?://")] | None = None
    caption: Annotated[str, Field(min_length=1, max_length=1024)] | None = None
    filename: Annotated[str, Field(min_length=1, max_length=240)] | None = None

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.id is None) == (self.link is None):
            raise ValueError("id or link, and not both")
        return self


class HeaderFile(Strict):
    type: Literal["image", "document", "video"]
    image: File | None = None
    document: File | None = None
    video: File | None = None

    @model_validator(mode="after")
    def _as_it_says(self) -> Self:
        if getattr(self, self.type) is None:
            raise ValueError("the file of its type is missing")
        return self


class Words1024(Strict):
    text: Annotated[str, Field(min_length=1, max_length=1024)]


class Words60(Strict):
    text: Annotated[str, Field(min_length=1, max_length=60)]


class ReplyTitle(Strict):
    id: Annotated[str, Field(min_length=1, max_length=256, pattern=r"^\S(.*\S)?$")]
    title: Annotated[str, Field(min_length=1, max_length=20)]


class ReplyButton(Strict):
    type: Literal["reply"]
    reply: ReplyTitle


class Buttons(Strict):
    buttons: Annotated[list[ReplyButton], Field(min_length=1, max_length=3)]

    @model_validator(mode="after")
    def _unlike(self) -> Self:
        if len({button.reply.title for button in self.buttons}) < len(self.buttons):
            raise ValueError("two buttons read the same")
        return self


class ListRow(Strict):
    id: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^\S(.*\S)?$")]
    title: Annotated[str, Field(min_length=1, max_length=24)]
    description: Annotated[str, Field(min_length=1, max_length=72)] | None = None


class Section(Strict):
    title: Annotated[str, Field(min_length=1, max_length=24)] | None = None
    rows: Annotated[list[ListRow], Field(min_length=1, max_length=10)]


class Sections(Strict):
    button: Annotated[str, Field(min_length=1, max_length=20)]
    sections: Annotated[list[Section], Field(min_length=1, max_length=10)]

    @model_validator(mode="after")
    def _ten_in_all(self) -> Self:
        rows = [row for section in self.sections for row in section.rows]
        if len(rows) > 10 or len({row.id for row in rows}) < len(rows):
            raise ValueError("ten rows in all, each with an id of its own")
        if len(self.sections) > 1 and not all(section.title for section in self.sections):
            raise ValueError("of several sections each has a title")
        return self


class LinkParameters(Strict):
    display_text: Annotated[str, Field(min_length=1, max_length=20)]
    url: Annotated[str, Field(pattern="^https?://", max_length=2000)]


class LinkAction(Strict):
    name: Literal["cta_url"]
    parameters: LinkParameters


class NamedAction(Strict):
    name: Literal["request_contact_info", "send_location"]


class InteractiveButtons(Strict):
    type: Literal["button"]
    header: Header60 | HeaderFile | None = None
    body: Words1024
    footer: Words60 | None = None
    action: Buttons


class InteractiveList(Strict):
    type: Literal["list"]
    header: Header60 | None = None
    body: Words1024
    footer: Words60 | None = None
    action: Sections


class InteractiveLink(Strict):
    type: Literal["cta_url"]
    header: Header60 | HeaderFile | None = None
    body: Words1024
    footer: Words60 | None = None
    action: LinkAction


class InteractiveAsking(Strict):
    type: Literal["request_contact_info", "location_request_message"]
    body: Words1024
    action: NamedAction


Interactive: TypeAlias = Annotated[
    InteractiveButtons | InteractiveList | InteractiveLink | InteractiveAsking,
    Field(discriminator="type"),
]


class Language(Strict):
    code: Annotated[str, Field(pattern=r"^[a-z]{2,3}(_[A-Z]{2,3})?$")]
    policy: Literal["deterministic"] | None = None


class TextParameter(Strict):
    type: Literal["text"]
    parameter_name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")] | None = None
    text: Annotated[str, Field(min_length=1, max_length=1024)]

    @model_validator(mode="after")
    def _one_line(self) -> Self:
        if any(sign in self.text for sign in ("\n", "\t", " " * 5)) or not self.text.strip():
            raise ValueError("no new line, no tab, no run of more than four blanks")
        return self


class PayloadParameter(Strict):
    type: Literal["payload"]
    payload: Annotated[str, Field(min_length=1, max_length=256)]


class PixDynamicCode(Strict):
    code: Annotated[str, Field(pattern=r"^000201[ -~]+6304[0-9A-F]{4}$", max_length=512)]


class PaymentSetting(Strict):
    type: Literal["pix_dynamic_code"]
    pix_dynamic_code: PixDynamicCode


class PaymentRequest(Strict):
    payment_setting: PaymentSetting


class PaymentAction(Strict):
    payment_request: PaymentRequest


class ActionParameter(Strict):
    type: Literal["action"]
    action: PaymentAction


class CouponParameter(Strict):
    type: Literal["coupon_code"]
    coupon_code: Annotated[str, Field(min_length=1, max_length=15)]


class TextPart(Strict):
    type: Literal["header", "body"]
    parameters: Annotated[list[TextParameter], Field(min_length=1)]

    @model_validator(mode="after")
    def _named_or_not(self) -> Self:
        names = [parameter.parameter_name for parameter in self.parameters]
        if None in names and len(set(names)) > 1:
            raise ValueError("all are named, or none is")
        return self


class ButtonPart(Strict):
    type: Literal["button"]
    sub_type: Literal["quick_reply", "url", "copy_code", "payment_request"]
    index: Annotated[str, Field(pattern=r"^\d$")]
    parameters: Annotated[
        list[PayloadParameter | TextParameter | CouponParameter | ActionParameter],
        Field(min_length=1, max_length=1),
    ]

    @model_validator(mode="after")
    def _paid_by_an_action(self) -> Self:
        paying = self.sub_type == "payment_request"
        if any(isinstance(one, ActionParameter) != paying for one in self.parameters):
            raise ValueError("an action is for a button to pay with, and nothing else is")
        return self


class Template(Strict):
    name: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,512}$")]
    language: Language
    components: Annotated[list[TextPart | ButtonPart], Field(min_length=1)] | None = None


class Context(Strict):
    message_id: Wamid


class Reaction(Strict):
    message_id: Wamid
    emoji: str


class Message(Strict):
    """One message to one person."""

    messaging_product: Literal["whatsapp"]
    recipient_type: Literal["individual"]
    to: Annotated[str, Field(pattern=r"^\+[1-9]\d{6,14}$")] | None = None
    recipient: UserId | None = None
    biz_opaque_callback_data: Annotated[str, Field(min_length=1, max_length=512)]
    context: Context | None = None
    type: Literal[
        "text", "template", "interactive", "image", "document", "audio", "video", "sticker"
    ]
    text: Body4096 | None = None
    template: Template | None = None
    interactive: Interactive | None = None
    image: File | None = None
    document: File | None = None
    audio: File | None = None
    video: File | None = None
    sticker: File | None = None

    @model_validator(mode="after")
    def _one_person_one_content(self) -> Self:
        if (self.to is None) == (self.recipient is None):
            raise ValueError("to or recipient, and not both")
        kinds = ["text", "template", "interactive", "image", "document"]
        kinds += ["audio", "video", "sticker"]
        if [kind for kind in kinds if getattr(self, kind)] != [self.type]:
            raise ValueError("the content is that of its type, and no other")
        if self.document and self.document.filename is None:
            raise ValueError("a document without a name reads badly")
        return self


class Typing(Strict):
    type: Literal["text"]


class ReadMark(Strict):
    """A message of theirs was read."""

    messaging_product: Literal["whatsapp"]
    status: Literal["read"]
    message_id: Wamid
    typing_indicator: Typing | None = None


class NamedExample(Strict):
    param_name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    example: Annotated[str, Field(min_length=1)]


class BodyExample(Strict):
    body_text_named_params: list[NamedExample] | None = None
    body_text: list[list[str]] | None = None


class TemplateBody(Strict):
    type: Literal["BODY"]
    text: Annotated[str, Field(min_length=1, max_length=1024)]
    example: BodyExample | None = None


class TemplateFooter(Strict):
    type: Literal["FOOTER"]
    text: Annotated[str, Field(min_length=1, max_length=60)]


class TemplateButton(Strict):
    type: Literal["QUICK_REPLY", "URL", "PHONE_NUMBER", "PAYMENT_REQUEST"]
    text: Annotated[str, Field(min_length=1, max_length=25)]
    url: Annotated[str, Field(pattern="^https?://", max_length=2000)] | None = None
    phone_number: Annotated[str, Field(max_length=20)] | None = None
    example: list[str] | None = None
    payment_setting: PaymentSetting | None = None

    @model_validator(mode="after")
    def _to_pay_with(self) -> Self:
        paying = self.type == "PAYMENT_REQUEST"
        if paying != (self.payment_setting is not None):
            raise ValueError("a button to pay with has a setting, and no other has")
        if paying and self.text != "Copy Pix code":
            raise ValueError("its words are the network's own")
        return self


class TemplateButtons(Strict):
    type: Literal["BUTTONS"]
    buttons: Annotated[list[TemplateButton], Field(min_length=1, max_length=10)]

    @model_validator(mode="after")
    def _together(self) -> Self:
        kinds = [button.type for button in self.buttons]
        replies = [n for n, kind in enumerate(kinds) if kind == "QUICK_REPLY"]
        if replies and replies[-1] - replies[0] >= len(replies):
            raise ValueError("those who answer stand together")
        if kinds.count("PAYMENT_REQUEST") > 3:
            raise ValueError("at most three to pay with")
        return self


Components: TypeAlias = Annotated[
    list[TemplateBody | TemplateFooter | TemplateButtons], Field(min_length=1, max_length=4)
]
LivesS: TypeAlias = Annotated[int, Field(ge=30, le=43_200)]  # of a utility template


class TemplateMade(Strict):
    """A new template."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9_]{1,512}$")]
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(_[A-Z]{2,3})?$")]
    category: Literal["UTILITY", "MARKETING"]
    parameter_format: Literal["NAMED", "POSITIONAL"] | None = None
    components: Components
    message_send_ttl_seconds: LivesS | None = None
    display_format: Literal["ORDER_DETAILS"] | None = None


class TemplateEdited(Strict):
    """Other words for one that is there."""

    category: Literal["UTILITY", "MARKETING"] | None = None
    components: Components
    message_send_ttl_seconds: LivesS | None = None


class Subscribed(Strict):
    """Hear of the account, perhaps at an address of its own."""

    override_callback_uri: Annotated[str, Field(pattern="^https?://")] | None = None
    verify_token: Annotated[str, Field(min_length=1)] | None = None


# --- what the network tells ---------------------------------------------------------------------


class Profile(Strict):
    name: str


class Contact(Strict):
    profile: Profile
    user_id: UserId | None = None
    wa_id: Digits | None = None


class Metadata(Strict):
    display_phone_number: Digits
    phone_number_id: Id


class ErrorData(Strict):
    details: str


class Error(Strict):
    code: int
    title: str
    message: str | None = None
    error_data: ErrorData | None = None
    href: str | None = None


class Pricing(Strict):
    billable: bool | None = None
    pricing_model: Literal["CBP", "PMP"]
    type: Literal["regular", "free_customer_service", "free_entry_point"] | None = None
    category: str


class Status(Strict):
    id: Wamid
    status: Literal["sent", "delivered", "read", "failed", "played"]
    timestamp: Stamp
    recipient_id: Digits | None = None
    recipient_user_id: UserId | None = None
    biz_opaque_callback_data: str | None = None
    pricing: Pricing | None = None
    errors: list[Error] | None = None

    @model_validator(mode="after")
    def _failed_says_why(self) -> Self:
        if (self.status == "failed") != bool(self.errors):
            raise ValueError("a failure has errors, and nothing else has")
        return self


class TextTold(Strict):
    body: str


class ButtonTold(Strict):
    payload: str
    text: str


class ReplyTold(Strict):
    id: str
    title: str
    description: str | None = None


class InteractiveTold(Strict):
    type: Literal["button_reply", "list_reply"]
    button_reply: ReplyTold | None = None
    list_reply: ReplyTold | None = None


class FileTold(Strict):
    id: str
    mime_type: str
    sha256: str
    caption: str | None = None
    filename: str | None = None
    voice: bool | None = None
    animated: bool | None = None
    url: str | None = None


class ReactionTold(Strict):
    message_id: Wamid
    emoji: str | None = None


class SystemTold(Strict):
    type: Literal["user_changed_number", "user_changed_user_id"]
    body: str | None = None
    wa_id: Digits | None = None
    user_id: UserId | None = None
    previous_user_id: UserId | None = None


class EditTold(Strict):
    original_message_id: Wamid
    message: dict[str, Any]


class RevokeTold(Strict):
    original_message_id: Wamid


class ContextTold(Strict):
    id: Wamid
    from_: Annotated[str | None, Field(alias="from")] = None
    forwarded: bool | None = None
    frequently_forwarded: bool | None = None


_Shown = Literal["text", "image", "document", "audio", "video", "sticker", "location", "contacts"]
_Done = Literal["button", "interactive", "reaction", "system", "edit", "revoke", "unsupported"]


class MessageTold(Strict):
    """Something a person did."""

    id: Wamid
    timestamp: Stamp
    type: _Shown | _Done
    from_: Annotated[Digits | None, Field(alias="from")] = None
    from_user_id: UserId | None = None
    context: ContextTold | None = None
    text: TextTold | None = None
    button: ButtonTold | None = None
    interactive: InteractiveTold | None = None
    image: FileTold | None = None
    document: FileTold | None = None
    audio: FileTold | None = None
    video: FileTold | None = None
    sticker: FileTold | None = None
    reaction: ReactionTold | None = None
    location: dict[str, Any] | None = None
    contacts: list[dict[str, Any]] | None = None
    system: SystemTold | None = None
    edit: EditTold | None = None
    revoke: RevokeTold | None = None
    errors: list[Error] | None = None

    @model_validator(mode="after")
    def _somebody_s(self) -> Self:
        if self.from_ is None and self.from_user_id is None:
            raise ValueError("it is nobody's")
        if self.type != "unsupported" and getattr(self, self.type) is None:
            raise ValueError("the content of its type is missing")
        return self


class MessagesTold(Strict):
    messaging_product: Literal["whatsapp"]
    metadata: Metadata
    contacts: list[Contact] | None = None
    messages: list[MessageTold] | None = None
    statuses: list[Status] | None = None
    errors: list[Error] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.messages or self.statuses or self.errors):
            raise ValueError("it tells nothing")
        return self


class TemplateStatusTold(Strict):
    event: Annotated[str, Field(pattern="^[A-Z_]+$")]
    message_template_id: int
    message_template_name: str
    message_template_language: str
    message_template_category: str | None = None
    reason: str | None = None
    disable_info: dict[str, Any] | None = None
    other_info: dict[str, Any] | None = None
    rejection_info: dict[str, Any] | None = None


class TemplateQualityTold(Strict):
    previous_quality_score: str
    new_quality_score: str
    message_template_id: int
    message_template_name: str
    message_template_language: str


class TemplateCategoryTold(Strict):
    message_template_id: int
    message_template_name: str
    message_template_language: str
    previous_category: str | None = None
    new_category: str
    correct_category: str | None = None


TOLD: dict[str, TypeAdapter[Any]] = {
    "messages": TypeAdapter(MessagesTold),
    "message_template_status_update": TypeAdapter(TemplateStatusTold),
    "message_template_quality_update": TypeAdapter(TemplateQualityTold),
    "template_category_update": TypeAdapter(TemplateCategoryTold),
}
_FREE_FORM = frozenset(
    {"account_update", "account_alerts", "security", "user_preferences", "user_id_update"}
    | {"business_capability_update", "phone_number_quality_update"}
)


class Change(Strict):
    field: str
    value: dict[str, Any]


class Entry(Strict):
    id: Id
    time: int | None = None
    changes: Annotated[list[Change], Field(min_length=1)]

    @model_validator(mode="after")
    def _each_by_its_field(self) -> Self:
        for change in self.changes:
            if change.field not in TOLD.keys() | _FREE_FORM:
                raise ValueError(f"nobody knows the field {change.field}")
            if change.field in TOLD:
                TOLD[change.field].validate_python(change.value)
            # Of messages the time stands with each of them.
            if (self.time is None) != (change.field == "messages"):
                raise ValueError("the time of an entry is for what is no message")
        return self


class Webhook(Strict):
    """One delivery."""

    object: Literal["whatsapp_business_account"]
    entry: Annotated[list[Entry], Field(min_length=1)]


SENT: TypeAdapter[Message | ReadMark] = TypeAdapter(Message | ReadMark)
WEBHOOK: TypeAdapter[Webhook] = TypeAdapter(Webhook)
