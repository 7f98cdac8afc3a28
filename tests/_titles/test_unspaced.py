"""Text without spaces in bigrams."""

from functools import partial

import numpy as np
import pytest
from small import small_product, spectral

from sklearn_prodemb import Sessions
from sklearn_prodemb._titles.unspaced import cut_unspaced


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("緑茶", "緑茶"),
        ("茶", "茶"),
        ("緑茶の葉", "緑茶 茶の の葉"),
        ("コーヒー豆", "コー ーヒ ヒー ー豆"),
        ("iphone15ケース用", "iphone15 ケー ース ス用"),
        ("人々 〇〇", "人々 〇〇"),
        ("\U00020bb7野家", "\U00020bb7野 野家"),
        # A vowel sign belongs to its consonant.
        ("กี่ล้าน", "กี่ล้ ล้า าน"),
        ("ខ្មែរ", "ខ្មែ មែរ"),
        ("မြန်မာ", "မြန် န်မာ"),
        ("\u0e35กา", "\u0e35ก กา"),
        # Scripts with spaces, or points between syllables.
        ("한국어 제품 हिन्दी བོད mesa", "한국어 제품 हिन्दी བོད mesa"),
        ("mesa 50 x", "mesa 50 x"),
        ("", ""),
    ],
)
def test_bigrams(text, expected):
    assert cut_unspaced(text).split() == expected.split()


# Two kinds of product by language: three titles of each, and titles that are new.
KINDS = {
    "Japanese": (
        ["静岡産緑茶ティーバッグ", "有機緑茶の茶葉", "緑茶ペットボトル"],
        ["羊毛の手袋", "革の手袋メンズ", "防水手袋スキー用"],
        ("徳用緑茶", "子供用の手袋"),
    ),
    "Chinese": (
        ["不锈钢保温杯", "儿童保温杯带吸管", "便携保温杯大容量"],
        ["无线蓝牙耳机", "运动蓝牙耳机防水", "降噪蓝牙耳机"],
        ("办公室保温杯", "迷你蓝牙耳机"),
    ),
    "Thai": (
        ["เสื้อยืดสีแดง", "เสื้อยืดผู้ชาย", "เสื้อยืดคอกลม"],
        ["รองเท้าวิ่งสีดำ", "รองเท้าวิ่งผู้หญิง", "รองเท้าวิ่งราคาถูก"],
        ("เสื้อยืดลายทาง", "รองเท้าวิ่งเด็ก"),
    ),
}


@pytest.mark.parametrize("language", KINDS)
@pytest.mark.parametrize("make", [spectral, partial(small_product, max_epochs=0)])
def test_a_new_title_is_like_the_known_ones_it_shares_a_run_with(make, language):
    *kinds, new = KINDS[language]
    sessions = Sessions.from_lists([kind for kind in kinds for _ in range(3)])
    embedder = make(normalizer="basic").fit(sessions)
    vectors = embedder.transform([*kinds[0], *kinds[1], *new])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    cosines = vectors[6:] @ vectors[:6].T
    own = [cosines[0, :3], cosines[1, 3:]]
    other = [cosines[0, 3:], cosines[1, :3]]
    assert np.min(own) > np.max(other) + 0.3
