"""Chinese fonts for documents: official ones where they are installed, else what there is."""

from __future__ import annotations

from collections.abc import Iterable

# In the order of preference; the last ones are free and in every Linux distribution.
SONG = ("FZXiaoBiaoSong-B05", "FZXiaoBiaoSong-B05S", "STZhongsong", "SimSun", "Songti SC",
        "Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "AR PL UMing CN")  # fmt: skip
FANGSONG = ("FangSong_GB2312", "FangSong", "STFangsong", "cwTeX Q Fangsong", *SONG[3:])
HEI = ("SimHei", "STHeiti", "Heiti SC", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC",
       "WenQuanYi Zen Hei", "WenQuanYi Micro Hei", "Droid Sans Fallback")  # fmt: skip
KAI = ("KaiTi_GB2312", "KaiTi", "STKaiti", "AR PL UKai CN", *FANGSONG)


class NoChineseFont(RuntimeError):  # noqa: N818 - says what is the matter
    """No Chinese font is installed; the message says what to do."""

    def __init__(self) -> None:
        super().__init__(
            "没有找到中文字体，做不出简报。请安装一种，例如 Debian/Ubuntu："
            "apt-get install fonts-noto-cjk；也可安装仿宋、黑体、楷体、小标宋。"
        )


def choose(installed: Iterable[str]) -> dict[str, list[str]]:
    """The installed families for song, fangsong, hei and kai, best first.

    Raises NoChineseFont when there is neither a serif nor a sans one.
    """
    known = set(installed)
    every = [name for name in (*SONG, *HEI) if name in known]
    if not every:
        raise NoChineseFont
    wanted = {"song": SONG, "fangsong": FANGSONG, "hei": HEI, "kai": KAI}
    return {
        style: [name for name in names if name in known] or every for style, names in wanted.items()
    }
