"""The same passage said more plainly: without what stands between a verb and whom or what it is about.

Rules wait for words side by side: 由A运营, A与B共建C. Prose puts attributes, appositions, dates, adverbs and quotation marks
between them: 由甲旗下的A运营, A 2020年又与B共建“C”. Those are cut out of the string that rules match; offsets still lead to the
text, so that evidence and words stay true.
"""

import re
from dataclasses import replace
from typing import NamedTuple

from graph_service.reading.needs import Needs, needs
from graph_service.reading.passages import Passage, symbol
from graph_service.reading.sieve import Sieve

_ANY = "[\ue000-\uf8ff]"
_DATE, _ROLE, _FIRM = (re.escape(symbol(kind)) for kind in ("Date", "Role", "Company"))
_GOVERNS = "由与和同跟为向给在从把将被对经"
_ADVERB = "已经|已|也|还|又|则|均|都|先后|陆续|相继|共同|正在|正(?=[加与在由建])|继续|积极|主动|成功|正式|顺利|整体|率先"
_BEGINS = f"(?:(?<=[{_GOVERNS}、,。;:])|^)"
_SIZED = (
    "总投资|计划投资|投资|占地|占地面积|规划面积|总面积|建筑面积|面积|注册资本|总规模|规模|年产|产值|用地"
)
_PLACED = "位于|坐落于|坐落在|地处|来自|源自|落户|入驻|成立于|创办于|始建于|总部在|总部位于|设在|建在|扎根"
_DONE = "投资建设|投资兴建|投资|出资|建设|承建|打造|研发|研制|生产|控股|旗下|下属|创办|领衔|运营|引进|孵化|培育|管理"
_CUTS = tuple(
    re.compile(form)
    for form in (
        f"“(?={_ANY}”)",
        f"(?<=“{_ANY})”",
        f"(?<={_ANY})\\([^()]{{1,20}}\\)",
        # Attributes: by whom it was made, how large it is and where; then any behind a preposition, but for whose it is alone.
        f"由{_ANY}(?:{_ADVERB})*(?:{_DONE})的(?={_ANY})",
        f"(?:{_SIZED})(?:约|超|达|近)?{_ANY}的(?={_ANY})",
        f"(?:{_PLACED}){_ANY}的(?={_ANY})",
        f"{_BEGINS}(?!{_ANY}的)[^,。;:、“”的{_GOVERNS}]{{1,16}}的(?={_ANY})",
        f"{_ROLE}(?={_FIRM})",
        f"{_BEGINS}[^,。;:、“”的{_GOVERNS}\ue000-\uf8ff]{{0,8}}(?:企业|公司|巨头|龙头|厂商|品牌)(?={_FIRM})",
        f"(?<={_ANY})等(?:[\ue000-\uf8ff]|[0-9一二三四五六七八九十]+[余多]?[家个所])?[^,。;:的\ue000-\uf8ff]{{0,6}}(?:企业|公司|单位|机构|部门|部委|园区|项目)(?=[^,。;:的]{{2}})",
        f"(?<={_ANY})(?:于|在|自)?{_DATE}(?:底|初|前|起)?(?![,。;:、的至到—-])",
        f"(?<={_ANY})在{_ANY}(?=(?:{_ADVERB})*[\u4e00-\u9fff]{{2}})(?![^,。;]{{0,3}}的)",
        "(?:(?<=[,。;])|^)(?:目前|如今|近日|日前|此后|随后|其后|同时|此外|另外|据了解|据悉|据介绍|截至目前),?",
        f"(?:{_ADVERB})(?![是有为达])",
        "一[家个座条所](?=[\ue000-\uf8ff])",
    )
)
"""What is cut out where it stands between what a rule waits for."""


class _Cut(NamedTuple):
    """What is cut out, with what a passage must hold for it."""

    form: re.Pattern[str]
    needs: Needs


_SIEVE = Sieve([_Cut(form, needs(form.pattern)) for form in _CUTS])


def plainer(passage: Passage) -> Passage | None:
    """Return a passage as it is said more plainly; None where there is nothing to be cut out."""
    code = passage.code
    matches = (match for cut in _SIEVE.promising(code) for match in cut.form.finditer(code))
    cut = {offset for match in matches for offset in range(*match.span())}
    if not cut:
        return None
    kept = [offset for offset in range(len(passage.code)) if offset not in cut]
    places = [(new, passage.index[old]) for new, old in enumerate(kept) if old in passage.index]
    plain = replace(
        passage,
        mentions=[passage.mentions[number] for _, number in places],
        code="".join(passage.code[offset] for offset in kept),
        at=[*(passage.at[offset] for offset in kept), passage.at[-1]],
        index={offset: number for number, (offset, _) in enumerate(places)},
        offsets=[offset for offset, _ in places],
    )
    plain.mark()
    return plain
