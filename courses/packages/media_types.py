"""Which files of a package are kept and served, and as what. One table for the import and for the file view.

A file of a type that is not listed is left out at import with a warning: an archive full of templates, sources and
read-me files is still a good course, what is left out can do no harm, and whatever the manifest launches or names must
be there afterwards, or the package is refused by that name.

No charset is given: old packages say theirs in a `meta` element, which a header would overrule.
"""

from __future__ import annotations

from pathlib import PurePosixPath

MEDIA_TYPES = {
    # Pages and what they run.
    "html": "text/html",
    "htm": "text/html",
    "xhtml": "application/xhtml+xml",
    "css": "text/css",
    "js": "text/javascript",
    "mjs": "text/javascript",
    "json": "application/json",
    "map": "application/json",
    "wasm": "application/wasm",
    "webmanifest": "application/manifest+json",
    "xml": "application/xml",
    "xsd": "application/xml",
    "dtd": "application/xml-dtd",
    "xsl": "application/xml",
    "xslt": "application/xml",
    # Pictures.
    "png": "image/png",
    "apng": "image/apng",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "jpe": "image/jpeg",
    "jfif": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "bmp": "image/bmp",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "svg": "image/svg+xml",
    "ico": "image/x-icon",
    "cur": "image/x-icon",
    # Sound and film, with their captions and playlists.
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "aac": "audio/aac",
    "wav": "audio/wav",
    "oga": "audio/ogg",
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
    "flac": "audio/flac",
    "weba": "audio/webm",
    "mp4": "video/mp4",
    "m4v": "video/mp4",
    "m4s": "video/iso.segment",
    "webm": "video/webm",
    "ogv": "video/ogg",
    "mov": "video/quicktime",
    "ts": "video/mp2t",
    "m3u8": "application/vnd.apple.mpegurl",
    "mpd": "application/dash+xml",
    "vtt": "text/vtt",
    "webvtt": "text/vtt",
    "srt": "text/plain",
    # Fonts.
    "woff": "font/woff",
    "woff2": "font/woff2",
    "ttf": "font/ttf",
    "otf": "font/otf",
    "eot": "application/vnd.ms-fontobject",
    # Three-dimensional scenes and the data of players.
    "gltf": "model/gltf+json",
    "glb": "model/gltf-binary",
    "bin": "application/octet-stream",
    "data": "application/octet-stream",
    "dat": "application/octet-stream",
    "riv": "application/octet-stream",
    "unityweb": "application/octet-stream",
    # What learners read and download.
    "pdf": "application/pdf",
    "txt": "text/plain",
    "csv": "text/csv",
    "md": "text/plain",
    "textile": "text/plain",
    "diff": "text/plain",
    "patch": "text/plain",
    "rtf": "application/rtf",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
}


def suffix(path: str) -> str:
    """The end of a file's name without its dot, in small letters; '' when there is none."""
    return PurePosixPath(path).suffix[1:].lower()


def media_type(path: str) -> str | None:
    """What a file of a package is served as, by its name alone. None: it is neither kept nor served."""
    return MEDIA_TYPES.get(suffix(path))
