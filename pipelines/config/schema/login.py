"""[dashboard.oidc] of municipality.toml: the municipality's own login, by OpenID Connect, and what its groups may."""

from __future__ import annotations

from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from pipelines.config.schema.base import HttpUrl, Id, Table, Text

LOOPBACK = ("127.0.0.1", "::1", "localhost")


class OidcGroup(Table):
    """Who is in the group has the role, with these units. Of several roles, the one that stands first in the file."""

    group: Text
    """As the provider writes it in the claim: with Entra ID the group's object id."""
    role: Text
    units: tuple[Id, ...] = ()


class Oidc(Table):
    name: Text = "kommunens inloggning"
    """On the button: "Logga in med …"."""
    issuer: HttpUrl
    """Exactly as the provider writes it in its tokens."""
    client_id: Text
    scopes: tuple[Text, ...] = ("profile",)
    """Asked for beside `openid`."""
    groups_claim: Text = "groups"
    allow_private: bool = False
    """The provider stands on this machine or in the local network."""
    group: tuple[OidcGroup, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _closed_to_listeners(self) -> Self:
        if not self.usable(self.issuer) or set(self.issuer) & set("?#"):
            raise ValueError(
                f"the issuer «{self.issuer}» is no https address without ? and #. http is for a provider on this "
                "machine only, with allow_private = true"
            )
        return self

    def usable(self, url: str) -> bool:
        """Whether the provider may be asked there: by https, or on this machine where that is allowed."""
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError:
            return False
        if not host or parts.username is not None or any(sign <= " " for sign in url):
            return False
        return parts.scheme == "https" or (parts.scheme == "http" and self.allow_private and host in LOOPBACK)
