"""Makes the supplements of this folder anew; README.md says out of what.

usage: subset.py NOTO_FOLDER UNIHAN_FOLDER NOTO_EMOJI_WOFF2
"""

import bz2
import pathlib
import sys

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

HERE = pathlib.Path(__file__).parent
noto, unihan, emoji = map(pathlib.Path, sys.argv[1:])
JAMO = set(range(0x1100, 0x1200))


def span(*ends):
    return {letter for first, last in ends for letter in range(first, last + 1)}


def make(name, font, letters, features=()):
    options = subset.Options()
    options.layout_features = list(features)
    options.hinting = False
    options.glyph_names = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "GPOS", "STAT", "DSIG"]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=letters)
    subsetter.subset(font)
    font.flavor = None
    font.save(HERE / name)


def names():
    for part in ("OtherMappings", "Readings", "DictionaryLikeData"):
        with bz2.open(unihan / f"Unihan_{part}.txt.bz2", "rt") as lines:
            for line in lines:
                fields = line.split("\t")
                if len(fields) > 2 and fields[1] in ("kKoreanName", "kKoreanEducationHanja"):
                    yield int(fields[0][2:], 16)


have = set(TTFont(HERE / "NanumGothic.ttf").getBestCmap())
korean = next(
    font
    for font in TTCollection(noto / "opentype/noto/NotoSansCJK-Regular.ttc").fonts
    if font["name"].getDebugName(1) == "Noto Sans CJK KR"
)
wanted = set(names()) | JAMO | span(
    (0x2500, 0x259F), (0x2E80, 0x33FF), (0x4E00, 0x9FFF), (0xA960, 0xA97F), (0xD7B0, 0xD7FF), (0xF900, 0xFAFF), (0xFF00, 0xFFEF)
)
wanted = {letter for letter in wanted & set(korean.getBestCmap()) if letter not in have or letter in JAMO}
make("NotoSansCJKkr-supplement.otf", korean, wanted, ["ccmp", "ljmo", "vjmo", "tjmo"])
have |= wanted
for name, ends in (
    ("NotoSansSymbols2", [(0x2000, 0x2BFF), (0x1F000, 0x1FAFF)]),
    ("NotoSansSymbols", [(0x2000, 0x2BFF), (0x1F000, 0x1FAFF)]),
    ("NotoSansMath", [(0x2000, 0x2BFF), (0x1F000, 0x1FAFF)]),
):
    font = TTFont(noto / f"truetype/noto/{name}-Regular.ttf")
    wanted = (span(*ends) & set(font.getBestCmap())) - have
    make(f"{name}-supplement.ttf", font, wanted)
    have |= wanted
font = TTFont(noto / "truetype/noto/NotoSans-Regular.ttf")
make("NotoSans-supplement.ttf", font, (span((0xA0, 0x6FF), (0x1E00, 0x214F)) & set(font.getBestCmap())) - have)
font = TTFont(emoji)
wanted = span((0x2000, 0xFDFF), (0xFE10, 0xDFFFF)) & set(font.getBestCmap())
make("NotoEmoji-supplement.ttf", font, wanted - have)
