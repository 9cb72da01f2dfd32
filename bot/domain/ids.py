"""Names for numbers, so that a client's is never passed for a charge's."""

from typing import NewType

ClientId = NewType("ClientId", int)
PersonId = NewType("PersonId", int)
PlanId = NewType("PlanId", int)
SubscriptionId = NewType("SubscriptionId", int)
ChargeId = NewType("ChargeId", int)
PaymentId = NewType("PaymentId", int)
ClaimId = NewType("ClaimId", int)
FileId = NewType("FileId", int)
OutboxId = NewType("OutboxId", int)
StepId = NewType("StepId", int)
TokenId = NewType("TokenId", int)
