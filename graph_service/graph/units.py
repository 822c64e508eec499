"""Units as people write them, in Chinese and English."""

from collections.abc import Mapping

_LABELS: Mapping[str, tuple[str, str]] = {
    "CNY": ("元", "CNY"), "USD": ("美元", "USD"), "EUR": ("欧元", "EUR"), "HKD": ("港元", "HKD"),
    "JPY": ("日元", "JPY"), "GBP": ("英镑", "GBP"), "KRW": ("韩元", "KRW"), "TWD": ("新台币", "TWD"),
    "SGD": ("新加坡元", "SGD"), "NUM": ("", ""), "FRACTION": ("", ""), "PERCENT": ("%", "%"),
    "M2": ("平方米", "m²"), "KM2": ("平方千米", "km²"), "HA": ("公顷", "ha"), "MU": ("亩", "mu"), "M3": ("立方米", "m³"),
    "KM": ("千米", "km"), "M": ("米", "m"), "CM": ("厘米", "cm"), "MM": ("毫米", "mm"), "MICROM": ("微米", "µm"),
    "NM": ("纳米", "nm"), "TONNE": ("吨", "t"), "KG": ("千克", "kg"), "G": ("克", "g"), "W": ("瓦", "W"),
    "KW": ("千瓦", "kW"), "MW": ("兆瓦", "MW"), "GW": ("吉瓦", "GW"), "KWH": ("千瓦时", "kWh"), "MWH": ("兆瓦时", "MWh"),
    "GWH": ("吉瓦时", "GWh"), "KV": ("千伏", "kV"), "PERSON": ("人", "people"), "YEAR": ("年", "years"),
    "MONTH": ("个月", "months"), "WEEK": ("周", "weeks"), "DAY": ("天", "days"), "HOUR": ("小时", "hours"),
    "MINUTE": ("分钟", "minutes"), "SECOND": ("秒", "seconds"),
}  # fmt: skip


def unit_label(name: str, language: str) -> str:
    """Return what people write for a unit of claims (`CNY`, `M2`) in `zh` or `en`; of one that is not known its name.

    A bare number has no unit, which is the empty text.
    """
    zh, en = _LABELS.get(name.upper(), (name, name))
    return zh if language == "zh" else en
