"""Which of the things found is meant, and how sure the names are."""

from chatbot.garbage.choosing import meant as likeliest

__all__ = ["NEARLY_SPELLED", "SURE_ITEM", "likeliest"]

SURE_ITEM = 0.85
# A word that is not asked as garbage must look much like an item to be taken for one.
NEARLY_SPELLED = 0.55
