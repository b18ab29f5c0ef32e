"""What a resident can ask to hear of: life's areas of the service catalogue (GIF DS-491-1).

The key is the category's name as services have it among their topics. Areas that would tell of
illness, disability, origin or trouble in the family are not among them.
"""

from __future__ import annotations

from portal.catalogue.gif_words import gif_name

INTERESTS = (
    "子育て",
    "教育",
    "健康・医療",
    "高齢者・介護",
    "就職・退職",
    "引っ越し・住まい",
    "防災",
    "ごみ・環境保全",
    "交通",
    "税",
    "文化・スポーツ・生涯学習",
    "市民活動・コミュニティ",
    "ペット",
    "消費生活",
)


def interest_name(key: str) -> str:
    """An interest in the page's language."""
    return gif_name(key)
