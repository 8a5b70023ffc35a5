"""Makes content/search/words.txt: correct English words, lower case, one per line, sorted.

Sources: the SCOWL word lists of size 40 and below as packaged by Debian (packages `scowl` and `wamerican-small`,
version 2020.12.07-2), and `extra_words.txt` beside this file (words younger than the lists, written for this project).

    apt-get install scowl wamerican-small
    python3 tools/search/words.py
"""

import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SCOWL = Path("/usr/share/dict/scowl")
SMALL = Path("/usr/share/dict/american-english-small")
SIZES = (10, 20, 35, 40)
WORD = re.compile(r"[a-z]{2,}")


def words_of(path: Path, encoding: str) -> set[str]:
    """The plain words of one list; possessives and anything with a sign that is not a letter are left out."""
    lines = path.read_text(encoding=encoding).splitlines()
    return {word for line in lines if WORD.fullmatch(word := line.strip().lower())}


def main() -> None:
    words = words_of(SMALL, "utf-8") | words_of(HERE / "extra_words.txt", "utf-8")
    for language in ("english", "american"):
        for size in SIZES:
            words |= words_of(SCOWL / f"{language}-words.{size}", "latin-1")
    target = ROOT / "content" / "search" / "words.txt"
    target.write_text("\n".join(sorted(words)) + "\n", encoding="utf-8")
    print(f"{len(words)} words -> {target}")


if __name__ == "__main__":
    main()
