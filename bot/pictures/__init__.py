"""What words say badly, as PNG: the code of a payment, the bars of a year."""

from bot.pictures.charts import bars
from bot.pictures.codes import qr, qr_lines

__all__ = ["bars", "qr", "qr_lines"]
