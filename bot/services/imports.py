"""Bring many clients at once: look first, then take in all that can be read, then hand back."""

from bot.domain.errors import Conflict
from bot.domain.ids import FileId, PersonId
from bot.domain.text import t
from bot.domain.trail import details
from bot.services.import_files import corrections, sample
from bot.services.import_preview import ImportDone, ImportPreview, Sorted
from bot.services.import_taking import ImportTaking
from bot.services.ports.imports import DONE, DROPPED, PREVIEWED, ImportId
from bot.services.sheets import XLSX


class Imports(ImportTaking):
    """Lists of clients that somebody sent."""

    async def preview(self, file: FileId, *, by: PersonId | None = None) -> ImportPreview:
        """What taking the list in would do; nothing is done yet."""
        seen = await self._look(file)
        counts = seen.counts(self._today)
        number = await self._imports.add(file, by, counts, self._now)
        return ImportPreview.of(number, PREVIEWED, seen, self._today)

    async def again(self, number: ImportId) -> ImportPreview:
        """The same preview, as things stand now."""
        row = await self._lock(number)
        seen = await self._look(row.file_id)
        return ImportPreview.of(number, row.state, seen, self._today)

    async def apply(
        self,
        number: ImportId,
        *,
        remind_overdue: bool,
        by: PersonId | None = None,
        language: str | None = None,
    ) -> ImportDone:
        """Take in every row that can be read, all or none; once, however often it is said.

        Reasons in the file to correct are in ``language``, else in the house's.
        """
        row = await self._lock(number)
        if row.state == DONE:
            return ImportDone.of(number, row.counts, new=False)
        if row.state == DROPPED:
            raise Conflict("errors.import.dropped")
        seen = await self._look(row.file_id)
        await self._take_in(seen, remind_overdue=remind_overdue)
        counts = seen.counts(self._today) | {
            "imported": len(seen.new),
            "reminded": remind_overdue,
            "to_correct": await self._hand_back(seen, language or self._house.language),
        }
        await self._imports.close(number, DONE, counts, self._now)
        told = ("imported", "known", "unreadable", "plans")
        about = details(file=seen.file, **{name: counts[name] for name in told})
        await self._audit.note("import.done", by, self._now, {"import": number, **counts, **about})
        return ImportDone.of(number, counts, new=True)

    async def drop(self, number: ImportId, *, by: PersonId | None = None) -> ImportDone | None:
        """Let a preview go. What was taken in stays, and is what there is to tell."""
        row = await self._lock(number)
        if row.state == DONE:
            return ImportDone.of(number, row.counts, new=False)
        if row.state == PREVIEWED:
            await self._imports.close(number, DROPPED, row.counts, self._now)
            await self._audit.note("import.dropped", by, self._now, {"import": number})
        return None

    async def corrections(self, number: ImportId, language: str) -> FileId | None:
        """The rows that cannot be taken in, as a spreadsheet; none if all can."""
        row = await self._lock(number)
        return await self._hand_back(await self._look(row.file_id), language)

    async def sample(self, language: str) -> FileId:
        """A spreadsheet to fill in."""
        content = sample(lambda text: self._words.say(text, language))
        name = self._words.say(t("import.sample.file"), language)
        return await self._files.put(name, XLSX, content)

    async def _hand_back(self, seen: Sorted, language: str) -> FileId | None:
        content = corrections(seen, lambda text: self._words.say(text, language))
        if content is None:
            return None
        name = self._words.say(t("import.corrections.file"), language)
        return await self._files.put(name, XLSX, content)
