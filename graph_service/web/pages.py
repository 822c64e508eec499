"""Pages: the language they are in, and what every template can call."""

from pathlib import Path
from urllib.parse import urlencode

from flask import current_app, render_template, request

from graph_service.graph.named import LANGUAGES
from graph_service.web.negotiation import choose_language
from graph_service.web.texts import text


def language() -> str:
    """Return the language of this answer: `?lang=`, else by `Accept-Language`, else Chinese."""
    asked = request.args.get("lang", "")
    return asked if asked in LANGUAGES else choose_language(request.headers.get("Accept-Language"), LANGUAGES)


def data_language() -> str:
    """Return the language that things, kinds and relations are named in: `?data=`, else that of the answer."""
    asked = request.args.get("data", "")
    return asked if asked in LANGUAGES else language()


def render(template: str, **context: object) -> str:
    """Return a page.

    Templates get the language, `t` (a text in it), `to` (a link that keeps it), `built` (whether a script is there).
    """
    tongue = language()
    asked = request.args.get("lang", "")
    common = {
        "lang": tongue,
        "chosen": asked if asked in LANGUAGES else None,
        "t": lambda key: text(key, tongue),
        "to": link_to,
        "other": _other_language(tongue),
        "host": request.host_url,
        "built": is_built,
    }
    return render_template(template, **common, **context)


def link_to(path: str, **parameters: str | None) -> str:
    """Return a path with its parameters, and the language where the reader chose one."""
    said = {key: value for key, value in parameters.items() if value is not None}
    if request.args.get("lang", "") in LANGUAGES:
        said["lang"] = request.args["lang"]
    return f"{path}?{urlencode(said)}" if said else path


def _other_language(tongue: str) -> str:
    others = {key: values for key, values in request.args.lists() if key != "lang"}
    chosen = LANGUAGES[1] if tongue == LANGUAGES[0] else LANGUAGES[0]
    return f"{request.path}?{urlencode([*((k, v) for k in others for v in others[k]), ('lang', chosen)])}"


def is_built(name: str) -> bool:
    """Tell whether a script of the explorer has been built; without it the page works as it stands."""
    return Path(current_app.static_folder or "", "explorer", f"{name}.js").is_file()
