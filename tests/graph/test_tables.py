"""Rows as text line up and lose nothing."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from graph_service.graph.tables import Value, cells, draw, plain_text, write_csv, write_tsv

WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)


def test_columns_line_up_where_characters_are_wide() -> None:
    """A Chinese character takes two cells."""
    rows: list[list[Value]] = [["诸暨", 2], ["a", 10]]
    drawn = draw(["地点", "n"], rows).splitlines()
    assert [cells(line.rpartition("  ")[0]) for line in drawn if line.endswith(("n", "2", "10"))]
    assert drawn == ["地点  n", "────  ──", "诸暨  2", "a     10"]


def test_what_is_wider_than_the_terminal_stands_below_each_other() -> None:
    """One line for each value that there is."""
    rows: list[list[Value]] = [["甲" * 30, None], ["乙", {"iri": "x", "label": "丙"}]]
    assert draw(["name", "of"], rows, 40) == f"name  {'甲' * 30}\n\nname  乙\nof    丙\n"


def test_values_are_text_as_one_reads_it() -> None:
    """Labels for entities, nothing for nothing."""
    entity = {"iri": "x", "label": "甲"}
    values: list[Value] = [None, True, 2, 0.5, "乙", entity, [entity, entity], []]
    assert [plain_text(value) for value in values] == ["", "true", "2", "0.5", "乙", "甲", "甲、甲", ""]


@given(st.lists(st.lists(WORDS, min_size=2, max_size=2), min_size=1))
def test_csv_reads_back_as_it_was_written(rows: list[list[str]]) -> None:
    """Quotation marks, commas and line breaks survive."""
    values: list[list[Value]] = [list(row) for row in rows]
    assert list(csv.reader(io.StringIO(write_csv(["a", "b"], values), newline="")))[1:] == rows


def test_tab_separated_values_keep_one_row_a_line() -> None:
    """A break inside a value becomes a space."""
    rows: list[list[Value]] = [["甲\n乙\t丙"]]
    assert write_tsv(["a"], rows) == "a\n甲 乙 丙\n"
