"""What it costs that a function becomes async."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from awaitify.plan.cost import Blast
from awaitify.plan.dominators import dominators
from awaitify.plan.draft import draft
from awaitify.review.cost_text import as_lines, in_the_head
from tests.plan.planning import drafted


def _blast(folder: Path, *targets: str, **modules: str) -> Blast:
    given = drafted(folder, modules, *targets)
    blast = draft(replace(given, counts_cost=True)).blast
    assert blast is not None
    return blast


SHOP = """
    import time
    def load():
        time.sleep(1)
    def price():
        load()
    def report():
        price()
    def print_report():
        report()
    def mail_report():
        report()
    def other():
        load()
    """


def test_it_counts_functions_files_entry_points_and_public_api(tmp_path: Path) -> None:
    main = """
        from shop import price
        def main():
            price()
        if __name__ == "__main__":
            main()
        """
    shop = "__all__ = ['price']\nimport time\ndef load():\n    time.sleep(1)\ndef price():\n    load()\n"
    total = _blast(tmp_path, "shop:load", shop=shop, main=main).total
    assert total.functions == ("main:main", "shop:load", "shop:price")
    assert total.files == ("main.py", "shop.py")
    assert total.entry_points == ("main guard (main.py)",)
    assert total.public == ("shop:price",)


def test_a_cut_saves_what_becomes_async_through_it_alone(tmp_path: Path) -> None:
    blast = _blast(tmp_path, "shop:load", shop=SHOP)
    assert len(blast.total.functions) == 6
    found = {cut.name: (len(cut.saves.functions), cut.both) for cut in blast.cuts}
    assert found["shop:price"] == (4, ("shop:load",))
    assert found["shop:report"] == (3, ("shop:load", "shop:price"))


def test_what_a_second_way_leads_to_isn_t_saved(tmp_path: Path) -> None:
    shop = SHOP.rstrip() + "\n    def both():\n        report()\n        other()\n"
    blast = _blast(tmp_path, "shop:load", shop=shop)
    (price,) = (cut for cut in blast.cuts if cut.name == "shop:price")
    assert "shop:both" not in price.saves.functions


def test_each_root_has_its_own_cost_and_what_is_for_it_alone(tmp_path: Path) -> None:
    shop = """
        import time
        def one():
            time.sleep(1)
        def two():
            time.sleep(1)
        def first():
            one()
        def both():
            one()
            two()
        """
    roots = {root.name: root for root in _blast(tmp_path, "shop:one", "shop:two", shop=shop).roots}
    assert roots["shop:one"].cost.functions == ("shop:both", "shop:first", "shop:one")
    assert roots["shop:one"].alone.functions == ("shop:first", "shop:one")
    assert roots["shop:two"].cost.functions == ("shop:both", "shop:two")


def test_a_family_is_one_node(tmp_path: Path) -> None:
    shop = """
        import time
        class Base:
            def load(self):
                time.sleep(1)
        class Below(Base):
            def load(self):
                return super().load()
        def use(x: Base):
            x.load()
        """
    blast = _blast(tmp_path, "shop:Below.load", shop=shop)
    assert blast.total.functions == ("shop:Base.load", "shop:Below.load", "shop:use")
    assert [root.name for root in blast.roots] == ["shop:Base.load"]


@pytest.mark.parametrize("case", ["apps/weather", "apps/readme"])
def test_the_graph_leads_to_all_that_the_plan_converts(case: str) -> None:
    folder = Path(__file__).parent.parent.parent / "fixtures" / case
    targets = tomllib.loads((folder / "case.toml").read_text(encoding="utf-8"))["targets"]
    plan = draft(replace(drafted(folder / "before", {}, *targets), counts_cost=True))
    assert plan.blast is not None
    assert plan.blast.total.functions == tuple(sorted(str(one.name) for one in plan.converted))
    assert set(plan.blast.total.files) <= {path for group in plan.groups for path in group.files}


def test_it_is_told_in_lines(tmp_path: Path) -> None:
    blast = _blast(tmp_path, "shop:load", shop=SHOP)
    lines = list(as_lines("shop:load", blast))
    assert lines[0] == "shop:load costs 6 functions, 1 file"
    assert "  shop:price  saves 4 functions, 1 file; 1 function is needed in both colours" in lines
    assert "    look closer   awaitify why shop:price -t shop:load" in lines
    assert next(iter(in_the_head(blast))).startswith("could be cut at shop:price: saves 4 functions")


def test_dominators_of_a_graph_with_a_cycle() -> None:
    leads = {"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": ["e"], "e": ["d", "f"]}
    found = dominators(["a"], leads)
    assert found == {"a": None, "b": "a", "c": "a", "d": "a", "e": "d", "f": "e"}
    assert dominators(["a", "b"], leads)["d"] is None
