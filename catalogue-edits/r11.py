def sub(p, *pairs):
    s=open(p).read()
    for a,b in pairs:
        assert a in s,(p,a)
        s=s.replace(a,b)
    open(p,'w').write(s)
open('docs/adr/0015-whoever-wrote-it-last-keeps-it.md','w').write('''# 15. Whoever wrote it last keeps it

**Status:** accepted

**Context.** The catalogue and the words of search come with the program, and administrators edit both while it runs. Every start and
every `seed` brings the files again. Something must win, row by row, without asking anybody, and an edit must count within a second
without making searches wait.

**Decision.** Files and administrators share the same tables. Every category, service, alias, group and place has an *origin*:
`content` or `admin`, whoever wrote it last.

- Storing the files changes rows of `content` and adds missing ones. It never changes a row of `admin`. Words that left the files are
  deleted, groups that left are switched off; categories, services and places stay, because others refer to them.
- What an administrator writes becomes `admin`. An alias of the files that is taken away stays as a switched-off row of `admin`, so
  that it does not come back. Showing and hiding a category or service leaves the origin alone: the files say nothing about it.
- Slugs, and names of groups and places, are the keys by which files and rows find each other, so nobody changes them.
- The files are stored once: one digest over them tells that nothing has changed, and then storing costs one statement.

A phrase stands for one service. Names, search terms and synonyms are refused (409, naming what has them) when another service, a
category or a group is called so; words that the files themselves share stay shared. Hints may repeat, because nearness in meaning
is a comparison. What is switched off keeps its words: switching it on again must not make another thing ambiguous. Edits are made one
after the other under a lock, so that what was checked stays true.

The engine is immutable. A thread that follows the outbox builds the next one beside it and swaps a pointer; what does not depend on
the edit (spelling, meaning of unchanged phrases, the index of people unless places change) is shared between the two.

**Consequences.** An administrator's edit of a service also freezes its other fields: improvements of the files to it no longer
arrive. There is no "back to the files" besides writing the same again. Searches never wait for an edit, and each server of a
database builds its own engine.

**Checked by** the contract suites `catalogue_editor` and `vocabulary`, `crates/service/tests/editorial`, `crates/server/tests/words.rs`,
`crates/server/tests/seeding.rs` and `tests/e2e/catalogue.rs`.
''')
sub('docs/OPERATIONS.md',('''| `seed` | Stores the catalogue and, in development, the demo people, as `serve` does. Running it again changes nothing. |
''','''| `seed` | Stores the catalogue, its words and the places and, in development, the demo people, as `serve` does. Running it again changes nothing, and it never overwrites what an administrator wrote. |
'''),('''## Backups

```sh''','''## The catalogue and its words

Every start brings the categories, services, words and places that come with the program into the database, unless they are there
already. Administrators edit them below `/api/v1/admin/catalog`; every server on the database understands an edit within a second.
Whoever wrote something last keeps it: a new version of the program brings its changes to everything but what administrators wrote
([decision 15](adr/0015-whoever-wrote-it-last-keeps-it.md)). Edits are entries of the audit log (`catalogue.edited`).

## Past searches

Searches are written down after they were answered: a thread of each server stores them every second, or earlier when 1,000 wait,
and what still waits when the server stops. No search waits for it or fails because of it. At most 10,000 wait; when the database is
away for longer, the oldest are given up and a warning counts them.

| What | Kept for |
|---|---|
| what somebody searched for while signed in: the latest 100 queries of each person | 90 days, or until they delete it (`DELETE /api/v1/me/search-history`) |
| how often each query was asked on each day, without names; at most 20,000 different queries a day | 90 days |
| how often each service was searched for on each day | 730 days |

What is older is deleted every six hours. `GET /api/v1/admin/search/quality` shows which queries found nothing or had words that
meant nothing to us.

## Backups

```sh'''))
sub('docs/ARCHITECTURE.md',('''1. `http::search` hands the text to `SearchService`, which asks the `InstructorSearch` port. Behind it is the engine of the
   `search` crate: it parses the text into one cover of scored readings and filters an immutable snapshot of all bookable
   instructors, availability included.
2. The use case reads the people of the answer in a constant number of statements and drops whoever can no longer be booked.
   The index proposes; the database has the last word, and booking checks everything again.
3. A thread of each server follows the outbox and replaces the rows of the people an event is about, so a committed change is
   found within a second. Every minute the index is compared with the database.
''','''1. `http::search` hands the text to `SearchService`, which asks the `InstructorSearch` port. Behind it is the engine of the
   `search` crate: it parses the text into one cover of scored readings and filters an immutable snapshot of all bookable
   instructors, availability included.
2. The use case reads the people of the answer in two statements and drops whoever can no longer be booked. The index proposes; the
   database has the last word, and booking checks everything again. What is said about services comes from the same snapshot.
3. The search is handed to the `SearchLog` port and answered. A thread stores it later, in one transaction with others: the person's
   past searches, and counts by day of queries and services.
4. A thread of each server follows the outbox and replaces the rows of the people an event is about, so a committed change is
   found within a second. Every minute the index is compared with the database. What is in the outbox and cannot be read is logged
   once and passed over.

## An administrator edits the catalogue

1. `http::admin` checks who is calling and turns the body into a draft or a change. `EditorialService` takes the lock of editors,
   checks that no phrase gets a second meaning, stores the edit, an event and an audit entry, and commits.
2. The thread that follows the outbox reads the words again, builds the next engine beside the present one and swaps a pointer.
   Spelling and meanings of what did not change are taken over; the index of people is shared unless places changed.
3. The files that come with the program are stored at each start. They touch only rows that no administrator wrote.
'''),('''- Security-relevant''','''- Nothing that a search does besides answering may slow it down or make it fail: its memory is a bounded queue.
- Security-relevant'''))
sub('docs/API.md',('''| unknown members | ignored, except when booking and when changing one stretch of free time: there they are refused |
''','''| unknown members | ignored, except when booking, when changing one stretch of free time and when administering: there they are refused |
'''),('''| pages | `skip` and `limit` for instructors, `page` and `per_page` for bookings; beyond the bounds is 422 |
''','''| pages | `skip` and `limit` for instructors, `page` and `per_page` for bookings and for lists of administrators; beyond the bounds is 422 |
'''),('''would find, `near_misses` name what differs, and `did_you_mean` names services. `GET /search/suggest?q=pia` completes names.
''','''would find, `near_misses` name what differs, and `did_you_mean` names services.

`GET /search/suggest?q=pia` completes names (`kind` is `service` or `category`, with a `slug`) and adds what many people search for
(`popular`). Search and suggestions need no token; with one, past searches of the caller come first (`recent`), and a blank text
(`q=%20`) lists the latest. A token that is void counts as none.

`GET /me/search-history` lists what the caller searched for while signed in: the latest 100 queries of the last 90 days.
`DELETE /me/search-history` forgets all of it. A search is written down about a second after it was answered. Paths below
`/api/v1/me` have no unversioned form.
'''),('''everything administrators do. `next_after` of one answer is `after` of the next. Entries name accounts by id and are never changed.
''','''everything administrators do. `next_after` of one answer is `after` of the next. Entries name accounts by id and are never changed.

### The catalogue and its words

| Path below `/admin/catalog` | Operations |
|---|---|
| `/categories`, `/services` | list, add, read, change; `/{id}/deactivate` and `/{id}/reactivate` hide and show |
| `/aliases` | list, add, delete: what search takes a phrase for |
| `/groups`, `/places` | list, add, change; `/{id}/deactivate` and `/{id}/reactivate` |

`PATCH` changes the members that are there; `null` takes something away. Every edit is understood by search within a second and is an
entry of the audit log. Slugs, and names of groups and places, cannot be changed (422).

The `kind` of an alias says what the phrase means: `synonym` (exactly one service), `hint` (near a service, never by its words
alone), `not` (has words of a service and means something else), `group`, `category`, `weak` (says nothing about the service) or
`outside` (nobody teaches it). A phrase that means one service is never made to mean another: that is 409, and `detail` says what it
means already. Only hints may repeat.

`origin` says who wrote a thing last: `content` (it comes with the program and follows its new versions) or `admin` (it stays as it
is).

```sh
curl -s $API/admin/catalog/services -H "Authorization: Bearer $ADMIN" -H 'Content-Type: application/json' -d '{
  "slug":"theremin","category_id":1,"name":"Theremin","synonyms":["aetherphone"],"hints":["play music without touching anything"]}'
# 201 {"id":369,"slug":"theremin",…,"aliases":[{"id":…,"kind":"synonym","phrase":"aetherphone","origin":"admin"},…],
#      "is_active":true,"is_listed":true,"origin":"admin"}
curl -s "$API/search/instructors?q=aetherphone"          # understood as Theremin
```

### How searches go

`GET /admin/search/quality?days=7` counts the searches of each day, those that found nothing and those with words that meant nothing
to us, and names the queries most in need of a word. Nobody's name is attached to them.
'''))
sub('CHANGELOG.md',('''- An append-only audit log''','''- Administrators edit categories, services, aliases, groups of services and places at `/api/v1/admin/catalog`; search understands an
  edit within a second, and new versions of the program do not overwrite it.
- Past searches: suggested again to whoever is signed in, listed and deleted at `/api/v1/me/search-history`, and counted for
  `GET /api/v1/admin/search/quality`. Popular searches are suggested to everybody.
- An append-only audit log'''))
sub('content/README.md',('''The catalogue belongs on every installation. The files under `demo/` are for development, tests and demonstrations only.
Loading is repeatable: categories and services are matched by `slug`, people by `email`.
''','''The catalogue belongs on every installation. The files under `demo/` are for development, tests and demonstrations only.
Loading is repeatable: categories and services are matched by `slug`, people by `email`. What an administrator wrote since is left
as it is; what is removed from `catalogue.toml` stays in the database, where instructors may offer it.
'''))
sub('content/search/README.md',('''`python3 tools/search/check.py` checks all of it''','''`vocabulary.toml` and `places.toml` are stored in the database at each start, where administrators edit them, and read from there by the
server. What an administrator wrote is left as it is. A phrase that leaves the files leaves the database, a group is switched off, a
place stays. The tools and tests of this project read the files alone.

`python3 tools/search/check.py` checks all of it'''))
sub('crates/search/README.md',('''## Measuring
''','''## Changing the words

A `SearchEngine` never changes its words. `Vocabulary::renewed` makes the next vocabulary from changed sources and takes over spelling
and meanings of what stays; `SearchEngine::with_vocabulary` makes an engine of it that shares the index of people, unless the places
differ: then the caller builds a new one. Whoever holds the old engine goes on with it.

## Measuring
'''))
