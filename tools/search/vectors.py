"""Reads content/search/embeddings.bin and embeds phrases with it, in the way the search does."""

import struct
import unicodedata
from pathlib import Path

import numpy as np


class Vectors:
    def __init__(self, path: Path):
        blob = path.read_bytes()
        magic, version, count, dimensions, self.unknown = struct.unpack_from("<4sIIII", blob)
        if magic != b"ISEM" or version != 1:
            raise SystemExit(f"{path} is not a table of vectors")
        offset = 20
        self.ids = {}
        for row in range(count):
            length = blob[offset]
            self.ids[blob[offset + 1 : offset + 1 + length].decode("utf-8")] = row
            offset += 1 + length
        scales = np.frombuffer(blob, "<f4", count, offset)
        offset += 4 * count
        values = np.frombuffer(blob, np.int8, count * dimensions, offset).reshape(count, dimensions)
        if offset + count * dimensions != len(blob):
            raise SystemExit(f"{path} is cut short or has bytes left over")
        self.rows = values * scales[:, None]
        self.dimensions = dimensions

    def embed(self, phrase: str) -> np.ndarray:
        total = self.rows[[self.ids.get(piece, self.unknown) for piece in self.pieces(phrase)]].sum(0)
        length = np.linalg.norm(total)
        return total / length if length > 0.0 else total

    def pieces(self, phrase: str) -> list[str]:
        return [piece for word in basic_words(phrase) for piece in self.word_pieces(word)]

    def word_pieces(self, word: str) -> list[str]:
        """Greedy longest match; a word with a part that no piece covers is one unknown token."""
        pieces, start = [], 0
        while start < len(word):
            prefix = "##" if start else ""
            for end in range(len(word), start, -1):
                if prefix + word[start:end] in self.ids:
                    pieces.append(prefix + word[start:end])
                    start = end
                    break
            else:
                return ["[UNK]"]
        return pieces


def basic_words(phrase: str) -> list[str]:
    """Lower case, no accents, split at blanks; every punctuation sign is a word of its own."""
    folded = unicodedata.normalize("NFD", phrase.lower())
    words, current = [], ""
    for sign in folded:
        kind = unicodedata.category(sign)
        if kind == "Mn":
            continue
        if sign.isalnum():
            current += sign
            continue
        if current:
            words.append(current)
            current = ""
        if not sign.isspace():
            words.append(sign)
    return words + [current] if current else words
