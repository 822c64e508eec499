"""The places of the map: centres of areas, coarse outlines of provinces."""

import json
from itertools import pairwise

import pytest
from gb2260 import data as areas

from graph_service.graph.moves import centre, centroids
from graph_service.resources import _PACKAGE

PROVINCES = json.loads((_PACKAGE / "web" / "static" / "outlines.json").read_text("utf-8"))["provinces"]
Ring = list[tuple[float, float]]


def within(ring: Ring, lon: float, lat: float) -> bool:
    """Tell whether a point lies inside a ring, by the crossings of a ray to the east."""
    inside = False
    for (x, y), (u, v) in pairwise([*ring, ring[0]]):
        if (y > lat) != (v > lat) and lon < x + (lat - y) / (v - y) * (u - x):
            inside = not inside
    return inside


def test_every_province_and_prefecture_has_a_centre() -> None:
    """As GB/T 2260 has them, but for the groups of counties that have no place of their own."""
    groups = {"市辖区", "县", "省直辖县级行政区划"}
    known = {
        str(code)
        for code, name in areas.data[2010].items()
        if str(code).endswith("00") and name not in groups
    }
    assert known == set(centroids())


@pytest.mark.parametrize(("code", "city"), [("330681", "330600"), ("110105", "110000"), ("429004", "420000")])
def test_an_area_without_a_centre_stands_in_the_next_larger_one(code: str, city: str) -> None:
    """A county in its prefecture, a district of Beijing in Beijing, a county of no prefecture in its province."""
    assert centre(code) == centroids()[city]
    assert centre("999999") is None


@pytest.mark.parametrize("province", PROVINCES, ids=lambda p: p["en"])
def test_the_centre_of_a_province_lies_in_its_outline(province: dict[str, object]) -> None:
    """Outlines and centres are written apart and agree; to a few tenths of a degree, for cities at the coast."""
    ring: Ring = province["ring"]  # type: ignore[assignment]
    lon, lat = centroids()[str(province["code"])]
    near = [(lon + x / 10, lat + y / 10) for x in range(-4, 5) for y in range(-4, 5)]
    assert any(within(ring, *point) for point in near)
