"""What went wrong, in Chinese: messages of errors that people meet on pages. Programs get them as they are, in English."""

import re
from collections.abc import Sequence

_CHINESE: Sequence[tuple[str, str]] = (
    (r"There is no document (\S+)", r"没有文献 \1"),
    (r"Choose one of those that /documents lists\.", "请在文献列表（/documents）中选一篇。"),
    (r"List the documents to see their identifiers\.", "文献列表（/documents）中有各篇的标识。"),
    (r"There is no page (\d+) of (\w+)", r"关系 \2 没有第 \1 页"),
    (r"There is no page (\S*)", r"没有第 \1 页"),
    (r"Choose one from 1 to (\d+)\.", r"请选第 1 至 \1 页。"),
    (r"Begin with page 1, or another relation\.", "请从第 1 页看起，或换一种关系。"),
    (r"Number pages from 1\.", "页码从 1 起。"),
    (r"There is no relation (.+)", r"没有关系 \1"),
    (r"Choose one that /ontology lists\.", "请选本体（/ontology）中列出的。"),
    (r"The ontology has no term (.+)", r"本体没有术语 \1"),
    (r"Choose one of those that /ontology lists\.", "请选本体（/ontology）中列出的。"),
    (r"There is no kind (.+)", r"没有类别 \1"),
    (r"Choose one of the classes that /ontology lists\.", "请选本体（/ontology）中列出的类别。"),
    (r"There is no [a-z-]+ (\S+)", r"没有 \1"),
    (
        r"Look for it by one of its names, or list what there is with a query\.",
        "请按它的某个名称搜索，或用查询列出已有的。",
    ),
    (r"<(.+)> is no longer in the graph since (\S+): no document speaks of it", r"<\1> 自 \2 起已不在图中：再无文献提到它"),
    (
        r"Look for it by one of its names; /changes tells what went with it, as far back as it goes\.",
        "请按它的某个名称搜索；/changes 载有随它一同移除的内容。",
    ),
    (r"Nothing in the graph is called '(.+)'", r"图中没有叫“\1”的"),
    (r"Nearest names: (.+)\.", r"相近的名称：\1。"),
    (r"Give one of its names in full, or its IRI\.", "请写出它的一个完整名称，或它的 IRI。"),
    (r"'(.+)' names (\d+) things", r"有 \2 个事物叫“\1”"),
    (r"Give the IRI of the one you mean: (.+)", r"请给出所指那个的 IRI：\1"),
    (r"The list of documents is still being made", "文献列表正在生成"),
    (r"The graph is still being counted", "正在统计全图"),
    (r"The dump is still being made", "导出文件正在生成"),
    (r"Ask again in a while: it is made once and then kept\.", "请稍后再来：只生成一次，此后留存。"),
    (r"There is no export (.+)", r"没有导出文件 \1"),
    (r"'(.+)' is no format here", r"这里没有格式“\1”"),
    (r"Choose one of (?!those |the )(.+)\.", r"请选其一：\1。"),
    (r"The request does not carry the token of this service", "请求没有带本服务的令牌"),
    (
        r"Send the header `Authorization: Bearer` with the value of ZONEGRAPH_TOKEN\.",
        "请填写 ZONEGRAPH_TOKEN 的值（或以 `Authorization: Bearer` 标头发送）。",
    ),
    (r"This service takes no writes over HTTP: no token is configured", "本服务不经 HTTP 写入：没有设置令牌"),
    (
        r"Start it with ZONEGRAPH_TOKEN set to a secret, and send `Authorization: Bearer SECRET`\.",
        "请以设有 ZONEGRAPH_TOKEN 的环境启动，并发送 `Authorization: Bearer 密钥`。",
    ),
    (r"This service has no language model", "本服务没有配置语言模型"),
    (r"Start it with --model-url and --model, or choose a named query\.", "请以 --model-url 和 --model 启动，或选用常用查询。"),
    (r"(\d+) questions are waiting for the language model", r"已有 \1 个问题在等语言模型"),
    (r"Ask again in a while\.", "请稍后再问。"),
    (r"The language model (.+) had not answered after (\S+) seconds", r"语言模型 \1 在 \2 秒内没有回答"),
    (r"The language model (.+) wrote no query that could run here: (.+)", r"语言模型 \1 没有写出可以在此运行的查询：\2"),
    (r"Ask in other words, or write the query yourself at /sparql\.", "请换个说法，或到 /sparql 自己写查询。"),
    (r"Ask again later, or write the query yourself at /sparql\.", "请稍后再问，或到 /sparql 自己写查询。"),
    (r"The form has (\d+) files", r"表单中有 \1 个文件"),
    (r"Send one file in each request\.", "请每次发送一个文件。"),
)  # fmt: skip
_KNOWN = [(re.compile(said), chinese) for said, chinese in _CHINESE]


def in_language(said: str, language: str) -> str:
    """Return what an error says in a language; as it is where no words are known for it."""
    if language == "zh":
        for pattern, chinese in _KNOWN:
            if (found := pattern.fullmatch(said)) is not None:
                return found.expand(chinese)
    return said
