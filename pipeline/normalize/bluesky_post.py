"""Records of app.bsky.feed.* to mentions: replies and quotes, facets, media, and whose post was acted upon."""

from __future__ import annotations

from typing import NamedTuple

from pipeline.normalize.fields import (
    EMPTY,
    Json,
    address,
    bool_of,
    count_of,
    identity,
    millis_of_text,
    missing,
    need_text,
    object_of,
    objects_of,
    text_of,
    unique,
    wire,
)
from pipeline.normalize.offsets import utf8_slice
from pipeline.normalize.result import SCHEMA_VERSION, Acts, Context, Normalized
from pipeline.normalize.words import Words, short
from schemas.kinds import InteractionKind, MentionKind, Op
from schemas.limits import LIST_ITEMS
from schemas.mention import Author, Engagement, Lang, Link, Media, Mention, Named, Verified

POST = "app.bsky.feed.post"
REPOST = "app.bsky.feed.repost"
LIKE = "app.bsky.feed.like"

_FACET = "app.bsky.richtext.facet#"
_SENSITIVE = frozenset(("porn", "sexual", "nudity", "graphic-media", "gore", "nsfl", "!warn", "!hide"))


class AtUri(NamedTuple):
    did: str
    collection: str
    rkey: str

    @property
    def uid(self) -> str:
        return f"bluesky:at://{self.did}/{self.collection}/{self.rkey}"


def at_uri(value: object) -> AtUri | None:
    """`at://did/collection/rkey`, or None; one with a handle in place of the DID is no identity."""
    whole = identity(value)
    if whole is None or not whole.startswith("at://did:"):
        return None
    parts = whole[5:].split("/", 2)
    return AtUri(*parts) if len(parts) == 3 and all(parts) and "/" not in parts[2] else None


def post(
    record: Json,
    ctx: Context,
    uri: AtUri,
    version: str,
    shape: str,
    *,
    edited_at: int | None = None,
    view: Json = EMPTY,
) -> Normalized:
    """A post, reply or quote. `view` is the AppView's hydrated form, with names and counters."""
    raw_text = need_text(record, "text", "record.text")
    words = Words()
    text = words.text(raw_text)
    created_at = millis_of_text(record.get("createdAt"))
    author = author_of_view(object_of(view, "author"), uri.did)
    parent, root = _reply(record)
    embed = object_of(record, "embed")
    quoted = at_uri(_quoted_reference(embed).get("uri"))
    quoted = quoted if quoted is not None and quoted.collection == POST else None
    quoted_view = _quoted_view(object_of(view, "embed")) if quoted is not None else EMPTY
    links, mentions, hashtags = _facets(record, raw_text)
    _external(embed, links, words)
    kind = MentionKind.REPLY if parent else MentionKind.QUOTE if quoted else MentionKind.POST
    acts = Acts(ctx, uri.uid, author, created_at)
    if parent is not None:
        acts.add(InteractionKind.REPLY, parent.did, parent.uid)
    if quoted is not None:
        acts.add(InteractionKind.QUOTE, quoted.did, quoted.uid)
    for named in mentions:
        acts.add(InteractionKind.MENTION, named.id)
    mention = Mention(
        schema_version=SCHEMA_VERSION,
        op=Op.UPSERT,
        uid=uri.uid,
        version=version,
        network=ctx.network,
        received_at=ctx.received,
        observed_at=ctx.received,
        raw=ctx.raw(shape),
        kind=kind,
        author=author,
        text=text,
        quoted_text=words.text(text_of(object_of(quoted_view, "value"), "text")),
        lang=_lang(record),
        created_at=wire(created_at),
        edited_at=wire(edited_at),
        edited=edited_at is not None,
        url=f"https://bsky.app/profile/{uri.did}/post/{uri.rkey}",
        conversation_id=root.uid if root else None,
        parent_id=parent.uid if parent else None,
        quoted_id=quoted.uid if quoted else None,
        root_author_id=root.did if root else None,
        parent_author_id=parent.did if parent else None,
        engagement=_engagement(view),
        media=_media(embed, words),
        links=links[:LIST_ITEMS],
        mentions=mentions[:LIST_ITEMS],
        hashtags=hashtags,
        sensitive=_sensitive(record, view),
        flags=words.flags(text, len(hashtags)),
    )
    return Normalized(mention, acts.done)


def repost(
    record: Json,
    ctx: Context,
    uri: AtUri,
    version: str,
    shape: str,
    *,
    by: Json = EMPTY,
    original: Json = EMPTY,
) -> Normalized:
    """A repost: no words of its own; the original's only where the payload carries them."""
    subject = at_uri(object_of(record, "subject").get("uri"))
    if subject is None:
        raise missing("record.subject.uri", "names no record")
    created_at = millis_of_text(record.get("createdAt"))
    author = author_of_view(by, uri.did)
    words = Words()
    acts = Acts(ctx, uri.uid, author, created_at)
    if subject.collection == POST:
        acts.add(InteractionKind.REPOST, subject.did, subject.uid)
    mention = Mention(
        schema_version=SCHEMA_VERSION,
        op=Op.UPSERT,
        uid=uri.uid,
        version=version,
        network=ctx.network,
        received_at=ctx.received,
        observed_at=ctx.received,
        raw=ctx.raw(shape),
        kind=MentionKind.REPOST,
        author=author,
        quoted_text=words.text(text_of(object_of(original, "record"), "text")),
        created_at=wire(created_at),
        reposted_id=subject.uid,
        parent_author_id=subject.did,
        flags=words.flags(None),
    )
    return Normalized(mention, acts.done)


def like(record: Json, ctx: Context, uri: AtUri) -> Normalized:
    """A like says nothing; it is an act on the post's author."""
    subject = at_uri(object_of(record, "subject").get("uri"))
    if subject is None:
        raise missing("record.subject.uri", "names no record")
    acts = Acts(ctx, uri.uid, Author(id=uri.did), millis_of_text(record.get("createdAt")))
    if subject.collection == POST:
        acts.add(InteractionKind.LIKE, subject.did, subject.uid)
    return Normalized(None, acts.done)


def author_of_view(view: Json, did: str) -> Author:
    """An author from a profile view of any depth; a bare frame knows the DID only."""
    if not view:
        return Author(id=did)
    words = Words()
    status = text_of(object_of(view, "verification"), "verifiedStatus")
    handle = short(view.get("handle"))
    return Author(
        id=did,
        handle=None if handle == "handle.invalid" else handle,
        display_name=words.field(view.get("displayName")),
        url=f"https://bsky.app/profile/{did}",
        bio=words.field(view.get("description")),
        followers=count_of(view, "followersCount"),
        following=count_of(view, "followsCount"),
        posts=count_of(view, "postsCount"),
        created_at=wire(millis_of_text(view.get("createdAt"))),
        verified=None if status is None else Verified(status == "valid"),
    )


def _reply(record: Json) -> tuple[AtUri | None, AtUri | None]:
    reply = object_of(record, "reply")
    parent = at_uri(object_of(reply, "parent").get("uri"))
    return parent, at_uri(object_of(reply, "root").get("uri")) or parent


def _quoted_reference(embed: Json) -> Json:
    kind = text_of(embed, "$type") or ""
    if kind.startswith("app.bsky.embed.recordWithMedia"):
        return object_of(object_of(embed, "record"), "record")
    return object_of(embed, "record") if kind.startswith("app.bsky.embed.record") else EMPTY


def _quoted_view(embed: Json) -> Json:
    record = object_of(embed, "record")
    return object_of(record, "record") or record


def _facets(record: Json, text: str) -> tuple[list[Link], list[Named], list[str]]:
    """Links, mentioned accounts and hashtags; facets count UTF-8 bytes of the text as sent."""
    links: dict[str, Link] = {}
    mentions: dict[str, Named] = {}
    tags: list[str] = []
    for facet in objects_of(record, "facets"):
        index = object_of(facet, "index")
        for feature in objects_of(facet, "features"):
            kind = (text_of(feature, "$type") or "").removeprefix(_FACET)
            if kind == "link" and (url := address(feature.get("uri"))):
                links.setdefault(url, Link(url=url))
            elif kind == "mention" and (did := identity(feature.get("did"))):
                shown = utf8_slice(text, index.get("byteStart"), index.get("byteEnd"))
                mentions.setdefault(did, Named(id=did, handle=short((shown or "").strip().lstrip("@＠"))))
            elif kind == "tag" and (tag := short(feature.get("tag"))):
                tags.append(tag.lstrip("#＃"))
    own = record.get("tags")
    if isinstance(own, list):
        tags.extend(tag for item in own[:LIST_ITEMS] if (tag := short(item)))
    return list(links.values()), list(mentions.values()), unique([tag for tag in tags if tag])


def _external(embed: Json, links: list[Link], words: Words) -> None:
    """The link card; it names an address that the text may show shortened or not at all."""
    card = object_of(embed, "external") or object_of(object_of(embed, "media"), "external")
    url = address(card.get("uri"))
    if url is None:
        return
    link = Link(url=url, title=words.field(card.get("title")))
    for position, known in enumerate(links):
        if known.url == url:
            links[position] = link
            return
    links.append(link)


def _media(embed: Json, words: Words) -> list[Media]:
    holder = object_of(embed, "media") or embed
    found = [Media("image", alt=words.field(image.get("alt"))) for image in objects_of(holder, "images")]
    if isinstance(holder.get("video"), dict):
        found.append(Media("video", alt=words.field(holder.get("alt"))))
    return found


def _lang(record: Json) -> Lang | None:
    langs = record.get("langs")
    first = langs[0] if isinstance(langs, list) and langs else None
    return Lang(first, "declared") if isinstance(first, str) and 2 <= len(first) <= 35 and first.isascii() else None


def _engagement(view: Json) -> Engagement | None:
    if not view:
        return None
    return Engagement(
        likes=count_of(view, "likeCount"),
        reposts=count_of(view, "repostCount"),
        replies=count_of(view, "replyCount"),
        quotes=count_of(view, "quoteCount"),
        bookmarks=count_of(view, "bookmarkCount"),
        as_of=wire(millis_of_text(view.get("indexedAt"))),
    )


def _sensitive(record: Json, view: Json) -> bool:
    labels = objects_of(object_of(record, "labels"), "values") + objects_of(view, "labels")
    return any(text_of(label, "val") in _SENSITIVE and bool_of(label, "neg") is not True for label in labels)
