"""Checks the data files of content/search and measures the table of vectors.

    python3 tools/search/check.py                 # the files are consistent (standard library only)
    python3 tools/search/check.py --semantic      # also: does the nearest row belong to the wanted service? (numpy)

The measurement is a lower bound for the search: it has no exact match, no typo correction and no constraint parser, only
the nearest row by cosine.
"""

import argparse
import collections
import datetime
import json
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
DATA = ROOT / "content" / "search"
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")
SLOTS = {
    "services", "services_any_of", "category", "max_price", "min_price", "price_word", "dates", "time", "borough",
    "neighborhood", "mode", "level", "age", "max_age", "weekdays", "duration_min", "near_user", "unknown_location",
    "out_of_catalog",
}


class Report:
    def __init__(self) -> None:
        self.errors: list[str] = []

    def expect(self, holds: bool, message: str) -> None:
        if not holds:
            self.errors.append(message)


def load(path: Path) -> dict:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def check_vocabulary(report: Report, catalogue: dict, vocabulary: dict) -> None:
    services = {service["slug"]: service for service in catalogue["service"]}
    names = {service["name"].lower(): slug for slug, service in services.items()}
    owners = collections.defaultdict(set)
    for slug, service in services.items():
        for term in [service["name"].lower(), *service["search_terms"]]:
            owners[term].add(slug)

    listed = [entry["slug"] for entry in vocabulary["service"]]
    report.expect(listed == list(services), "vocabulary.toml must list every service once, in the order of the catalogue")
    synonyms: dict[str, str] = {}
    for entry in vocabulary["service"]:
        slug = entry["slug"]
        report.expect(3 <= len(entry["hints"]), f"{slug}: fewer than three hints")
        for phrase in entry["synonyms"] + entry["hints"] + entry.get("not", []):
            report.expect(phrase == " ".join(phrase.lower().split()) != "", f"{slug}: untidy phrase {phrase!r}")
        for term in entry["synonyms"]:
            report.expect(not owners.get(term), f"{slug}: synonym {term!r} stands in the catalogue for {owners.get(term)}")
            report.expect(term not in synonyms, f"{slug}: synonym {term!r} also stands for {synonyms.get(term)}")
            synonyms[term] = slug
        for term in entry.get("not", []):
            report.expect(slug not in owners.get(term, ()), f"{slug}: {term!r} is a name and a `not` phrase at once")
            report.expect(synonyms.get(term) != slug, f"{slug}: {term!r} is a synonym and a `not` phrase at once")

    group_terms: dict[str, str] = {}
    for group in vocabulary["group"]:
        for slug in group["services"]:
            report.expect(slug in services, f"group {group['name']}: no service {slug}")
        report.expect(len(group["services"]) == len(set(group["services"])), f"group {group['name']}: a service twice")
        for term in group["terms"]:
            report.expect(term not in group_terms, f"group term {term!r} stands twice")
            report.expect(term not in names, f"group term {term!r} is the name of a service")
            report.expect(term not in synonyms, f"group term {term!r} is a synonym of {synonyms.get(term)}")
            group_terms[term] = group["name"]
    # A term shared by several services names a family, so a group must say which.
    for term, slugs in owners.items():
        if len(slugs) > 1:
            report.expect(term in group_terms, f"{term!r} stands for {sorted(slugs)} but is no group term")

    categories = {category["slug"] for category in catalogue["category"]}
    report.expect({entry["slug"] for entry in vocabulary["category"]} == categories, "every category needs its words")
    for entry in vocabulary["category"]:
        for term in entry["terms"]:
            report.expect(term not in group_terms, f"category word {term!r} is a group term")
            report.expect(not owners.get(term) and term not in synonyms, f"category word {term!r} is a service term")
    weak = vocabulary["weak"]
    report.expect(len(weak) == len(set(weak)), "a weak word stands twice")
    for word in weak:
        report.expect(not owners.get(word) and word not in synonyms, f"weak word {word!r} is a service term")
        report.expect(word not in group_terms, f"weak word {word!r} is a group term")


def check_places(report: Report, catalogue: dict, places: list[dict]) -> None:
    by_name = {place["name"]: place for place in places}
    boroughs = {place["name"] for place in places if place["kind"] == "borough"}
    report.expect(len(by_name) == len(places), "a place stands twice")
    report.expect(len(boroughs) == 5, "there are five boroughs")
    known: dict[str, str] = {}
    for place in places:
        name = place["name"]
        report.expect(place["kind"] in ("borough", "neighborhood", "landmark"), f"{name}: kind {place['kind']}")
        report.expect(place["borough"] in boroughs, f"{name}: borough {place['borough']}")
        report.expect(place["kind"] != "borough" or place["borough"] == name, f"{name}: a borough is its own borough")
        report.expect(bool(place["neighbours"]), f"{name}: no neighbours")
        for other in place["neighbours"]:
            report.expect(other != name and other in by_name, f"{name}: neighbour {other}")
            report.expect(name in by_name.get(other, {}).get("neighbours", ()), f"{name} and {other} are not symmetric")
        for text in {name.lower(), *place["aliases"]}:
            report.expect(known.setdefault(text, name) == name, f"{text!r} names {name} and {known.get(text)}")
    names = {service["name"].lower() for service in catalogue["service"]}
    report.expect(not names & set(known), f"places that are also services: {names & set(known)}")


def check_words(report: Report, words: list[str]) -> None:
    report.expect(words == sorted(set(words)), "words.txt must be sorted and without repetition")
    report.expect(all(re.fullmatch(r"[a-z]{2,}", word) for word in words), "words.txt holds plain lower-case words only")


def check_golden(report: Report, name: str, queries: list[dict], catalogue: dict, places: list[dict]) -> None:
    services = {service["slug"] for service in catalogue["service"]}
    categories = {category["slug"] for category in catalogue["category"]}
    kinds = {place["name"]: place["kind"] for place in places}
    ids = [query["id"] for query in queries]
    report.expect(len(ids) == len(set(ids)), f"{name}: an id stands twice")
    for query in queries:
        where = f"{name} {query['id']}"
        expect = query["expect"]
        report.expect(set(expect) <= SLOTS, f"{where}: unknown slots {set(expect) - SLOTS}")
        report.expect(set(expect.get("services") or []) <= services, f"{where}: unknown service")
        report.expect(expect.get("category") in categories | {None}, f"{where}: unknown category")
        report.expect(not (expect.get("out_of_catalog") and expect["services"]), f"{where}: out of catalogue and a service")
        datetime.date.fromisoformat(query["today"])
        dates = expect.get("dates")
        for one in (dates or {}).get("any_of", [dates] if dates else []):
            first, last = (datetime.date.fromisoformat(one[key]) for key in ("from", "to"))
            report.expect(datetime.date.fromisoformat(query["today"]) <= first <= last, f"{where}: dates {one}")
        time = expect.get("time") or {}
        report.expect(all(value is None or TIME.fullmatch(value) for value in time.values()), f"{where}: time {time}")
        boroughs = expect.get("borough") or []
        for borough in [boroughs] if isinstance(boroughs, str) else boroughs:
            report.expect(kinds.get(borough) == "borough", f"{where}: borough {borough}")
        for area in expect.get("neighborhood") or []:
            report.expect(kinds.get(area) in ("neighborhood", "landmark"), f"{where}: place {area}")


def measure(path: Path, catalogue: dict, vocabulary: dict, weak: set[str], golden: dict[str, list[dict]]) -> None:
    import numpy as np
    from vectors import Vectors

    vectors = Vectors(path)
    entries = {entry["slug"]: entry for entry in vocabulary["service"]}
    full, lean = [], []
    for service in catalogue["service"]:
        slug = service["slug"]
        hints = entries[slug]["hints"]
        full += [(slug, text) for text in [service["name"], *service["search_terms"], *entries[slug]["synonyms"], *hints]]
        lean += [(slug, text) for text in [service["name"], *hints]]
    embed = lambda text: vectors.embed(strip(text, weak))
    for label, rows in (("all rows", full), ("names and hints", lean)):
        matrix = np.array([embed(text) for _, text in rows])
        for name, queries in golden.items():
            hits, misses = collections.Counter(), []
            for query in queries:
                wanted = query["expect"].get("services")
                if not wanted or query["kind"] not in ("exact", "synonym", "para", "typo", "trap"):
                    continue
                scores = matrix @ embed(query["query"])
                order = scores.argsort()[::-1]
                firsts = list(dict.fromkeys(rows[i][0] for i in order[:60]))[:3]
                hits[query["kind"], "all"] += 1
                hits[query["kind"], "top1"] += firsts[0] in wanted
                hits[query["kind"], "top3"] += bool(set(firsts) & set(wanted))
                if firsts[0] not in wanted and query["kind"] == "para":
                    misses.append(f"{query['query']!r}: {firsts[0]} via {rows[order[0]][1]!r} {scores[order[0]]:.2f}")
            for kind in sorted({kind for kind, _ in hits}):
                print(f"{vectors.dimensions} d, {label}, {name}, {kind}: top-1 {hits[kind, 'top1']}, "
                      f"top-3 {hits[kind, 'top3']} of {hits[kind, 'all']}")
            if label == "all rows":
                print("\n".join("   miss " + miss for miss in misses))


def measure_unseen(path: Path, catalogue: dict, vocabulary: dict, weak: set[str]) -> None:
    """The catalogue's search terms as queries against names, synonyms and hints: phrases that are in none of the rows."""
    import numpy as np
    from vectors import Vectors

    vectors = Vectors(path)
    embed = lambda text: vectors.embed(strip(text, weak))
    rows = [(service["slug"], service["name"]) for service in catalogue["service"]]
    rows += [(entry["slug"], text) for entry in vocabulary["service"] for text in entry["synonyms"] + entry["hints"]]
    matrix = np.array([embed(text) for _, text in rows])
    known = {strip(text, weak) for _, text in rows}
    owners = collections.defaultdict(set)
    for service in catalogue["service"]:
        for term in service["search_terms"]:
            owners[strip(term, weak)].add(service["slug"])
    asked = [term for term in owners if term not in known]
    top1 = top3 = 0
    for term in asked:
        order = (matrix @ embed(term)).argsort()[::-1]
        firsts = list(dict.fromkeys(rows[i][0] for i in order[:60]))[:3]
        top1 += firsts[0] in owners[term]
        top3 += bool(set(firsts) & owners[term])
    print(f"{vectors.dimensions} d, {len(asked)} unseen catalogue terms: top-1 {top1 / len(asked):.1%}, top-3 {top3 / len(asked):.1%}")


def strip(text: str, weak: set[str]) -> str:
    """Without the words that say nothing about the service; if nothing is left, the text as it was."""
    kept = [word for word in re.findall(r"[^\s,;:!?]+", text.lower()) if word not in weak]
    return " ".join(kept) or text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--semantic", action="store_true")
    parser.add_argument("--embeddings", type=Path, default=DATA / "embeddings.bin")
    arguments = parser.parse_args()
    catalogue = load(ROOT / "content" / "catalogue.toml")
    vocabulary = load(DATA / "vocabulary.toml")
    places = load(DATA / "places.toml")["place"]
    words = (DATA / "words.txt").read_text(encoding="utf-8").split()
    golden = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(DATA.glob("golden_*.json"))}

    report = Report()
    check_vocabulary(report, catalogue, vocabulary)
    check_places(report, catalogue, places)
    check_words(report, words)
    for name, queries in golden.items():
        check_golden(report, name, queries, catalogue, places)
    count = lambda key: sum(len(entry.get(key, [])) for entry in vocabulary["service"])
    print(f"{len(vocabulary['service'])} services, {count('synonyms')} synonyms, {count('hints')} hints, {count('not')} not; "
          f"{len(vocabulary['group'])} groups, {len(vocabulary['weak'])} weak words; {len(places)} places; "
          f"{len(words)} words; {', '.join(f'{name} {len(queries)}' for name, queries in golden.items())}")
    for error in report.errors:
        print("error:", error)
    if arguments.semantic:
        measure(arguments.embeddings, catalogue, vocabulary, set(vocabulary["weak"]), golden)
        measure_unseen(arguments.embeddings, catalogue, vocabulary, set(vocabulary["weak"]))
    sys.exit(bool(report.errors))


if __name__ == "__main__":
    main()
