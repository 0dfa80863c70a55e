"""How often a visitor may try. Counted in the cache under keyed hashes, so nobody's address is kept anywhere."""

from dataclasses import dataclass

from django.core.cache import cache
from django.utils.crypto import salted_hmac


@dataclass(frozen=True)
class Limit:
    """At most `times` tries; after the last one, `wait_s` seconds must pass."""

    name: str
    times: int
    wait_s: int

    def take(self, *who: str) -> int | None:
        """Count a try and return how many are left after it; None when there was none left."""
        key = self._key(who)
        cache.add(key, 0, self.wait_s)
        try:
            tried = cache.incr(key)
        except ValueError:  # It ran out between the two lines.
            cache.set(key, 1, self.wait_s)
            tried = 1
        if tried == self.times:
            cache.touch(key, self.wait_s)
        return self.times - tried if tried <= self.times else None

    def is_spent(self, *who: str) -> bool:
        return cache.get(self._key(who), 0) >= self.times

    def forgive(self, *who: str) -> None:
        cache.delete(self._key(who))

    def _key(self, who: tuple[str, ...]) -> str:
        return f"try-{self.name}-{salted_hmac('certificates.throttle', '|'.join(who), algorithm='sha256').hexdigest()}"
